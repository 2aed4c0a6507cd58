import Store

/// How many entries a list has: read from tallies where they can say it, else counted up to a limit.
struct Total {
    let schema: Schema
    let source: ListSource
    let query: ListQuery
    let perspective: Perspective
    /// The FROM and WHERE of the list.
    let base: SQL
    /// The total as an expression of its own, where tallies can say it.
    let tally: SQL?

    init(_ schema: Schema, _ source: ListSource, _ query: ListQuery, _ perspective: Perspective, _ base: SQL) {
        self.schema = schema
        self.source = source
        self.query = query
        self.perspective = perspective
        self.base = base
        tally =
            if case .account = source, perspective.seesAccount {
                switch query.tallied {
                case .all: Self.tallied(schema, perspective, nil)
                case .statuses(let statuses): Self.tallied(schema, perspective, statuses)
                case .unknown: nil
                }
            } else {
                nil
            }
    }

    /// The count, and whether counting stopped at the limit.
    func read(_ db: Database) throws -> (count: Int64, isThrottled: Bool) {
        if let tally { return (try db.first("SELECT \(tally)") { $0.integer(0) } ?? 0, false) }
        let limit = perspective.seesAccount ? Limits.countedEntries : Limits.countedGrants
        let counted: SQL
        if case .account = source, !perspective.seesAccount, query.filters.isEmpty {
            // What was granted can be counted in the grants' own index.
            counted = """
                SELECT count(*) FROM (SELECT DISTINCT record_id FROM grants g WHERE g.holder IN \
                (\(list: perspective.holders)) AND g.kind = \(schema.kind.code) AND g.account = \
                \(perspective.account) AND g.life_cycle = 0 LIMIT \(limit + 1)) counted
                """
        } else {
            counted = "SELECT count(*) FROM (SELECT 1\(base) LIMIT \(limit + 1)) counted"
        }
        let count = try db.first(counted) { $0.integer(0) } ?? 0
        return (min(count, limit), count > limit)
    }

    private static func tallied(_ schema: Schema, _ perspective: Perspective, _ statuses: [Int64]?) -> SQL {
        let some: SQL = statuses.map { " AND status IN (\(list: $0))" } ?? ""
        return """
            (SELECT CAST(coalesce(sum(total), 0) AS bigint) FROM tallies WHERE resource = \(schema.kind.code) \
            AND account = \(perspective.account) AND life_cycle = 0\(some))
            """
    }
}
