import Logging
import Synchronization

/// The open connections that nobody uses just now. While the database is away one caller at a time tries to reach it,
/// after ever longer pauses; the others are refused at once.
final class PostgresPool: Sendable {
    /// A connection between two users: nobody touches it while it lies in the pool.
    private struct Idle: @unchecked Sendable {
        let database: Database
    }

    private struct State {
        var idle: [Idle] = []
        var opened: Int64
        /// What went wrong last, how often in a row, and when to try again; nil while the database is there.
        var outage: (failure: StoreError, count: Int, retryAt: ContinuousClock.Instant)?
        var isTrying = false
        var isClosed = false
    }

    private enum Decision {
        case use(Idle)
        case open(shard: Int64)
        case refuse(StoreError)
    }

    /// The pause after the first failed try; it doubles with each.
    private static let firstPause: Duration = .milliseconds(100)
    private static let longestPause: Duration = .seconds(5)

    private let connector: PostgresConnector
    private let log: Logger
    private let state = Mutex(State(opened: .random(in: 0..<Transaction.shards)))

    init(_ connector: PostgresConnector, log: Logger) {
        self.connector = connector
        self.log = log
    }

    /// Lends a connection for the time of `body`. One that turns out broken is not used again, nor are those that lay
    /// idle beside it.
    /// - Throws: `StoreError` of kind `unavailable` while the database cannot be reached; what `body` throws.
    func withDatabase<Result>(_ body: (Database) throws -> Result) throws -> Result {
        let lent = try take()
        defer { giveBack(lent) }
        return try body(lent)
    }

    /// Puts in a connection that was opened elsewhere.
    func add(_ connection: PostgresConnection) {
        let shard = state.withLock { Self.nextShard(&$0) }
        giveBack(Database(connection, shard: shard))
    }

    func close() {
        let idle = state.withLock { state in
            state.isClosed = true
            defer { state.idle.removeAll() }
            return state.idle
        }
        _ = idle
    }

    private func take() throws(StoreError) -> Database {
        let decision = state.withLock { state -> Decision in
            if state.isClosed { return .refuse(StoreError(.unavailable, "the store is closed")) }
            if let idle = state.idle.popLast() { return .use(idle) }
            if let outage = state.outage {
                if state.isTrying || .now < outage.retryAt { return .refuse(outage.failure) }
                state.isTrying = true
            }
            return .open(shard: Self.nextShard(&state))
        }
        switch decision {
        case .use(let idle): return idle.database
        case .refuse(let failure): throw failure
        case .open(let shard): return try open(shard)
        }
    }

    private static func nextShard(_ state: inout State) -> Int64 {
        state.opened += 1
        return state.opened % Transaction.shards
    }

    private func giveBack(_ database: Database) {
        let isLost = database.connection.isLost
        nonisolated(unsafe) let database = database
        let dropped = state.withLock { state in
            var dropped: [Idle] = []
            if isLost {
                swap(&dropped, &state.idle)
            } else if !state.isClosed {
                state.idle.append(Idle(database: database))
            }
            return dropped
        }
        _ = dropped
    }

    private func open(_ shard: Int64) throws(StoreError) -> Database {
        do throws(StoreError) {
            let connection = try connector.connect()
            let wasAway = state.withLock { state in
                defer {
                    state.outage = nil
                    state.isTrying = false
                }
                return state.outage != nil
            }
            if wasAway { log.notice("the database is there again") }
            return Database(connection, shard: shard)
        } catch {
            // Whatever is wrong now, it was right when the server started.
            let failure = StoreError(.unavailable, error.description)
            let count = state.withLock { state in
                let count = (state.outage?.count ?? 0) + 1
                let pause = min(Self.firstPause * (1 << min(count - 1, 10)), Self.longestPause)
                state.outage = (failure, count, .now + pause)
                state.isTrying = false
                return count
            }
            if count == 1 { log.error("the database is away", metadata: ["error": "\(error)"]) }
            throw failure
        }
    }
}
