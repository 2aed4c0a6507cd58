import Foundation
import Logging
import Wire

/// The one thread that writes. What queues up while the disk syncs shares one transaction, one savepoint a job, so
/// that sixty-four clients pay for one sync together; an answer leaves only after the commit.
final class Writer: @unchecked Sendable {
    /// The most jobs one transaction holds.
    static let maximumGroup = 256
    /// How long a transaction takes in further jobs.
    static let groupingTime: Duration = .milliseconds(2)

    struct Job {
        /// Does the work and answers what to tell the caller after the commit.
        let body: (Transaction) throws -> () -> Void
        let fail: (any Error) -> Void
        /// Runs alone and without a deadline.
        let isBulk: Bool
    }

    private let db: Database
    private let limit: Duration
    /// The newest step of the schema that this program knows.
    private let schema: Int
    private let log: Logger
    private let clock: @Sendable () -> Timestamp
    private let onAnalysis: () -> Void
    private let onCommit: ([Invalidation], Epoch.Step?) -> Void
    private var analysis = Analysis()
    /// The epoch that what is cached beside the connection is good for; only the writer's thread knows it.
    private var epoch: Epoch?
    private let condition = NSCondition()
    // Guarded by `condition`.
    private var queue: [Job] = []
    private var isClosing = false
    private var hasEnded = false

    init(
        db: Database, limit: Duration, schema: Int, log: Logger, clock: @escaping @Sendable () -> Timestamp,
        onAnalysis: @escaping () -> Void, onCommit: @escaping ([Invalidation], Epoch.Step?) -> Void
    ) {
        self.db = db
        self.limit = limit
        self.schema = schema
        self.log = log
        self.onAnalysis = onAnalysis
        self.clock = clock
        self.onCommit = onCommit
        let thread = Thread { [self] in serve() }
        thread.name = "steward-writer"
        thread.start()
    }

    func submit(_ job: Job) {
        condition.lock()
        defer { condition.unlock() }
        if isClosing { return job.fail(StoreError(.unavailable, "the store is closing")) }
        queue.append(job)
        condition.signal()
    }

    /// Finishes what is queued and ends the thread.
    func close() {
        condition.lock()
        defer { condition.unlock() }
        isClosing = true
        condition.broadcast()
        while !hasEnded { condition.wait() }
    }

    private func serve() {
        while let group = nextGroup() {
            commit(group)
            if analysis.isDue(db) { analyze() }
        }
    }

    /// Has the engine look at how full the tables are.
    private func analyze() {
        do {
            try db.connection.run(script: db.dialect.analyze)
            onAnalysis()
        } catch {
            // Plans stay what they were, and the next look comes.
            log.warning("the tables could not be analyzed", metadata: ["error": "\(error)"])
        }
    }

    private func nextGroup() -> [Job]? {
        condition.lock()
        defer { condition.unlock() }
        while queue.isEmpty {
            if isClosing {
                // Here and not when the last reference goes, which may be after the process is told that all is closed.
                db.connection.close()
                hasEnded = true
                condition.broadcast()
                return nil
            }
            condition.wait()
        }
        if queue[0].isBulk { return [queue.removeFirst()] }
        let count = min(queue.firstIndex(where: \.isBulk) ?? queue.count, Self.maximumGroup)
        let group = Array(queue.prefix(count))
        queue.removeFirst(count)
        return group
    }

    private func putBack(_ jobs: ArraySlice<Job>) {
        condition.lock()
        defer { condition.unlock() }
        queue.insert(contentsOf: jobs, at: 0)
    }

    private func commit(_ group: [Job]) {
        var finished: [() -> Void] = []
        var invalidations: [Invalidation] = []
        var taken = 0
        var isPutBack = false
        do {
            // The deadline of the job before is not this transaction's.
            db.connection.allow(nil)
            try db.connection.begin(.write)
            try followOthers()
            let start = ContinuousClock.now
            for job in group {
                taken += 1
                finished.append(try run(job, &invalidations))
                if .now - start > Self.groupingTime { break }
            }
            putBack(group[taken...])
            isPutBack = true
            db.connection.allow(nil)
            let step = try invalidations.isEmpty ? nil : Epoch.advance(db)
            try db.connection.commit()
            if let step { epoch?.take(step) }
            onCommit(invalidations, step)
            for tell in finished { tell() }
        } catch {
            log.error("transaction failed", metadata: ["error": "\(error)"])
            if db.connection.isInTransaction { db.connection.rollback() }
            db.companion = nil
            if !isPutBack, taken > 0, (error as? StoreError)?.kind == .timeout {
                // A change that is stopped takes the whole transaction with it. Its job fails; the others, of which
                // nothing is left, run again.
                group[taken - 1].fail(error)
                return putBack(group[..<(taken - 1)] + group[taken...])
            }
            let isOutdated = (error as? StoreError)?.kind == .newer
            let failure =
                isOutdated
                ? Store.outdatedError : StoreError(.unavailable, "the transaction could not be committed: \(error)")
            // When not even the first job was begun, the next would fare no better and only wait as long again.
            if taken == 0 { taken = group.count }
            for job in group.prefix(taken) { job.fail(failure) }
            if !isPutBack { putBack(group[taken...]) }
        }
    }

    /// Drops what another process has made out of date, and writes nothing into a schema that this program does not
    /// know. Nobody else can commit from here on, so this is exact.
    private func followOthers() throws {
        let look = try Look.take(db)
        if look.schema > schema { throw Store.outdatedError }
        if look.epoch != epoch { db.companion = nil }
        epoch = look.epoch
    }

    /// Runs a job in a savepoint of its own, so that its failure does not spoil the group. A bulk job is alone and
    /// needs none; a long savepoint would make every further statement dearer. Throws only when the whole transaction
    /// is lost.
    private func run(_ job: Job, _ invalidations: inout [Invalidation]) throws -> () -> Void {
        let transaction = Transaction(db: db, now: clock())
        transaction.onInvalidation = { [db] in (db.companion as? any ConnectionCache)?.drop($0) }
        db.connection.allow(job.isBulk ? nil : limit)
        if !job.isBulk { try db.execute("SAVEPOINT job") }
        do {
            let tell = try db.write { try job.body(transaction) }
            try transaction.flushTallies()
            if !job.isBulk { try db.execute("RELEASE job") }
            invalidations += transaction.invalidations
            return tell
        } catch {
            // The engine rolls back by itself when the disk is full or fails; then the whole group is lost.
            guard db.connection.isInTransaction else { throw error }
            db.connection.allow(nil)
            if job.isBulk {
                db.connection.rollback()
                try db.connection.begin(.write)
            } else {
                try db.execute("ROLLBACK TO job")
                try db.execute("RELEASE job")
            }
            // It may hold records that were rolled back, whose ids are given out again.
            db.companion = nil
            return { job.fail(error) }
        }
    }
}
