import Resources
import Store

/// Who sees which single record: `grants(holder, kind, account, life_cycle, record_id)`, kept in the writing
/// transaction. A person holds grants by their id, a team by its negated id.
struct Grants {
    private let transaction: Transaction

    init(_ transaction: Transaction) { self.transaction = transaction }

    /// How a team is named as a holder.
    static func holder(team: Int64) -> Int64 { -team }

    /// Lets a holder see a record; doing so twice changes nothing.
    func grant(
        holder: Int64, _ kind: RecordKind, _ id: Int64, account: Int64, lifeCycle: LifeCycle = .active
    ) throws {
        try transaction.execute(
            """
            INSERT INTO grants (holder, kind, account, life_cycle, record_id)
            VALUES (\(holder), \(kind.code), \(account), \(lifeCycle.rawValue), \(id)) ON CONFLICT DO NOTHING
            """)
    }

    /// Ends a holder's sight of a record.
    func revoke(holder: Int64, _ kind: RecordKind, _ id: Int64) throws {
        try transaction.execute(
            "DELETE FROM grants WHERE kind = \(kind.code) AND record_id = \(id) AND holder = \(holder)")
    }
}
