import Dispatch
import Foundation
import Synchronization

#if os(Linux)
    import Glibc
#endif

/// Threads that each use one connection at a time, and the calls that wait for one. Whoever waits too long is told so
/// when the time is over, however long the threads are busy; and writes never take all threads, so that reads go on
/// while every write waits for a replica or a lock.
///
/// Few threads that are never idle do more than many that are woken for every call: where the database shares the
/// machine, three reach 26,000 pages a second and twelve 19,000 (two cores). So a call is left to a busy thread unless
/// that makes it wait, as it does when the database is far away or slow.
final class WorkQueue: @unchecked Sendable {
    private struct Job {
        let submitted: ContinuousClock.Instant
        let caller: Caller?
        let run: () -> Void
        let fail: (any Error) -> Void
    }

    private let name: String
    private let threads: Int
    private let mostWrites: Int
    private let waitLimit: Duration
    private let mostPerCaller: Int
    /// How many threads are woken at once for a call.
    private let eager: Int
    private let condition = NSCondition()
    // Guarded by `condition`.
    private var reads = Lane()
    private var writes = Lane()
    /// The reads of callers who have as many in the lane or running as one may have, by caller.
    private var held: [Int64: Lane] = [:]
    private var active: [Int64: Int] = [:]
    private var heldCount = 0
    private var busyWrites = 0
    private var running = 0
    private var asleep = 0
    /// How many of those asleep have been told to wake up.
    private var woken = 0
    private var isClosing = false
    private var isLookDue = false
    /// How many wait, to be asked without the lock.
    private let crowd = Atomic<Int>(0)

    /// The most calls that wait.
    private static let mostWaiting = 2048
    /// The most calls of one caller that wait.
    private static let mostHeld = 16
    /// How often it is looked, while somebody waits, for how long.
    private static let lookInterval: DispatchTimeInterval = .milliseconds(5)
    /// How long a call is left to busy threads.
    private static let patience: Duration = .milliseconds(5)

    /// First in, first out, without moving the rest at every step.
    private struct Lane {
        private var jobs: [Job] = []
        private var head = 0

        var count: Int { jobs.count - head }
        var first: Job? { head < jobs.count ? jobs[head] : nil }

        mutating func append(_ job: Job) { jobs.append(job) }

        /// Puts in one that has waited longer than all others.
        mutating func prepend(_ job: Job) {
            if head > 0 {
                head -= 1
                jobs[head] = job
            } else {
                jobs.insert(job, at: 0)
            }
        }

        @discardableResult
        mutating func removeFirst() -> Job {
            defer {
                head += 1
                if head == jobs.count {
                    jobs.removeAll(keepingCapacity: true)
                    head = 0
                } else if head >= 1024 {
                    jobs.removeFirst(head)
                    head = 0
                }
            }
            return jobs[head]
        }
    }

    /// - Parameters:
    ///   - mostWrites: how many threads writes may take.
    ///   - waitLimit: how long a call may wait.
    ///   - mostPerCaller: how many threads one caller may take; further calls of theirs wait behind these, and hold up
    ///     nobody else.
    ///   - isLong: whether what runs here takes long; then it gives way to all that does not.
    init(
        _ name: String, threads: Int, mostWrites: Int, waitLimit: Duration, mostPerCaller: Int = .max,
        isLong: Bool = false
    ) {
        self.name = name
        self.threads = threads
        self.mostWrites = mostWrites
        self.waitLimit = waitLimit
        self.mostPerCaller = mostPerCaller
        eager = min(threads, ProcessInfo.processInfo.activeProcessorCount + 1)
        running = threads
        for number in 0..<threads {
            start("\(name)-\(number)") { [self] in
                if isLong { Self.giveWay() }
                serve()
            }
        }
    }

    /// Lets all other threads have the processor before this one. Where the system knows no such thing for a single
    /// thread, nothing is done.
    private static func giveWay() {
        #if os(Linux)
            _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, 10)
        #endif
    }

    private func start(_ name: String, _ body: @escaping @Sendable () -> Void) {
        let thread = Thread { body() }
        thread.name = name
        thread.start()
    }

    /// Runs `body` on one of the threads, unless the caller has gone when its turn comes.
    /// - Throws: what the body throws; `StoreError` of kind `unavailable` when no thread was free in time;
    ///   `CancellationError` for a caller who has gone.
    func run<Result: Sendable>(
        isWrite: Bool = false, for caller: Caller? = nil, _ body: @escaping @Sendable () throws -> Result
    ) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            let work = { @Sendable [self] in
                // Who closed their side may still read; while others wait, those come first.
                if isCrowded, caller?.isGone() == true { throw CancellationError() }
                return try body()
            }
            submit(
                Job(
                    submitted: .now, caller: caller, run: { continuation.resume(with: Swift.Result(catching: work)) },
                    fail: { continuation.resume(throwing: $0) }), isWrite: isWrite)
        }
    }

    /// Whether calls wait for a thread.
    var isCrowded: Bool { waitingCount > 0 }

    /// How many calls wait for a thread.
    var waitingCount: Int { crowd.load(ordering: .relaxed) }

    /// Finishes what is queued and ends the threads.
    func close() {
        condition.lock()
        defer { condition.unlock() }
        isClosing = true
        condition.broadcast()
        while running > 0 { condition.wait() }
    }

    private func submit(_ job: Job, isWrite: Bool) {
        condition.lock()
        let refusal: StoreError? =
            if isClosing {
                StoreError(.unavailable, "the store is closed")
            } else if waiting >= Self.mostWaiting {
                StoreError(.unavailable, "\(Self.mostWaiting) calls wait for a connection to the database already")
            } else if let caller = job.caller, held[caller.id].map({ $0.count >= Self.mostHeld }) ?? false {
                StoreError(.unavailable, "\(Self.mostHeld) calls of person \(caller.id) wait already")
            } else {
                nil
            }
        if refusal == nil {
            if isWrite { writes.append(job) } else { admit(job) }
            if threads - asleep + woken < eager { wakeOne() }
            scheduleLook()
        }
        crowd.store(waiting, ordering: .relaxed)
        condition.unlock()
        if let refusal { job.fail(refusal) }
    }

    /// With the lock held.
    private var waiting: Int { reads.count + writes.count + heldCount }

    /// Puts a read into the lane, or behind its caller's others. With the lock held.
    private func admit(_ job: Job) {
        guard let id = job.caller?.id else { return reads.append(job) }
        if active[id, default: 0] < mostPerCaller {
            active[id, default: 0] += 1
            reads.append(job)
        } else {
            held[id, default: Lane()].append(job)
            heldCount += 1
        }
    }

    /// A read of a caller is over, or was refused: the next of theirs comes up. With the lock held.
    private func release(_ job: Job) {
        guard let id = job.caller?.id else { return }
        if let next = held[id]?.removeFirst() {
            heldCount -= 1
            if held[id]?.count == 0 { held[id] = nil }
            let isOldest = reads.first.map { next.submitted < $0.submitted } ?? true
            if isOldest { reads.prepend(next) } else { reads.append(next) }
            if threads - asleep + woken < eager { wakeOne() }
        } else if let count = active[id] {
            active[id] = count > 1 ? count - 1 : nil
        }
    }

    private func serve() {
        condition.lock()
        while true {
            if let (job, isWrite) = next() {
                if isWrite { busyWrites += 1 }
                crowd.store(waiting, ordering: .relaxed)
                condition.unlock()
                job.run()
                condition.lock()
                if isWrite { busyWrites -= 1 }
                release(job)
            } else if isClosing, waiting == 0 {
                break
            } else {
                asleep += 1
                // At least once, so that others get the lock: what is held back is taken by whoever writes now.
                repeat { condition.wait() } while woken == 0 && !isClosing
                woken = max(woken - 1, 0)
                asleep -= 1
            }
        }
        running -= 1
        condition.broadcast()
        condition.unlock()
    }

    /// The call that has waited longest, among those that may run.
    private func next() -> (Job, isWrite: Bool)? {
        let write = busyWrites < mostWrites ? writes.first : nil
        guard let read = reads.first else { return write == nil ? nil : (writes.removeFirst(), true) }
        if let write, write.submitted < read.submitted { return (writes.removeFirst(), true) }
        return (reads.removeFirst(), false)
    }

    /// With the lock held.
    private func wakeOne() {
        guard woken < asleep else { return }
        woken += 1
        condition.signal()
    }

    /// With the lock held.
    private func scheduleLook() {
        guard !isLookDue, waiting > 0 else { return }
        isLookDue = true
        DispatchQueue.global().asyncAfter(deadline: .now() + Self.lookInterval) { [weak self] in self?.look() }
    }

    /// Gives those who wait another thread, and refuses those who have waited too long.
    private func look() {
        condition.lock()
        isLookDue = false
        let now = ContinuousClock.now
        var late: [Job] = []
        for id in Array(held.keys) {
            while let job = held[id]?.first, now - job.submitted > waitLimit {
                held[id]?.removeFirst()
                heldCount -= 1
                late.append(job)
            }
            if held[id]?.count == 0 { held[id] = nil }
        }
        while let job = reads.first, now - job.submitted > waitLimit {
            late.append(reads.removeFirst())
            release(job)
        }
        while let job = writes.first, now - job.submitted > waitLimit { late.append(writes.removeFirst()) }
        if [reads.first, writes.first].contains(where: { $0.map { now - $0.submitted > Self.patience } ?? false }) {
            wakeOne()
        }
        scheduleLook()
        condition.unlock()
        for job in late {
            job.fail(
                StoreError(
                    .unavailable,
                    "all \(threads) connections to the database, or those for one person, were busy for \(waitLimit)"))
        }
    }
}
