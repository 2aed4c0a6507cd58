/// One connection to the database, whichever engine it is. It belongs to one thread at a time; the store sees to that.
public final class Database {
    let connection: any Connection
    /// Which of the rows that share a count this connection adds to; see `Transaction.tally`.
    let shard: Int64
    /// What a layer above keeps beside this connection, such as ready reference bytes.
    public var companion: AnyObject?
    /// How far this connection has followed the store's invalidations.
    public internal(set) var invalidationsSeen: UInt64 = 0

    /// The statement that failed since this was last set to nil. PostgreSQL goes no further in a transaction with a
    /// failed statement, and the embedded engine is held to the same.
    var failure: StoreError?

    init(_ connection: any Connection, shard: Int64 = 0) {
        self.connection = connection
        self.shard = shard
    }

    /// What differs in this engine's SQL.
    public var dialect: Dialect { connection.dialect }

    /// Steps through the rows of a statement. The row is valid only inside `body`.
    public func query(_ sql: SQL, _ body: (borrowing Row) throws -> Void) throws {
        try step(plan: nil, sql.text, sql.values) { row in
            try body(row)
            return true
        }
    }

    /// Steps through the rows of a planned statement until `body` answers false.
    public func query(
        plan: Int, text: String, values: [SQLValue], _ body: (borrowing Row) throws -> Bool
    ) throws {
        try step(plan: plan, text, values, body)
    }

    /// The first row of a statement, shaped by `body`; nil when there is none.
    public func first<Result>(_ sql: SQL, _ body: (borrowing Row) throws -> Result) throws -> Result? {
        var result: Result?
        try step(plan: nil, sql.text, sql.values) { row in
            result = try body(row)
            return false
        }
        return result
    }

    /// Whether a statement finds a row.
    public func exists(_ sql: SQL) throws -> Bool { try first(sql) { _ in true } ?? false }

    /// The ids, or other whole numbers, that a statement finds in its first column.
    public func integers(_ sql: SQL) throws -> [Int64] { try all(sql) { $0.integer(0) } }

    /// All rows of a statement, shaped by `body`.
    @inlinable
    public func all<Result>(_ sql: SQL, _ body: (borrowing Row) throws -> Result) throws -> [Result] {
        var results: [Result] = []
        try query(sql) { results.append(try body($0)) }
        return results
    }

    /// Runs a statement that changes rows and answers how many it changed.
    @discardableResult
    func execute(_ sql: SQL) throws -> Int {
        try step(plan: nil, sql.text, sql.values) { _ in true }
    }

    @discardableResult
    private func step(
        plan: Int?, _ text: String, _ values: [SQLValue], _ body: (borrowing Row) throws -> Bool
    ) throws -> Int {
        do {
            return try connection.step(plan: plan, text, values, body)
        } catch let error as StoreError {
            failure = error
            throw error
        }
    }

    /// Runs the body of a read.
    func read<Result>(_ isolation: Store.Isolation, _ body: () throws -> Result) throws -> Result {
        switch isolation {
        case .snapshot: try transaction(.snapshot, body)
        case .statement: try body()
        }
    }

    /// Runs the body of a write: a statement in it that failed fails it, whoever caught the error.
    func write<Result>(_ body: () throws -> Result) throws -> Result {
        failure = nil
        let result = try body()
        if let failure { throw failure }
        return result
    }

    /// Runs `body` in a transaction: all of it or none.
    func transaction<Result>(_ kind: TransactionKind, _ body: () throws -> Result) throws -> Result {
        try connection.begin(kind)
        do {
            let result = try body()
            try connection.commit()
            return result
        } catch {
            if connection.isInTransaction { connection.rollback() }
            throw error
        }
    }
}
