import Resources
import Store
import Wire

/// One change of the links of a record.
struct LinkChange {
    let transaction: Transaction
    /// The record whose links change: loaded among what the viewer sees, and locked.
    let record: Draft
    let viewer: Viewer

    var db: Database { transaction.db }
    var id: Int64 { record.id ?? 0 }
}

/// How a record is linked to others, and the links are ended, one or all: the steps that all kinds of links take, and
/// what this kind adds to each.
public struct LinkWriting: Sendable {
    /// Of the record that the links are made on.
    public let schema: Schema
    /// Of the records it is linked to.
    public let linked: Schema
    /// The last part of the path: `members`.
    public let name: String
    /// Keeps what must be locked before the record; the other is nil where all links end.
    public internal(set) var lock: @Sendable (Transaction, _ record: Int64, _ other: Int64?) throws -> Void = {
        _, _, _ in
    }
    let permit: @Sendable (LinkChange) throws -> Void
    /// The ids of what the record is linked to.
    let find: @Sendable (LinkChange) throws -> [Int64]
    /// Links to one record; doing so twice changes nothing.
    let add: @Sendable (Int64, LinkChange) throws -> Void
    /// Why one link cannot be ended; ending all leaves it then.
    var obstacle: @Sendable (Int64, LinkChange) throws -> Refusal? = { _, _ in nil }
    /// Ends one link.
    let remove: @Sendable (Int64, LinkChange) throws -> Void
    /// What follows, once all are made or ended.
    var follow: @Sendable (LinkChange) throws -> Void = { _ in }
    /// What is listed of the linked records.
    public let source: @Sendable (Seen, Perspective) -> ListSource
    /// Whether the predefined lists of the linked records stand below the path too.
    public internal(set) var hasLists = false

    /// Links a record to another.
    /// - Throws: `Refusal.notFound` for one that is not seen, `Refusal.forbidden`, `Refusal.invalid`.
    public func link(_ transaction: Transaction, _ record: Int64, to other: Int64, by viewer: Viewer) throws {
        let change = try load(transaction, record, other, by: viewer)
        try add(other, change)
        try follow(change)
    }

    /// Ends links.
    /// - Parameter other: the record it is linked to; nil for all.
    /// - Throws: `Refusal.notFound` also when there is no such link; why not when none of those there are can be ended.
    public func unlink(_ transaction: Transaction, _ record: Int64, from other: Int64?, by viewer: Viewer) throws {
        let change = try load(transaction, record, other, by: viewer)
        let found = try find(change).filter { other == nil || $0 == other }
        if other != nil, found.isEmpty { throw Refusal.notFound }
        let obstacles = try found.map { try obstacle($0, change) }
        if let obstacle = obstacles.first(where: { $0 != nil }) ?? nil, obstacles.allSatisfy({ $0 != nil }) {
            throw obstacle
        }
        for (id, obstacle) in zip(found, obstacles) where obstacle == nil { try remove(id, change) }
        try follow(change)
    }

    private func load(
        _ transaction: Transaction, _ id: Int64, _ other: Int64?, by viewer: Viewer
    ) throws -> LinkChange {
        try lock(transaction, id, other)
        let record = try Draft.load(transaction, schema, id: id, for: viewer.perspective)
        let change = LinkChange(transaction: transaction, record: record, viewer: viewer)
        try permit(change)
        try record.requireActive()
        return change
    }
}

extension Transaction {
    /// Writes into a record's history that something was added to it, or taken off: the name of the link or entry, with
    /// what it led to before and after.
    func audit(_ record: Draft, _ name: String, from old: JSON, to new: JSON, by user: Int64?) throws {
        try audit(
            AuditLine(
                kind: record.schema.kind, id: record.id ?? 0, account: record.account, action: .update, user: user,
                changes: [name: [old, new]]))
    }

    /// The same for other records, by the references that a history shows.
    func audit(
        _ record: Draft, _ name: String, of kind: RecordKind, from old: Int64?, to new: Int64?, by user: Int64?
    ) throws {
        try audit(
            record, name, from: try AuditLine.reference(kind, old, db), to: try AuditLine.reference(kind, new, db),
            by: user)
    }
}
