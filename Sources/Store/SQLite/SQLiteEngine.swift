import Foundation
import Logging
import NIOPosix
import Synchronization
import Wire

/// The embedded engine: one file, one writer, many readers (DESIGN §4).
final class SQLiteEngine: Engine {
    private let options: Store.Options
    private let keeper: CacheKeeper
    private let readers: ReaderPool
    private let threads: NIOThreadPool
    private let writer: Mutex<Writer?>

    /// Opens or creates the file and brings it to the newest schema.
    /// - Throws: `StoreError` of kind `cannotOpen`, or `newer` when the file was written by a newer Steward.
    init(
        path: String, migrations: [Migration], options: Store.Options, keeper: CacheKeeper, log: Logger
    ) throws {
        self.options = options
        self.keeper = keeper
        readers = ReaderPool(path: path)
        threads = NIOThreadPool(numberOfThreads: options.readerThreads)
        writer = Mutex(nil)
        let database = try Self.openForWriting(path)
        try Migrator(migrations, name: path).migrate(database, now: options.clock())
        threads.start()
        keeper.begin(at: try Epoch.read(database))
        nonisolated(unsafe) let handedOver = database
        writer.withLock { writer in
            writer = Writer(db: handedOver, limit: options.writeLimit, log: log, clock: options.clock) {
                keeper.changed($0, $1)
            }
        }
    }

    /// Opens the file as its one writer has it.
    static func openForWriting(_ path: String) throws -> Database {
        try refuseOtherFiles(path)
        let connection = try SQLiteConnection(path: path)
        try connection.run(
            script: """
                PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;
                PRAGMA cache_size = -65536; PRAGMA journal_size_limit = 67108864
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
        try? threads.syncShutdownGracefully()
        readers.close()
        // Last, since whoever closes last puts the log into the file.
        writer.withLock { writer in
            writer?.close()
            writer = nil
        }
    }

    func read<Result: Sendable>(
        cost: Store.ReadCost, isolation: Store.Isolation, _ body: @escaping @Sendable (Database) throws -> Result
    ) async throws -> Result {
        switch cost {
        case .flat: try readHere(isolation, body)
        case .open: try await threads.runIfActive { try self.readHere(isolation, body) }
        }
    }

    private func readHere<Result>(
        _ isolation: Store.Isolation, _ body: (Database) throws -> Result
    ) throws -> Result {
        try readers.withDatabase { database in
            keeper.follow(database)
            database.connection.allow(options.readLimit)
            return try database.read(isolation) { try body(database) }
        }
    }

    func currentEpoch() async throws -> Epoch { try readHere(.statement) { try Epoch.read($0) } }

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
