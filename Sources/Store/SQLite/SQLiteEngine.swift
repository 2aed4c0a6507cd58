import Foundation
import Logging
import Synchronization

/// The embedded engine: one file, one writer, many readers.
final class SQLiteEngine: Engine {
    private let options: Store.Options
    private let keeper: CacheKeeper
    private let readers: ReaderPool
    private let scans: WorkQueue
    private let writer: Mutex<Writer?>

    /// Opens or creates the file and brings it to the newest schema.
    /// - Throws: `StoreError` of kind `cannotOpen`, or `newer` when the file was written by a newer Steward.
    init(
        path: String, migrations: [Migration], options: Store.Options, keeper: CacheKeeper, log: Logger
    ) throws {
        self.options = options
        self.keeper = keeper
        readers = ReaderPool(path: path)
        scans = WorkQueue(
            "steward-scan", threads: options.readerThreads, mostWrites: 0, waitLimit: options.waitLimit,
            mostPerCaller: options.readersPerPerson, isLong: true)
        writer = Mutex(nil)
        let database: Database
        do {
            let isNew = try OwnFile.make(path)
            database = try Self.openForWriting(path)
            let migrator = Migrator(migrations, name: path)
            if options.migrates {
                try migrator.migrate(database, now: options.clock())
            } else {
                try migrator.create(database, now: options.clock())
            }
            if !isNew, OwnFile.isWide(path) {
                log.warning(
                    "others than its owner can read the database; run chmod 600 on it", metadata: ["file": "\(path)"])
            }
        } catch {
            scans.close()
            throw error
        }
        let schema = migrations.last?.number ?? 0
        keeper.begin(at: try Epoch.read(database))
        nonisolated(unsafe) let handedOver = database
        writer.withLock { writer in
            writer = Writer(
                db: handedOver, limit: options.writeLimit, schema: schema, log: log, clock: options.clock,
                onAnalysis: { [readers] in readers.renew() }, onCommit: { keeper.changed($0, $1) })
        }
    }

    /// Opens the file as its one writer has it.
    static func openForWriting(_ path: String) throws -> Database {
        try refuseOtherFiles(path)
        let connection = try SQLiteConnection(path: path)
        try connection.run(
            script: """
                PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;
                PRAGMA cache_size = -32768; PRAGMA journal_size_limit = 67108864
                """)
        return Database(connection)
    }

    /// Refuses a file that is no database; the engine would take a very short one as empty and write over it.
    static func refuseOtherFiles(_ path: String) throws {
        guard let file = FileHandle(forReadingAtPath: path) else { return }
        defer { try? file.close() }
        let magic = Data("SQLite format 3\0".utf8)
        if let head = try? file.read(upToCount: magic.count), !head.isEmpty, head != magic {
            throw StoreError(.cannotOpen, "'\(path)' is not a database; name another file")
        }
    }

    /// Refuses a path where no database is; opening it would make one.
    static func requireFile(_ path: String) throws {
        guard isFile(path) else { throw StoreError(.cannotOpen, "there is no database '\(path)'") }
        try refuseOtherFiles(path)
    }

    static func isFile(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

    func close() {
        scans.close()
        readers.close()
        // Last, since whoever closes last puts the log into the file.
        writer.withLock { writer in
            writer?.close()
            writer = nil
        }
    }

    func read<Result: Sendable>(
        cost: Store.ReadCost, isolation: Store.Isolation, for caller: Caller?,
        _ body: @escaping @Sendable (Database) throws -> Result
    ) async throws -> Result {
        switch cost {
        case .flat: return try readHere(isolation, limit: options.readLimit, for: caller, body)
        case .open:
            // What a read has waited is part of what it may take.
            let end = ContinuousClock.now + options.readLimit
            let caller = caller.map { caller in
                Caller(id: caller.id) { [scans] in scans.isCrowded && caller.isGone() }
            }
            return try await scans.run(for: caller) { [self] in
                try readHere(isolation, limit: end - .now, for: caller, body)
            }
        }
    }

    private func readHere<Result>(
        _ isolation: Store.Isolation, limit: Duration, for caller: Caller?, _ body: (Database) throws -> Result
    ) throws -> Result {
        try readers.withDatabase { database in
            keeper.follow(database)
            database.connection.allow(limit, for: caller)
            return try database.read(isolation) { try body(database) }
        }
    }

    func look() async throws -> Look {
        try readHere(.statement, limit: options.readLimit, for: nil) { try Look.take($0) }
    }

    func write<Result: Sendable>(
        bulk: Bool, _ body: @escaping @Sendable (Transaction) throws -> Result
    ) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            let job = Writer.Job(
                body: { transaction in
                    let result = try body(transaction)
                    return { continuation.resume(returning: result) }
                },
                fail: { continuation.resume(throwing: $0) },
                isBulk: bulk)
            guard let writer = writer.withLock({ $0 }) else {
                return job.fail(StoreError(.unavailable, "the store is closed"))
            }
            writer.submit(job)
        }
    }
}
