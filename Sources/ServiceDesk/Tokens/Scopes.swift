import Resources

/// What a token may do: `request:RU` style pairs of a kind of record and the actions on it, or `*` for everything.
public struct Scopes: Sendable, Hashable {
    /// The actions a scope can name.
    public struct Actions: OptionSet, Sendable, Hashable {
        public let rawValue: Int
        public init(rawValue: Int) { self.rawValue = rawValue }
        public static let read = Actions(rawValue: 1)
        public static let create = Actions(rawValue: 2)
        public static let update = Actions(rawValue: 4)
        public static let delete = Actions(rawValue: 8)
        /// What removing something takes, one of them.
        public static let removal: Actions = [.update, .delete]
        public static let all: Actions = [.read, .create, .update, .delete]
    }

    /// The kinds of records that scopes name. What hangs on a record (notes, watches, members) goes with it.
    public static let kinds: [RecordKind] =
        [.account] + Schema.all.compactMap { if case .account = $0.scope { $0.kind } else { nil } }

    private let isEverything: Bool
    private let actions: [RecordKind: Actions]
    /// The scopes as they were given, in order.
    public let text: String

    /// Everything.
    public static let everything = Scopes(isEverything: true, actions: [:], text: "*")

    /// Nothing: what a stored text that is not understood allows.
    static let nothing = Scopes(isEverything: false, actions: [:], text: "")

    private init(isEverything: Bool, actions: [RecordKind: Actions], text: String) {
        self.isEverything = isEverything
        self.actions = actions
        self.text = text
    }

    /// Reads scopes separated by spaces; nil when one of them is not known.
    public init?(_ text: String) {
        var actions: [RecordKind: Actions] = [:]
        var isEverything = false
        let parts = text.split(separator: " ")
        for part in parts {
            if part == "*" {
                isEverything = true
                continue
            }
            let pair = part.split(separator: ":", omittingEmptySubsequences: false)
            guard pair.count == 2, let kind = Self.kinds.first(where: { $0.name == pair[0] }),
                let named = Self.actions(pair[1])
            else { return nil }
            actions[kind, default: []].formUnion(named)
        }
        if parts.isEmpty { return nil }
        self.init(isEverything: isEverything, actions: actions, text: parts.joined(separator: " "))
    }

    private static func actions(_ letters: Substring) -> Actions? {
        if letters == "*" || letters == "A" { return .all }
        var actions: Actions = []
        for letter in letters {
            switch letter {
            case "R": actions.insert(.read)
            case "C": actions.insert(.create)
            case "U": actions.insert(.update)
            case "D": actions.insert(.delete)
            default: return nil
            }
        }
        return actions.isEmpty ? nil : actions
    }

    /// Whether an action on a kind of record is allowed.
    public func allow(_ action: Actions, on kind: RecordKind) -> Bool {
        isEverything || actions[kind]?.isSuperset(of: action) == true
    }

    /// Whether one of some actions on a kind of record is allowed.
    public func allow(anyOf wanted: Actions, on kind: RecordKind) -> Bool {
        isEverything || actions[kind]?.isDisjoint(with: wanted) == false
    }

    /// Whether one of some actions is allowed on any kind of record at all.
    public func allow(anyOf wanted: Actions) -> Bool { Self.kinds.contains { allow(anyOf: wanted, on: $0) } }
}
