import Foundation
import Logging

/// PostgreSQL: a connection for each of a number of threads, and any number of such processes beside each other.
final class PostgresEngine: Engine {
    private let pool: PostgresPool
    private let options: Store.Options
    private let keeper: CacheKeeper
    private let log: Logger
    /// Bounded reads, and writes.
    private let calls: WorkQueue
    /// Reads that may scan, which cannot take all connections thereby.
    private let scans: WorkQueue
    /// Looks at the epochs whatever the others are busy with.
    private let looks: WorkQueue

    /// How often a transaction that others got in the way of is run.
    private static let maximumAttempts = 8
    /// The longest pause before the second run; it grows with each.
    private static let pause: Double = 0.004

    /// Reaches the database and brings it to the newest schema.
    /// - Throws: `StoreError`.
    init(
        _ address: PostgresAddress, migrations: [Migration], options: Store.Options, keeper: CacheKeeper, log: Logger
    ) throws {
        let connector = PostgresConnector(address: address)
        let connection = try connector.connect()
        let database = Database(connection)
        do {
            guard try database.first("SELECT CAST(current_schema() AS text)", { $0.isNull(0) }) == false else {
                throw StoreError(.defect, "its search_path names no schema that exists")
            }
            let migrator = Migrator(migrations, name: address.description)
            if options.migrates {
                try migrator.migrate(database, now: options.clock())
            } else {
                try migrator.create(database, now: options.clock())
            }
            keeper.begin(at: try Epoch.read(database))
        } catch let error as StoreError where error.kind == .defect {
            // Such as a schema in which this user may not create tables.
            throw StoreError(.cannotOpen, "cannot open the database '\(address)': \(error)")
        }
        pool = PostgresPool(connector, waitLimit: options.waitLimit, log: log)
        pool.add(connection)
        self.options = options
        self.keeper = keeper
        self.log = log
        calls = WorkQueue(
            "steward-call", threads: options.connections, mostWrites: max(options.connections * 3 / 4, 1),
            waitLimit: options.waitLimit)
        scans = WorkQueue(
            "steward-scan", threads: options.readerThreads, mostWrites: 0, waitLimit: options.waitLimit,
            mostPerCaller: options.readersPerPerson)
        looks = WorkQueue("steward-look", threads: 1, mostWrites: 0, waitLimit: options.waitLimit)
    }

    func close() {
        for queue in [calls, scans, looks] { queue.close() }
        pool.close()
    }

    // MARK: Reading

    func read<Result: Sendable>(
        cost: Store.ReadCost, isolation: Store.Isolation, for caller: Caller?,
        _ body: @escaping @Sendable (Database) throws -> Result
    ) async throws -> Result {
        if cost == .flat {
            return try await calls.run { [self] in try readHere(isolation, limit: options.readLimit, body) }
        }
        // What a read has waited is part of what it may take.
        let end = ContinuousClock.now + options.readLimit
        return try await scans.run(for: caller) { [self] in try readHere(isolation, limit: end - .now, body) }
    }

    /// A read that met a broken connection changed nothing, so it is done again on a new one.
    private func readHere<Result>(
        _ isolation: Store.Isolation, limit: Duration, _ body: (Database) throws -> Result
    ) throws -> Result {
        func once() throws -> (result: Swift.Result<Result, any Error>, isLost: Bool) {
            try pool.withDatabase { database in
                keeper.follow(database)
                database.connection.allow(limit)
                let result = Swift.Result { try database.read(isolation) { try body(database) } }
                return (result, database.connection.isLost)
            }
        }
        let (result, isLost) = try once()
        guard isLost, case .failure(let error as StoreError) = result, error.kind == .unavailable else {
            return try result.get()
        }
        return try once().result.get()
    }

    func look() async throws -> Look {
        try await looks.run { [self] in try readHere(.statement, limit: .seconds(1)) { try Look.take($0) } }
    }

    // MARK: Writing

    func write<Result: Sendable>(
        bulk: Bool, _ body: @escaping @Sendable (Transaction) throws -> Result
    ) async throws -> Result {
        try await calls.run(isWrite: true) { [self] in
            let end = bulk ? nil : ContinuousClock.now + options.writeLimit
            var attempt = 1
            while true {
                var isLost = false
                do {
                    return try pool.withDatabase { database in
                        defer { isLost = database.connection.isLost }
                        return try write(database, until: end, body)
                    }
                } catch let error as StoreError where Self.mayRepeat(error, attempt, isLost) {
                    log.debug("a transaction runs again", metadata: ["error": "\(error)", "attempt": "\(attempt)"])
                    Thread.sleep(forTimeInterval: .random(in: 0...Self.pause) * Double(attempt * attempt))
                    attempt += 1
                }
            }
        }
    }

    private func write<Result>(
        _ database: Database, until end: ContinuousClock.Instant?, _ body: (Transaction) throws -> Result
    ) throws -> Result {
        keeper.follow(database)
        database.connection.allow(end.map { $0 - .now })
        let transaction = Transaction(db: database, now: options.clock())
        transaction.onInvalidation = { (database.companion as? any ConnectionCache)?.drop($0) }
        do {
            let (result, step) = try database.transaction(.write) {
                let result = try database.write { try body(transaction) }
                try transaction.flushTallies()
                return (result, try transaction.invalidations.isEmpty ? nil : Epoch.advance(database))
            }
            keeper.changed(transaction.invalidations, step)
            return result
        } catch {
            // It may hold records that were rolled back.
            database.companion = nil
            if let error = error as? StoreError { report(error) }
            throw error
        }
    }

    private func report(_ error: StoreError) {
        if [.outcomeUnknown, .defect].contains(error.kind) {
            log.error("transaction failed", metadata: ["error": "\(error)"])
        }
    }

    /// Whether nothing was committed and another run may fare better. One that ran into a key which somebody else took
    /// at that moment is run once more: then its own check finds the key taken, and says so in the client's terms.
    private static func mayRepeat(_ error: StoreError, _ attempt: Int, _ isLost: Bool) -> Bool {
        switch error.kind {
        case .conflict: attempt < maximumAttempts
        case .constraint: attempt == 1
        case .unavailable: isLost && attempt == 1
        default: false
        }
    }
}
