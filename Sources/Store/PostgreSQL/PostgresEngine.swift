import Foundation
import Logging
import NIOPosix
import Synchronization
import Wire

/// PostgreSQL: a connection for each of a number of threads, and any number of such processes beside each other.
final class PostgresEngine: Engine {
    private let pool: PostgresPool
    private let options: Store.Options
    private let keeper: CacheKeeper
    private let log: Logger
    /// Serve bounded reads and writes; each thread uses one connection at a time.
    private let threads: NIOThreadPool
    /// Serve reads that may scan, so that these cannot take all connections.
    private let scanners: NIOThreadPool
    /// Looks at the epochs whatever the others are busy with.
    private let lookout: NIOThreadPool
    private let calls = Atomic<Int>(0)
    private let isClosed = Atomic<Bool>(false)

    /// The most calls that have a connection or wait for one.
    private static let maximumCalls = 2048
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
        guard try database.first("SELECT CAST(current_schema() AS text)", { $0.isNull(0) }) == false else {
            throw StoreError(
                .cannotOpen, "cannot open the database '\(address)': its search_path names no schema that exists")
        }
        try Migrator(migrations, name: address.description).migrate(database, now: options.clock())
        keeper.begin(at: try Epoch.read(database))
        pool = PostgresPool(connector, log: log)
        pool.add(connection)
        self.options = options
        self.keeper = keeper
        self.log = log
        threads = NIOThreadPool(numberOfThreads: options.connections)
        scanners = NIOThreadPool(numberOfThreads: options.readerThreads)
        lookout = NIOThreadPool(numberOfThreads: 1)
        for pool in [threads, scanners, lookout] { pool.start() }
    }

    func close() {
        isClosed.store(true, ordering: .relaxed)
        for pool in [threads, scanners, lookout] { try? pool.syncShutdownGracefully() }
        pool.close()
    }

    // MARK: Reading

    func read<Result: Sendable>(
        cost: Store.ReadCost, _ body: @escaping @Sendable (Database) throws -> Result
    ) async throws -> Result {
        try await run(on: cost == .flat ? threads : scanners) { [self] in
            try readHere(limit: options.readLimit, body)
        }
    }

    /// A read that met a broken connection changed nothing, so it is done again on a new one.
    private func readHere<Result>(limit: Duration, _ body: (Database) throws -> Result) throws -> Result {
        func once() throws -> (result: Swift.Result<Result, any Error>, isLost: Bool) {
            try pool.withDatabase { database in
                keeper.follow(database)
                database.connection.allow(limit)
                let result = Swift.Result { try database.transaction(.snapshot) { try body(database) } }
                return (result, database.connection.isLost)
            }
        }
        let (result, isLost) = try once()
        guard isLost, case .failure(let error as StoreError) = result, error.kind == .unavailable else {
            return try result.get()
        }
        return try once().result.get()
    }

    func currentEpoch() async throws -> Epoch {
        try await lookout.runIfActive { [self] in
            try readHere(limit: .seconds(1)) { try Epoch.read($0) }
        }
    }

    // MARK: Writing

    func write<Result: Sendable>(
        bulk: Bool, _ body: @escaping @Sendable (Transaction) throws -> Result
    ) async throws -> Result {
        try await run(on: threads) { [self] in
            var attempt = 1
            while true {
                do {
                    return try pool.withDatabase { try write($0, limit: bulk ? nil : options.writeLimit, body) }
                } catch let error as StoreError where Self.mayRepeat(error, attempt) {
                    log.debug("a transaction runs again", metadata: ["error": "\(error)", "attempt": "\(attempt)"])
                    Thread.sleep(forTimeInterval: .random(in: 0...Self.pause) * Double(attempt * attempt))
                    attempt += 1
                }
            }
        }
    }

    private func write<Result>(
        _ database: Database, limit: Duration?, _ body: (Transaction) throws -> Result
    ) throws -> Result {
        keeper.follow(database)
        database.connection.allow(limit)
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
    private static func mayRepeat(_ error: StoreError, _ attempt: Int) -> Bool {
        switch error.kind {
        case .conflict: attempt < maximumAttempts
        case .constraint: attempt == 1
        case .unavailable: attempt == 1
        default: false
        }
    }

    // MARK: Waiting

    private func run<Result: Sendable>(
        on threads: NIOThreadPool, _ body: @escaping @Sendable () throws -> Result
    ) async throws -> Result {
        let submitted = ContinuousClock.now
        defer { calls.subtract(1, ordering: .relaxed) }
        guard calls.add(1, ordering: .relaxed).newValue <= Self.maximumCalls else {
            throw StoreError(.unavailable, "more than \(Self.maximumCalls) calls wait for a connection to the database")
        }
        if isClosed.load(ordering: .relaxed) { throw StoreError(.unavailable, "the store is closed") }
        do {
            return try await threads.runIfActive { [options] in
                if .now - submitted > options.waitLimit {
                    throw StoreError(
                        .unavailable,
                        "all \(options.connections) connections to the database were busy for \(options.waitLimit)")
                }
                return try body()
            }
        } catch is CancellationError where isClosed.load(ordering: .relaxed) {
            throw StoreError(.unavailable, "the store is closing")
        }
    }
}
