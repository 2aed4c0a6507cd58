import Synchronization

/// The idle reading connections. Whoever reads takes one and gives it back; one is opened when none is idle, so there
/// are never more than threads that read.
final class ReaderPool: Sendable {
    /// A connection between two users: nobody touches it while it lies in the pool.
    private struct Idle: @unchecked Sendable {
        let database: Database
    }

    private let path: String
    private let idle = Mutex<[Idle]>([])

    init(path: String) { self.path = path }

    /// Lends a connection for the time of `body`.
    func withDatabase<Result>(_ body: (Database) throws -> Result) throws -> Result {
        let lent = try idle.withLock { $0.popLast() } ?? open()
        defer { idle.withLock { $0.append(lent) } }
        return try body(lent.database)
    }

    func close() {
        idle.withLock { $0.removeAll() }
    }

    private func open() throws -> Idle {
        let connection = try SQLiteConnection(path: path)
        try connection.run(script: "PRAGMA query_only = ON; PRAGMA cache_size = -32000; PRAGMA temp_store = MEMORY")
        return Idle(database: Database(connection))
    }
}
