import Foundation
import Logging
import NIOPosix
import Synchronization
import Wire

/// The embedded store: one file, one writer, many readers (DESIGN §4). An answered write is on disk.
public final class Store: Sendable {
    /// What an operator may change.
    public struct Options: Sendable {
        /// How long one read may take, all its statements together.
        public var readLimit: Duration = .seconds(5)
        /// How long one write may take, all its statements together.
        public var writeLimit: Duration = .seconds(10)
        /// How many threads serve reads whose cost is not bounded.
        public var readerThreads = 4
        /// The clock that rows are stamped by.
        public var clock: @Sendable () -> Timestamp = { Timestamp.now() }
        public init() {}
    }

    /// Where a read runs.
    public enum ReadCost: Sendable {
        /// A few index probes: on the calling thread, which costs no hand-over.
        case flat
        /// It may scan: on a thread of its own, so that it cannot hold up handlers.
        case open
    }

    /// The invalidations of this process; caches follow it.
    public let invalidations = InvalidationLog()
    /// The file.
    public let path: String
    private let options: Options
    private let readers: ReaderPool
    private let threads: NIOThreadPool
    private let knownEpoch = Mutex<Int64>(0)
    private let writer: Mutex<Writer?>

    /// Opens or creates the file and brings it to the newest schema.
    /// - Throws: `StoreError` of kind `cannotOpen`, or `newer` when the file was written by a newer Steward.
    public init(path: String, migrations: [Migration], options: Options = Options(), log: Logger) throws {
        self.path = path
        self.options = options
        readers = ReaderPool(path: path)
        threads = NIOThreadPool(numberOfThreads: options.readerThreads)
        writer = Mutex(nil)
        try Self.refuseOtherFiles(path)
        let database = try Database(path: path)
        try database.run(
            script: """
                PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;
                PRAGMA cache_size = -65536; PRAGMA journal_size_limit = 67108864
                """)
        try Migrator(migrations, path: path).migrate(database, now: options.clock())
        threads.start()
        knownEpoch.withLock { $0 = (try? Epochs.current(database)) ?? 0 }
        nonisolated(unsafe) let handedOver = database
        writer.withLock { writer in
            writer = Writer(db: handedOver, limit: options.writeLimit, log: log, clock: options.clock) {
                [unowned self] invalidations, epoch in
                committed(invalidations, epoch)
            }
        }
    }

    /// Refuses a file that is no database; the engine would take a very short one as empty and write over it.
    private static func refuseOtherFiles(_ path: String) throws {
        guard let file = FileHandle(forReadingAtPath: path) else { return }
        defer { try? file.close() }
        let magic = Data("SQLite format 3\0".utf8)
        if let head = try? file.read(upToCount: magic.count), !head.isEmpty, head != magic {
            throw StoreError(.cannotOpen, "'\(path)' is not a database; name another file")
        }
    }

    /// Finishes queued writes and closes all connections.
    public func close() {
        writer.withLock { writer in
            writer?.close()
            writer = nil
        }
        try? threads.syncShutdownGracefully()
        readers.close()
    }

    /// The store's clock.
    public var now: Timestamp { options.clock() }

    /// Reads from one snapshot. The body is synchronous.
    /// - Throws: what the body throws; `StoreError` of kind `timeout` past the read limit.
    public func read<Result: Sendable>(
        cost: ReadCost = .flat, _ body: @escaping @Sendable (Database) throws -> Result
    ) async throws -> Result {
        switch cost {
        case .flat: try readHere(body)
        case .open: try await threads.runIfActive { try self.readHere(body) }
        }
    }

    private func readHere<Result>(_ body: (Database) throws -> Result) throws -> Result {
        try readers.withDatabase { database in
            follow(database)
            database.allow(options.readLimit)
            return try database.snapshot { try body(database) }
        }
    }

    /// Drops from the connection's cache what changed since it was last used. This comes before the snapshot begins:
    /// what is cached from a snapshot older than a change is then dropped the next time.
    private func follow(_ database: Database) {
        let position = invalidations.position
        guard position != database.invalidationsSeen else { return }
        let (entries, end) = invalidations.entries(after: database.invalidationsSeen)
        if entries.contains(.everything) {
            database.companion = nil
        } else if let cache = database.companion as? any ConnectionCache {
            for entry in entries { cache.drop(entry) }
        }
        database.invalidationsSeen = end
    }

    /// Runs a transaction; when this returns, its changes are on disk. The body is synchronous. It may run again when the
    /// transaction it shared was rolled back for another's sake, so it must do nothing but change rows.
    /// - Parameter bulk: runs alone and without a deadline.
    /// - Throws: what the body throws (then nothing of it is kept); `StoreError` of kind `unavailable` when the commit
    ///   failed.
    public func write<Result: Sendable>(
        bulk: Bool = false, _ body: @escaping @Sendable (Transaction) throws -> Result
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

    private func committed(_ entries: [Invalidation], _ epoch: Int64?) {
        guard let epoch else { return }
        // When nobody else moved the epoch in between, what this process changed is all that changed.
        let isOurs = knownEpoch.withLock { known in
            defer { known = epoch }
            return epoch == known + 1
        }
        invalidations.append(isOurs ? entries : [.everything])
    }

    /// Looks once whether another process changed something that is cached here, and drops everything if so.
    public func followEpoch() async throws {
        let current = try await read { try Epochs.current($0) }
        let moved = knownEpoch.withLock { known in
            // A commit of our own may have advanced further than this snapshot saw.
            guard current > known else { return false }
            known = current
            return true
        }
        if moved { invalidations.append([.everything]) }
    }

    /// Looks once a second until cancelled. A look that fails is repeated a second later.
    public func followEpochs() async {
        while !Task.isCancelled {
            try? await Task.sleep(for: .seconds(1))
            try? await followEpoch()
        }
    }
}
