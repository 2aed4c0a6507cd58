import Wire

/// A write in progress: everything done through it is committed together or not at all. Bodies of transactions are
/// synchronous; nothing in them waits for a network or another task.
public final class Transaction {
    /// The connection, for reading what this transaction sees.
    public let db: Database
    /// The one instant all rows of this transaction carry.
    public let now: Timestamp
    var tallies: [TallyKey: Int64] = [:]
    private(set) var invalidations: [Invalidation] = []
    /// What is to be done after the commit, in the order it was asked for.
    private(set) var asked: [AfterCommit] = []

    init(db: Database, now: Timestamp) {
        self.db = db
        self.now = now
    }

    /// Runs a statement and answers how many rows it changed.
    @discardableResult
    public func execute(_ sql: SQL) throws -> Int { try db.execute(sql) }

    /// Runs an `INSERT … RETURNING id` and answers the new id.
    public func insert(_ sql: SQL) throws -> Int64 {
        var id: Int64?
        try db.query(sql) { id = $0.integer(0) }
        guard let id else {
            throw StoreError(.defect, "no id came back from: \(sql.text)")
        }
        return id
    }

    /// Keeps rows from other writers until this transaction ends, so that what is decided by them holds. Rows are
    /// locked in the order of their ids, so that two transactions never wait for each other crosswise; a no-op on the
    /// embedded engine, which has one writer.
    public func lock(_ table: String, key: String = "id", _ ids: [Int64]) throws {
        guard !db.dialect.lock.isEmpty, !ids.isEmpty else { return }
        try db.query(
            """
            SELECT 1 FROM \(raw: table) t WHERE t.\(raw: key) IN (\(list: ids)) \
            ORDER BY t.\(raw: key)\(raw: db.dialect.lock)
            """
        ) { _ in }
    }

    /// Runs a fixed script, as migrations do.
    public func run(script: String) throws { try db.connection.run(script: script) }

    /// Asks for work once this commits; asking twice is asking once.
    public func ask(_ work: AfterCommit) {
        if !asked.contains(work) { asked.append(work) }
    }

    /// Says that what processes keep of a record is out of date once this commits.
    public func invalidate(_ invalidation: Invalidation) {
        invalidations.append(invalidation)
        onInvalidation?(invalidation)
    }

    /// Lets the cache beside this very connection follow at once, before the commit.
    var onInvalidation: ((Invalidation) -> Void)?
}
