/// What an engine can do on one connection. It belongs to one thread at a time.
protocol Connection: AnyObject {
    var dialect: Dialect { get }

    /// Runs a script of statements that bind nothing and answer nothing.
    func run(script: String) throws(StoreError)

    /// Steps through the rows of a statement until `body` answers false. Statements are prepared once and kept, those
    /// of plans by number, so that the hot path does not hash their text.
    /// - Returns: how many rows it changed.
    @discardableResult
    func step(
        plan: Int?, _ text: String, _ values: [SQLValue], _ body: (borrowing Row) throws -> Bool
    ) throws -> Int

    /// Puts rows, in the order of the columns, into a table as fast as the engine can.
    func load(_ table: String, columns: [String], rows: [[SQLValue]]) throws

    func begin(_ kind: TransactionKind) throws

    /// - Throws: `StoreError` of kind `outcomeUnknown` when nobody can say whether it was committed.
    func commit() throws

    /// Ends a transaction without its changes. What fails here leaves the connection lost, and the changes too.
    func rollback()

    /// Whether a transaction is open; the engine may have rolled back by itself (disk full, I/O error).
    var isInTransaction: Bool { get }

    /// Whether the connection can be used no more.
    var isLost: Bool { get }

    /// Closes the connection; it is not used any more.
    func close()

    /// Lets statements run until `limit` from now, all together, and as long as a caller waits for them.
    func allow(_ limit: Duration?, for caller: Caller?)
}

extension Connection {
    /// Lets statements run until `limit` from now, all together.
    func allow(_ limit: Duration?) { allow(limit, for: nil) }
}

/// What a transaction is for.
enum TransactionKind {
    /// All its reads see one state of the database.
    case snapshot
    /// It changes rows.
    case write
    /// It changes tables, alone among all processes.
    case migration
}
