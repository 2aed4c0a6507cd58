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

    /// Whether a record was granted to one of several holders: whether they are named on it.
    static func hold(_ db: Database, _ holders: [Int64], _ kind: RecordKind, _ id: Int64) throws -> Bool {
        try db.exists(
            """
            SELECT 1 FROM grants WHERE kind = \(kind.code) AND record_id = \(id) AND holder IN (\(list: holders))
            """)
    }

    /// Whether anything in an account was granted to one of several holders.
    static func hold(_ db: Database, _ holders: [Int64], anythingIn account: Int64) throws -> Bool {
        // One probe for each kind, since the key begins with the holder and the kind.
        for kind in Scopes.kinds {
            let isHeld = try db.exists(
                """
                SELECT 1 FROM grants WHERE holder IN (\(list: holders)) AND kind = \(kind.code) AND account = \(account)
                LIMIT 1
                """)
            if isHeld { return true }
        }
        return false
    }

    /// Ends a holder's sight of a record.
    func revoke(holder: Int64, _ kind: RecordKind, _ id: Int64) throws {
        try transaction.execute(
            "DELETE FROM grants WHERE kind = \(kind.code) AND record_id = \(id) AND holder = \(holder)")
    }
}
