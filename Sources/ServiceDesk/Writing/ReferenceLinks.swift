import Resources
import Store

extension LinkWriting {
    /// Links that a reference of the linked records makes, each of which names one record of its own account or none:
    /// they are found, listed, and kept from being changed in the archive in the same way.
    /// - Parameters:
    ///   - linked: of the records that name another.
    ///   - schema: of the record that is named.
    ///   - field: the reference.
    ///   - link: sets the reference, and what follows in the record; refuses one that cannot be linked.
    ///   - unlink: clears it.
    ///   - save: saves the record with what follows.
    init(
        _ linked: Schema, naming schema: Schema, in field: String,
        lock: @escaping @Sendable (Transaction, _ record: Int64, _ other: Int64?) throws -> Void = { _, _, _ in },
        permit: @escaping @Sendable (LinkChange) throws -> Void,
        link: @escaping @Sendable (inout Draft, LinkChange) throws -> Void,
        unlink: @escaping @Sendable (inout Draft) -> Void,
        save: @escaping @Sendable (inout Draft, LinkChange) throws -> Void
    ) {
        let column = linked.field(field)?.column ?? field
        let table = linked.kind.table
        self.init(
            schema: schema, linked: linked, name: linked.name, lock: lock, permit: permit,
            find: { change in
                // The life cycles are named since the index begins with them. What is in the trash is not there.
                try change.db.integers(
                    """
                    SELECT id FROM \(raw: table) WHERE account = \(change.record.account) AND life_cycle IN (0, 1)
                    AND \(raw: column) = \(change.id) ORDER BY id
                    """)
            },
            add: { id, change in
                var other = try Draft.load(change.transaction, linked, id: id, for: change.viewer.perspective)
                guard other.account == change.record.account else { throw Refusal.notFound }
                try other.requireActive()
                if other[field].integer == change.id { return }
                try link(&other, change)
                try save(&other, change)
            },
            obstacle: { id, change in
                let isActive = try change.db.exists("SELECT 1 FROM \(raw: table) WHERE id = \(id) AND life_cycle = 0")
                return isActive
                    ? nil
                    : .invalid(
                        linked.noun, "\(linked.nounAtStart) \(id) is archived; restore it before its link is ended")
            },
            remove: { id, change in
                guard var other = try Draft.loadUnseen(change.transaction, linked, id: id) else { return }
                unlink(&other)
                try save(&other, change)
            },
            source: { .linked(to: $0, "t.\(raw: column) = \($0.id)", linked.kind, for: $1) })
        hasLists = true
    }
}
