import Foundation
import Logging

/// The connections of this process. While the database is away one caller at a time tries to reach it, after ever
/// longer pauses, and the others are refused at once; while the server takes no more connections, callers share those
/// there are.
final class PostgresPool: @unchecked Sendable {
    /// What went wrong last, how often in a row, and when to try again.
    private struct Outage {
        var failure: StoreError
        var count: Int
        var retryAt: ContinuousClock.Instant
    }

    /// The pause after the first failed try; it doubles with each.
    private static let firstPause: Duration = .milliseconds(100)
    private static let longestPause: Duration = .seconds(2)
    /// How long nobody asks for a further connection after the server refused one.
    private static let crowdedPause: Duration = .seconds(10)

    private let connector: PostgresConnector
    private let waitLimit: Duration
    private let log: Logger
    private let condition = NSCondition()
    // Guarded by `condition`.
    private var idle: [Database] = []
    private var lent = 0
    private var opened = Int64.random(in: 0..<Transaction.shards)
    private var outage: Outage?
    private var isTrying = false
    private var crowdedUntil: ContinuousClock.Instant?
    private var isClosed = false

    init(_ connector: PostgresConnector, waitLimit: Duration, log: Logger) {
        self.connector = connector
        self.waitLimit = waitLimit
        self.log = log
    }

    /// Lends a connection for the time of `body`. One that turns out broken is not used again, nor are those that lay
    /// idle beside it.
    /// - Throws: `StoreError` of kind `unavailable` while the database cannot be reached; what `body` throws.
    func withDatabase<Result>(_ body: (Database) throws -> Result) throws -> Result {
        let database = try take()
        defer { giveBack(database) }
        return try body(database)
    }

    /// Puts in a connection that was opened elsewhere.
    func add(_ connection: PostgresConnection) {
        condition.lock()
        defer { condition.unlock() }
        idle.append(Database(connection, shard: nextShard()))
    }

    func close() {
        condition.lock()
        defer { condition.unlock() }
        isClosed = true
        idle.removeAll()
        condition.broadcast()
    }

    // MARK: Taking and giving back

    private func take() throws(StoreError) -> Database {
        let end = ContinuousClock.now + waitLimit
        while true {
            switch try next(until: end) {
            case .use(let database): return database
            case .open(let shard): if let database = try open(shard) { return database }
            }
        }
    }

    private enum Decision {
        case use(Database)
        case open(shard: Int64)
    }

    private func next(until end: ContinuousClock.Instant) throws(StoreError) -> Decision {
        condition.lock()
        defer { condition.unlock() }
        while true {
            if isClosed { throw StoreError(.unavailable, "the store is closed") }
            if let database = idle.popLast() {
                lent += 1
                return .use(database)
            }
            if let outage {
                if isTrying || .now < outage.retryAt { throw outage.failure }
                isTrying = true
            } else if let crowdedUntil, .now < crowdedUntil, lent > 0 {
                guard condition.wait(until: Date(timeIntervalSinceNow: max((end - .now) / .seconds(1), 0))) else {
                    throw StoreError(.unavailable, "the server takes no more connections, and all are busy")
                }
                continue
            }
            lent += 1
            return .open(shard: nextShard())
        }
    }

    /// With the lock held.
    private func nextShard() -> Int64 {
        opened += 1
        return opened % Transaction.shards
    }

    private func giveBack(_ database: Database) {
        condition.lock()
        defer { condition.unlock() }
        lent -= 1
        if database.connection.isLost {
            idle.removeAll()
        } else if !isClosed {
            idle.append(database)
        }
        condition.signal()
    }

    /// Opens a connection; nil when there is no room for one, but others to wait for.
    private func open(_ shard: Int64) throws(StoreError) -> Database? {
        do throws(StoreError) {
            let connection = try connector.connect()
            if isThereAgain() { log.notice("the database is there again") }
            return Database(connection, shard: shard)
        } catch {
            return try noteFailure(error)
        }
    }

    private func isThereAgain() -> Bool {
        condition.lock()
        defer { condition.unlock() }
        isTrying = false
        crowdedUntil = nil
        condition.broadcast()
        guard outage != nil else { return false }
        outage = nil
        return true
    }

    private func noteFailure(_ error: StoreError) throws(StoreError) -> Database? {
        condition.lock()
        defer { condition.unlock() }
        lent -= 1
        isTrying = false
        condition.broadcast()
        if error.kind == .crowded, lent + idle.count > 0 {
            if crowdedUntil.map({ .now >= $0 }) ?? true {
                log.warning("the server takes no more connections", metadata: ["in use": "\(lent + idle.count)"])
            }
            crowdedUntil = .now + Self.crowdedPause
            return nil
        }
        // Whatever is wrong now, it was right when the server started.
        let failure = StoreError(.unavailable, error.description)
        let count = (outage?.count ?? 0) + 1
        let pause = min(Self.firstPause * (1 << min(count - 1, 10)), Self.longestPause)
        outage = Outage(failure: failure, count: count, retryAt: .now + pause)
        if count == 1 { log.error("the database is away", metadata: ["error": "\(error)"]) }
        throw failure
    }
}
