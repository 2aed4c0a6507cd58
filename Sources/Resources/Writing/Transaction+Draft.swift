import Store
import Wire

extension Transaction {
    /// Writes a draft: inserts or updates the row, stamps it, keeps the tallies, writes the audit line and drops cached
    /// references. A draft that changes nothing does nothing.
    /// - Parameters:
    ///   - user: who does this; nil for the command line.
    ///   - extra: columns that are no fields, such as folded text.
    /// - Returns: the record's id.
    @discardableResult
    public func save(_ draft: inout Draft, by user: Int64?, extra: [(column: String, value: SQLValue)] = []) throws
        -> Int64
    {
        guard !draft.isSaved else { throw StoreError(.defect, "a draft of \(draft.schema.name) was saved twice") }
        draft.isSaved = true
        if let id = draft.id { return try update(draft, id, by: user, extra) }
        return try insert(&draft, by: user, extra)
    }

    private func insert(
        _ draft: inout Draft, by user: Int64?, _ extra: [(column: String, value: SQLValue)]
    ) throws -> Int64 {
        let schema = draft.schema
        for name in ["created_at", "updated_at"] where schema.field(name)?.column != nil { draft[name] = now.sqlValue }
        var columns = extra
        if case .account = schema.scope { columns.append(("account", .integer(draft.account))) }
        if schema.hasLifeCycle { columns.append(("life_cycle", .integer(draft.lifeCycle.rawValue))) }
        for field in draft.changedFields { columns.append((field.column ?? field.name, draft[field.name])) }
        let id = try insert(
            """
            INSERT INTO \(raw: schema.kind.table) (\(raw: columns.map(\.column).joined(separator: ", ")))
            VALUES (\(list: columns.map(\.value))) RETURNING id
            """)
        draft.id = id
        count(draft, by: 1, status: schema.tallied.map { draft[$0] } ?? .null, lifeCycle: draft.lifeCycle)
        if case .account = schema.scope {
            try audit(
                AuditLine(
                    kind: schema.kind, id: id, account: draft.account, action: .create, user: user,
                    changes: try AuditLine.changes(draft, draft.changedFields, db)))
        }
        return id
    }

    private func update(
        _ draft: Draft, _ id: Int64, by user: Int64?, _ extra: [(column: String, value: SQLValue)]
    ) throws -> Int64 {
        let changed = draft.changedFields
        guard draft.hasChanges else { return id }
        let schema = draft.schema
        var assignments: [SQL] = changed.map { "\(raw: $0.column ?? $0.name) = \(draft[$0.name])" }
        assignments += extra.map { "\(raw: $0.column) = \($0.value)" }
        if schema.field("updated_at")?.column != nil { assignments.append("updated_at = \(stamp(draft))") }
        var sql: SQL = "UPDATE \(raw: schema.kind.table) SET "
        for (place, assignment) in assignments.enumerated() {
            if place > 0 { sql.append(", ") }
            sql.append(assignment)
        }
        sql.append(" WHERE id = \(id)")
        if !assignments.isEmpty { try execute(sql) }
        if let tallied = schema.tallied, draft.changes(tallied) {
            count(draft, by: -1, status: draft.previous(tallied), lifeCycle: draft.lifeCycle)
            count(draft, by: 1, status: draft[tallied], lifeCycle: draft.lifeCycle)
        }
        let shown = [schema.kind.display, "sourceID", "disabled"].filter { schema.field($0)?.column != nil }
        if shown.contains(where: { draft.changes($0) }) {
            invalidate(Invalidation(kind: schema.kind.code, id: id))
        }
        if case .account = schema.scope {
            try audit(
                AuditLine(
                    kind: schema.kind, id: id, account: draft.account, action: .update, user: user,
                    changes: try AuditLine.changes(draft, changed, db)))
        }
        return id
    }

    /// Moves a record through its life: active, archived, trashed.
    public func move(_ draft: inout Draft, to lifeCycle: LifeCycle, by user: Int64) throws {
        guard let id = draft.id, draft.lifeCycle != lifeCycle else { return }
        let schema = draft.schema
        let old = draft.lifeCycle
        draft.lifeCycle = lifeCycle
        try execute(
            """
            UPDATE \(raw: schema.kind.table) SET life_cycle = \(lifeCycle.rawValue), updated_at = \(stamp(draft))
            WHERE id = \(id)
            """)
        try execute(
            """
            UPDATE grants SET life_cycle = \(lifeCycle.rawValue)
            WHERE kind = \(schema.kind.code) AND record_id = \(id)
            """)
        try execute("DELETE FROM archive_entries WHERE kind = \(schema.kind.code) AND record_id = \(id)")
        if lifeCycle != .active {
            try execute(
                """
                INSERT INTO archive_entries (account, kind, record_id, life_cycle, person_id, created_at)
                VALUES (\(draft.account), \(schema.kind.code), \(id), \(lifeCycle.rawValue), \(user), \(now))
                """)
        }
        let status = schema.tallied.map { draft[$0] } ?? .null
        count(draft, by: -1, status: status, lifeCycle: old)
        count(draft, by: 1, status: status, lifeCycle: lifeCycle)
        try audit(
            AuditLine(
                kind: schema.kind, id: id, account: draft.account, action: .update, user: user,
                changes: ["life_cycle": [.string(old.wireName), .string(lifeCycle.wireName)]]))
    }

    /// The time of this change of a record; not before its last one, whose writer this one may have waited for, or
    /// whose machine's clock may be ahead.
    private func stamp(_ draft: Draft) -> Int64 {
        max(now.microseconds, draft.schema.field("updated_at") == nil ? 0 : draft.previous("updated_at").integer ?? 0)
    }

    private func count(_ draft: Draft, by difference: Int64, status: SQLValue, lifeCycle: LifeCycle) {
        guard draft.schema.tallied != nil else { return }
        tally(
            TallyKey(
                resource: draft.schema.kind.code, account: draft.account, lifeCycle: lifeCycle.rawValue,
                status: status.integer ?? 0),
            by: difference)
    }
}
