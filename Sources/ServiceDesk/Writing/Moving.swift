import Resources
import Store

/// How records of a kind go to the archive and the trash and come back: by the same role, and only once they are
/// completed.
public struct Moving: Sendable {
    /// The stored code of the status that says a record is completed.
    let completed: Int64
    /// Refuses what would leave other records wrong.
    var check: @Sendable (Draft, LifeCycle, Change) throws -> Void = { _, _, _ in }
    /// What moves with the record, or changes because it did; told where the record was.
    var follow: @Sendable (Draft, _ old: LifeCycle, Change) throws -> Void = { _, _, _ in }

    init(completed: some WireEnum) { self.completed = completed.rawValue }

    /// The same with more.
    func with(_ more: (inout Moving) -> Void) -> Moving {
        var moving = self
        more(&moving)
        return moving
    }
}

extension Writing {
    /// Archives, trashes or restores a record; one that is there already is left as it is.
    /// - Throws: `Refusal.notFound`, `Refusal.forbidden` without the role, `Refusal.invalid` for one that is not
    ///   completed.
    func move(_ transaction: Transaction, id: Int64, to lifeCycle: LifeCycle, by viewer: Viewer) throws {
        guard let moving else { throw Refusal.notFound }
        let change = Change(transaction: transaction, input: .nothing, viewer: viewer)
        var draft = try Draft.load(
            transaction, schema, id: id, for: viewer.perspective, trashedToo: lifeCycle != .archived)
        try viewer.require(\.archives, in: draft.account, "archive, trash and restore \(schema.name)")
        if lifeCycle != .active, draft["status"] != .integer(moving.completed) {
            throw Refusal.invalid("status", "Status must be completed before a \(schema.noun) is archived or trashed")
        }
        try moving.check(draft, lifeCycle, change)
        let old = draft.lifeCycle
        guard old != lifeCycle else { return }
        try transaction.move(&draft, to: lifeCycle, by: viewer.person)
        try moving.follow(draft, old, change)
    }
}

extension Noun {
    /// Archives, trashes or restores a record.
    /// - Throws: `Refusal.notFound`, `Refusal.forbidden` without the role, `Refusal.invalid` for one that is not
    ///   completed.
    public static func move(
        _ transaction: Transaction, id: Int64, to lifeCycle: LifeCycle, by viewer: Viewer
    ) throws {
        try writing.move(transaction, id: id, to: lifeCycle, by: viewer)
    }
}
