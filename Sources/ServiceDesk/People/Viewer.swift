import Resources
import Store
import Wire

/// Who makes a call, and from where they look: their person, the account the call works in, the roles they hold, and
/// what their token may do.
public struct Viewer: Sendable {
    public let person: Int64
    public let name: String
    /// The account the call works in.
    public let account: Account
    /// The roles held, by the number of the account they are held in.
    let roles: [Int64: Roles]
    public let scopes: Scopes
    public var perspective: Perspective
    /// Whether they work in an account that is not theirs and where they hold no role: there they see what they are
    /// named on, and registers nothing.
    public let isGuest: Bool
    /// What a record made by this call gets as its source when it names none (docs/protocol/general.md#source).
    public var source = Source.fallback

    /// The roles held in an account. What may be done with a record follows from those held in the account of the
    /// record, wherever a call works.
    /// - Parameter account: its number.
    public func roles(in account: Int64) -> Roles { roles[account] ?? [] }

    /// Refuses unless a role held in an account allows it.
    /// - Parameter account: that of the record that is changed, by number.
    func require(_ rule: KeyPath<Roles, Bool>, in account: Int64, _ deed: String) throws {
        if !roles(in: account)[keyPath: rule] { throw Refusal.forbidden("\(name) holds no role that may \(deed)") }
    }

    /// Refuses unless the token's scopes allow an action on a kind of record.
    public func require(_ action: Scopes.Actions, on kind: RecordKind) throws {
        try require(scopes.allow(action, on: kind), kind)
    }

    /// Refuses unless they allow one of some actions.
    public func require(anyOf actions: Scopes.Actions, on kind: RecordKind) throws {
        try require(scopes.allow(anyOf: actions, on: kind), kind)
    }

    private func require(_ isAllowed: Bool, _ kind: RecordKind) throws {
        if !isAllowed { throw Refusal.forbidden("the token's scopes do not allow this on \(kind.name)") }
    }

    /// Where a new record comes from: what its body says, else what the call's headers say.
    func stampSource(_ draft: inout Draft, _ input: Input) {
        if input["source"]?.text == nil { draft["source"] = .text(source) }
    }

    /// Refuses a later change of where a record came from to all but account administrators.
    func checkSource(_ draft: Draft, _ change: Change) throws {
        guard !draft.isNew, ["source", "sourceID"].contains(where: { change.touches($0, of: draft) }) else { return }
        try require(\.changesSource, in: draft.account, "change the source of a record")
    }
}

extension Viewer {
    /// Nobody: sees nothing and may do nothing.
    public init(anonymousIn zone: Zone) {
        self.init(
            person: 0, name: "", account: Account(number: 0, id: "", name: ""), roles: [:], scopes: .nothing,
            perspective: Perspective(
                person: 0, account: 0, accountID: "", seesAccount: false, holders: [0], zone: zone), isGuest: true)
    }
}
