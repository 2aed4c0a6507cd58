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
        var eyes = perspective
        if case .owned(let owner) = source, let account = owner.account { eyes = eyes.printing(entriesOf: account) }
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
                plan.encoder.print(row, eyes, cache, &lookup, into: &buffer)
                return false
            }
            let hasEntries = try lookup.resolve(db, plan.encoder.entries, eyes)
            isWhole = try !cache.resolve(db, plan.encoder.kinds) && !hasEntries
        }
        guard isFound else { throw Refusal.notFound }
        return buffer.bytes
    }

    /// The record, if the viewer sees it: what hangs on it is read by this.
    /// - Throws: `Refusal.notFound`.
    public static func see(
        _ db: Database, _ schema: Schema, id: Int64, for perspective: Perspective
    ) throws -> Seen {
        let base = condition(schema, id: id, in: .account, perspective, trashedToo: false)
        guard let account = try db.first("SELECT t.account\(base)", { $0.integer(0) }) else { throw Refusal.notFound }
        return Seen(kind: schema.kind, id: id, account: account)
    }

    /// FROM and WHERE of one record: archived ones are seen, trashed ones only where they can be restored.
    static func condition(
        _ schema: Schema, id: Int64, in source: ListSource, _ perspective: Perspective, trashedToo: Bool
    ) -> SQL {
        var sql: SQL = " FROM \(raw: schema.kind.table) t WHERE t.id = \(id)"
        if schema.hasLifeCycle, !trashedToo { sql.append(" AND t.life_cycle < \(LifeCycle.trashed.rawValue)") }
        switch source {
        case .owned(let owner): sql.append(" AND \(schema.scope.condition(owner) ?? "1 = 0")")
        case .related(let condition, _): sql.append(" AND \(condition)")
        case .account: sql.append(" AND \(perspective.sees(schema.kind))")
        }
        return sql
    }
}
