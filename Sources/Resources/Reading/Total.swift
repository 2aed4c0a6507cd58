import Store

/// How many entries a list has: read from tallies where they can say it, else counted up to a limit.
struct Total {
    private let rows: ListRows
    private let limit: Int64
    /// The total as an expression of its own, where tallies can say it.
    let tally: SQL?
    /// What tallies say of the account's records alone, where others come beside them.
    private let ownTally: SQL?

    init(_ schema: Schema, _ query: ListQuery, _ perspective: Perspective, _ rows: ListRows) {
        self.rows = rows
        limit =
            perspective.seesAccount && (rows.areDisjoint || rows.foreign != nil)
            ? Limits.countedEntries : Limits.countedGrants
        let tally: SQL? =
            if rows.isOfAccount {
                switch query.tallied {
                case .all: Self.tallied(schema, perspective, nil)
                case .statuses(let statuses): Self.tallied(schema, perspective, statuses)
                case .unknown: nil
                }
            } else {
                nil
            }
        (self.tally, ownTally) = rows.foreign == nil ? (tally, nil) : (nil, tally)
    }

    /// The count, and whether counting stopped at the limit.
    /// - Parameter few: where counting stops without a count.
    func read(_ db: Database, few: Int64? = nil) throws -> (count: Int64?, isThrottled: Bool) {
        if let tally { return (try number(db, tally), false) }
        guard let foreign = rows.foreign else {
            // Ranges that overlap are merged, so that each row counts once.
            return try count(db, upTo: limit, few) { limit in
                rows.areDisjoint
                    ? "SELECT 1\(rows.counted.sql()) LIMIT \(limit + 1)"
                    : rows.merged(db.dialect, isDescending: false, limit: Int(limit) + 1) { _ in nil }
            }
        }
        let own: (count: Int64?, isThrottled: Bool) =
            if let ownTally {
                (try number(db, ownTally), false)
            } else {
                try count(db, upTo: limit, few) { "SELECT 1\(rows.counted.sql()) LIMIT \($0 + 1)" }
            }
        guard let ownCount = own.count else { return (nil, false) }
        let others = try count(db, upTo: Limits.countedGrants, few) { "\(foreign.counted) LIMIT \($0 + 1)" }
        guard let othersCount = others.count else { return (nil, false) }
        return (ownCount + othersCount, own.isThrottled || others.isThrottled)
    }

    private func number(_ db: Database, _ expression: SQL) throws -> Int64 {
        try db.first("SELECT \(expression)") { $0.integer(0) } ?? 0
    }

    /// Counts the rows of a statement.
    /// - Parameter select: the statement for a limit, one more than which it finds at most.
    private func count(
        _ db: Database, upTo most: Int64, _ few: Int64?, _ select: (Int64) -> SQL
    ) throws -> (count: Int64?, isThrottled: Bool) {
        let limit = min(few ?? most, most)
        let count = try db.first("SELECT count(*) FROM (\(select(limit))) counted") { $0.integer(0) } ?? 0
        if count > limit, limit < most { return (nil, false) }
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
