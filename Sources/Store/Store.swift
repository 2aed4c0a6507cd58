import Logging
import Synchronization
import Wire

/// The store: one SQL on two engines. An answered write is on disk.
public final class Store: Sendable {
    /// What an operator may change.
    public struct Options: Sendable {
        /// How long one read may take, all its statements together.
        public var readLimit: Duration = .seconds(5)
        /// How long one write may take, all its statements together.
        public var writeLimit: Duration = .seconds(10)
        /// How many threads serve reads whose cost is not bounded.
        public var readerThreads = 4
        /// How many of these one person may take at a time.
        public var readersPerPerson = 2
        /// How many connections to PostgreSQL serve everything else.
        public var connections = 12
        /// How long a call may wait for a connection to PostgreSQL, or for a thread that scans.
        public var waitLimit: Duration = .seconds(5)
        /// Whether an older database is brought to the newest schema, or refused. A new one is made in either case.
        public var migrates = true
        /// The clock that rows are stamped by.
        public var clock: @Sendable () -> Timestamp = { Timestamp.now() }
        public init() {}
    }

    /// What a read may cost.
    public enum ReadCost: Sendable {
        /// A few index probes: on the embedded engine on the calling thread, which costs no hand-over.
        case flat
        /// It may scan: on threads of its own, so that it cannot hold up handlers.
        case open
    }

    /// What the statements of a read see.
    public enum Isolation: Sendable {
        /// All see one state of the database.
        case snapshot
        /// Each sees what is committed when it begins. It is for reads whose first statement says it all, and saves
        /// PostgreSQL a transaction around it.
        case statement
    }

    /// Where the database is.
    public let address: DatabaseAddress
    private let options: Options
    private let keeper = CacheKeeper()
    private let engine: any Engine
    /// The newest step of the schema that this program knows.
    private let knownSchema: Int
    private let outdated = Atomic<Bool>(false)
    private let workers = Mutex<[Int64: @Sendable ([Int64]) async -> Void]>([:])

    /// Opens or creates the database and brings it to the newest schema.
    /// - Throws: `StoreError` of kind `cannotOpen`, also for an older one that is not to be migrated, `newer` when the
    ///   database was written by a newer Steward, or `unavailable` when it is away.
    public init(
        at address: DatabaseAddress, migrations: [Migration], options: Options = Options(), log: Logger
    ) throws {
        self.address = address
        self.options = options
        knownSchema = migrations.last?.number ?? 0
        engine =
            switch address {
            case .file(let path):
                try SQLiteEngine(path: path, migrations: migrations, options: options, keeper: keeper, log: log)
            case .postgres(let address):
                try PostgresEngine(address, migrations: migrations, options: options, keeper: keeper, log: log)
            }
    }

    /// Finishes queued writes and closes all connections.
    public func close() {
        engine.close()
        workers.withLock { $0.removeAll() }
    }

    /// The store's clock.
    public var now: Timestamp { options.clock() }

    /// The invalidations of this process; caches follow it.
    public var invalidations: InvalidationLog { keeper.invalidations }

    /// Reads. The body is synchronous. It may run again when its connection broke.
    /// - Parameter caller: for whom; a read that may scan waits for others of theirs, and is not begun when they have
    ///   gone.
    /// - Throws: what the body throws; `StoreError` of kind `timeout` past the read limit, `unavailable` when the
    ///   database cannot be reached or too much is asked of it; `CancellationError` for a caller who has gone.
    public func read<Result: Sendable>(
        cost: ReadCost = .flat, isolation: Isolation = .snapshot, for caller: Caller? = nil,
        _ body: @escaping @Sendable (Database) throws -> Result
    ) async throws -> Result {
        try refuseOutdated()
        return try await engine.read(cost: cost, isolation: isolation, for: caller, body)
    }

    /// Whether a newer Steward has brought the database to a schema that this one does not know. Then nothing is read
    /// or written any more.
    public var isOutdated: Bool { outdated.load(ordering: .relaxed) }

    private func refuseOutdated() throws {
        if isOutdated { throw Self.outdatedError }
    }

    static let outdatedError = StoreError(
        .newer, "a newer Steward has changed the schema of the database; stop this one and run the newer")

    /// Runs a transaction; when this returns, its changes are on disk. The body is synchronous. It may run again when
    /// its transaction was rolled back for another's sake, so it must do nothing but change rows.
    ///
    /// On PostgreSQL others write at the same time: what a body decides by must be locked (`Transaction.lock`, or a
    /// draft loaded to be changed), or guarded by a key.
    /// - Parameter bulk: without a deadline; on the embedded engine it runs alone.
    /// - Throws: what the body throws (then nothing of it is kept); `StoreError` of kind `unavailable` when it could
    ///   not be committed, `outcomeUnknown` when nobody can say whether it was.
    public func write<Result: Sendable>(
        bulk: Bool = false, _ body: @escaping @Sendable (Transaction) throws -> Result
    ) async throws -> Result {
        try refuseOutdated()
        let (result, asked) = try await engine.write(bulk: bulk) { transaction in
            let result = try body(transaction)
            return (result, transaction.asked)
        }
        if !asked.isEmpty { await follow(asked) }
        return result
    }

    /// Says who does what transactions ask for about a kind of record. One who cannot do it now sees to it later.
    public func afterCommit(kind: Int64, _ work: @escaping @Sendable ([Int64]) async -> Void) {
        workers.withLock { $0[kind] = work }
    }

    private func follow(_ asked: [AfterCommit]) async {
        for (kind, work) in workers.withLock({ $0 }).sorted(by: { $0.key < $1.key }) {
            let ids = asked.filter { $0.kind == kind }.map(\.id)
            if !ids.isEmpty { await work(ids) }
        }
    }

    /// Looks once whether another process changed something that is cached here, and drops everything if so.
    public func followEpoch() async throws {
        // While a look takes long, nothing that is remembered is trusted for longer than a second.
        let impatience = Task { [keeper] in
            while true {
                try await Task.sleep(for: .seconds(1))
                keeper.lostSight()
            }
        }
        defer { impatience.cancel() }
        do {
            let look = try await engine.look()
            keeper.look(look.epoch)
            if look.schema > knownSchema { outdated.store(true, ordering: .relaxed) }
        } catch {
            // Who was shut out meanwhile must not be let in by what is remembered.
            keeper.lostSight()
            throw error
        }
    }

    /// Looks once a second until cancelled, or until the database is of a newer schema. A look that fails is repeated a
    /// second later.
    public func followEpochs() async {
        while !Task.isCancelled, !isOutdated {
            try? await Task.sleep(for: .seconds(1))
            try? await followEpoch()
        }
    }
}
