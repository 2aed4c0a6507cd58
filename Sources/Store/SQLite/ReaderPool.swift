import Synchronization

/// The idle reading connections. Whoever reads takes one and gives it back; one is opened when none is idle, so there
/// are never more than threads that read.
final class ReaderPool: Sendable {
    /// A connection between two users: nobody touches it while it lies in the pool.
    private struct Idle: @unchecked Sendable {
        let database: Database
    }

    private struct State {
        var idle: [Idle] = []
        /// Counts up when all connections are to be opened anew.
        var generation = 0
    }

    /// What one connection keeps of the file; the system keeps the rest of what is in use.
    private static let cacheKilobytes = 16_384

    private let path: String
    private let state = Mutex(State())

    init(path: String) { self.path = path }

    /// Lends a connection for the time of `body`.
    func withDatabase<Result>(_ body: (Database) throws -> Result) throws -> Result {
        let (kept, generation) = state.withLock { ($0.idle.popLast(), $0.generation) }
        let lent = try kept ?? open()
        defer {
            state.withLock { state in
                if state.generation == generation { state.idle.append(lent) }
            }
        }
        return try body(lent.database)
    }

    func close() { renew() }

    /// Lets go of all connections, so that those opened from now on know the statistics of the tables.
    func renew() {
        state.withLock { state in
            state.idle.removeAll()
            state.generation += 1
        }
    }

    private func open() throws -> Idle {
        let connection: SQLiteConnection
        do throws(StoreError) {
            connection = try SQLiteConnection(path: path)
        } catch {
            // The file was opened before: there are too few descriptors or too little memory at this moment.
            throw StoreError(.unavailable, error.description)
        }
        try connection.run(
            script: "PRAGMA query_only = ON; PRAGMA cache_size = -\(Self.cacheKilobytes); PRAGMA temp_store = MEMORY")
        return Idle(database: Database(connection))
    }
}
