/// Counts kept beside the rows, so that a total costs a sum over a few rows instead of a scan.
public struct TallyKey: Hashable, Sendable, Comparable {
    /// The code of the resource that is counted.
    public let resource: Int64
    /// The account the counted records belong to.
    public let account: Int64
    /// 0 active, 1 archived, 2 trashed.
    public let lifeCycle: Int64
    /// The status (or other small enumeration) that totals are asked by.
    public let status: Int64

    public init(resource: Int64, account: Int64, lifeCycle: Int64, status: Int64) {
        self.resource = resource
        self.account = account
        self.lifeCycle = lifeCycle
        self.status = status
    }

    public static func < (left: TallyKey, right: TallyKey) -> Bool {
        (left.resource, left.account, left.lifeCycle, left.status)
            < (right.resource, right.account, right.lifeCycle, right.status)
    }
}

extension Transaction {
    /// How many rows share one count, so that writers on PostgreSQL seldom wait for each other; a connection adds to
    /// one of them, and what a count is, is their sum.
    static var shards: Int64 { 16 }

    /// Counts a record in (`+1`) or out (`-1`). The sums are written once, at the end of the transaction.
    public func tally(_ key: TallyKey, by difference: Int64) {
        tallies[key, default: 0] += difference
    }

    /// Writes the collected differences, keys in order, so that two transactions never wait for each other crosswise.
    func flushTallies() throws {
        for (key, difference) in tallies.sorted(by: { $0.key < $1.key }) where difference != 0 {
            try execute(
                """
                INSERT INTO tallies (resource, account, life_cycle, status, shard, total)
                VALUES (\(key.resource), \(key.account), \(key.lifeCycle), \(key.status), \(db.shard), \(difference))
                ON CONFLICT (resource, account, life_cycle, status, shard)
                DO UPDATE SET total = tallies.total + excluded.total
                """)
        }
        tallies.removeAll()
    }
}
