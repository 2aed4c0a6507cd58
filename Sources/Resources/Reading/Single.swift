import Store
import Wire

/// Reads single records among what a viewer may see. There is no other way to one.
public enum Single {
    /// The record as the wire shows it: all readable fields.
    /// - Throws: `Refusal.notFound` when there is none that this viewer may see.
    public static func read(
        _ db: Database, _ schema: Schema, id: Int64, in source: ListSource = .account, for perspective: Perspective,
        trashedToo: Bool = false
    ) throws -> [UInt8] {
        let base = condition(schema, id: id, in: source, perspective, trashedToo: trashedToo)
        let shape = PlanCache.Shape(
            schema: schema.number, fields: schema.readable, isSingle: true, isForeignPossible: true, body: base.text,
            cursorColumns: [], tally: nil)
        let plan = PlanCache.plan(shape) {
            Plan(
                RowEncoder(schema, fields: schema.readable, isForeignPossible: true, isSingle: true),
                cursorColumns: [], tally: nil, body: base.text)
        }
        let cache = ReferenceCache.beside(db)
        cache.prepare()
        var buffer = JSONBuffer(capacity: 4096)
        var lookup = EntryLookup()
        var isFound = false
        var isWhole = false
        while !isWhole {
            buffer.truncate(to: 0)
            isFound = false
            try db.query(plan: plan.number, text: plan.text, values: base.values) { row in
                isFound = true
                plan.encoder.print(row, perspective, cache, &lookup, into: &buffer)
                return false
            }
            let hasEntries = try lookup.resolve(db, plan.encoder.entries, perspective)
            isWhole = try !cache.resolve(db, plan.encoder.kinds) && !hasEntries
        }
        guard isFound else { throw Refusal.notFound }
        return buffer.bytes
    }

    /// Whether the viewer sees the record.
    public static func exists(
        _ db: Database, _ schema: Schema, id: Int64, in source: ListSource = .account, for perspective: Perspective
    ) throws -> Bool {
        let base = condition(schema, id: id, in: source, perspective, trashedToo: false)
        return try db.first("SELECT 1\(base)") { _ in true } ?? false
    }

    /// FROM and WHERE of one record: archived ones are seen, trashed ones only where they can be restored.
    static func condition(
        _ schema: Schema, id: Int64, in source: ListSource, _ perspective: Perspective, trashedToo: Bool
    ) -> SQL {
        var sql: SQL = " FROM \(raw: schema.kind.table) t WHERE t.id = \(id)"
        if schema.hasLifeCycle, !trashedToo { sql.append(" AND t.life_cycle < \(LifeCycle.trashed.rawValue)") }
        switch (source, schema.scope) {
        case (.owned(let owner, let ownerID), .owned(let kindColumn, let idColumn)):
            sql.append(" AND t.\(raw: kindColumn) = \(owner.code) AND t.\(raw: idColumn) = \(ownerID)")
        case (.owned(_, let ownerID), .part(let column)): sql.append(" AND t.\(raw: column) = \(ownerID)")
        case (.related(let condition, _), _): sql.append(" AND \(condition)")
        case (.owned, .account): sql.append(" AND 1 = 0")
        case (.account, _):
            sql.append(" AND t.account = \(perspective.account)")
            if !perspective.seesAccount {
                sql.append(" AND \(perspective.wasGranted(schema.kind))")
            }
        }
        return sql
    }
}
