import Store

/// How many entries a list has: read from tallies where they can say it, else counted up to a limit.
struct Total {
    private let rows: ListRows
    private let limit: Int64
    /// The total as an expression of its own, where tallies can say it.
    let tally: SQL?

    init(_ schema: Schema, _ source: ListSource, _ query: ListQuery, _ perspective: Perspective, _ rows: ListRows) {
        self.rows = rows
        limit = perspective.seesAccount && rows.areDisjoint ? Limits.countedEntries : Limits.countedGrants
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
    /// - Parameter few: where counting stops without a count.
    func read(_ db: Database, few: Int64? = nil) throws -> (count: Int64?, isThrottled: Bool) {
        if let tally { return (try db.first("SELECT \(tally)") { $0.integer(0) } ?? 0, false) }
        let limit = min(few ?? limit, limit)
        // Ranges that overlap are merged, so that each row counts once.
        let counted: SQL =
            rows.areDisjoint
            ? "SELECT 1\(rows.counted.sql()) LIMIT \(limit + 1)"
            : rows.merged(db.dialect, isDescending: false, limit: Int(limit) + 1) { _ in nil }
        let count = try db.first("SELECT count(*) FROM (\(counted)) counted") { $0.integer(0) } ?? 0
        if count > limit, limit < self.limit { return (nil, false) }
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
