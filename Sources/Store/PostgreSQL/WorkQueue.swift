import Dispatch
import Foundation

/// Threads that each use one connection at a time, and the calls that wait for one. Whoever waits too long is told so
/// when the time is over, however long the threads are busy; and writes never take all threads, so that reads go on
/// while every write waits for a replica or a lock.
final class WorkQueue: @unchecked Sendable {
    private struct Job {
        let submitted: ContinuousClock.Instant
        let run: () -> Void
        let fail: (StoreError) -> Void
    }

    private let name: String
    private let threads: Int
    private let mostWrites: Int
    private let waitLimit: Duration
    private let condition = NSCondition()
    // Guarded by `condition`.
    private var reads = Lane()
    private var writes = Lane()
    private var busyWrites = 0
    private var running = 0
    private var isClosing = false
    private var isSweepDue = false

    /// The most calls that wait.
    private static let mostWaiting = 2048
    /// How often it is looked whether somebody waits too long, while somebody waits.
    private static let sweepInterval: DispatchTimeInterval = .milliseconds(100)

    /// First in, first out, without moving the rest at every step.
    private struct Lane {
        private var jobs: [Job] = []
        private var head = 0

        var count: Int { jobs.count - head }
        var first: Job? { head < jobs.count ? jobs[head] : nil }

        mutating func append(_ job: Job) { jobs.append(job) }

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

    /// - Parameter mostWrites: how many threads writes may take.
    init(_ name: String, threads: Int, mostWrites: Int, waitLimit: Duration) {
        self.name = name
        self.threads = threads
        self.mostWrites = mostWrites
        self.waitLimit = waitLimit
        running = threads
        for number in 0..<threads { start("\(name)-\(number)") { [self] in serve() } }
    }

    private func start(_ name: String, _ body: @escaping @Sendable () -> Void) {
        let thread = Thread { body() }
        thread.name = name
        thread.start()
    }

    /// Runs `body` on one of the threads.
    /// - Throws: what the body throws; `StoreError` of kind `unavailable` when no thread was free in time.
    func run<Result: Sendable>(
        isWrite: Bool = false, _ body: @escaping @Sendable () throws -> Result
    ) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            submit(
                Job(
                    submitted: .now, run: { continuation.resume(with: Swift.Result(catching: body)) },
                    fail: { continuation.resume(throwing: $0) }), isWrite: isWrite)
        }
    }

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
            } else if reads.count + writes.count >= Self.mostWaiting {
                StoreError(.unavailable, "\(Self.mostWaiting) calls wait for a connection to the database already")
            } else {
                nil
            }
        if refusal == nil {
            if isWrite { writes.append(job) } else { reads.append(job) }
            condition.signal()
            scheduleSweep()
        }
        condition.unlock()
        if let refusal { job.fail(refusal) }
    }

    private func serve() {
        condition.lock()
        while true {
            if let (job, isWrite) = next() {
                if isWrite { busyWrites += 1 }
                condition.unlock()
                job.run()
                condition.lock()
                if isWrite {
                    busyWrites -= 1
                    // A write that was held back may begin.
                    if writes.count > 0 { condition.signal() }
                }
            } else if isClosing, reads.count + writes.count == 0 {
                break
            } else {
                condition.wait()
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
    private func scheduleSweep() {
        guard !isSweepDue, reads.count + writes.count > 0 else { return }
        isSweepDue = true
        DispatchQueue.global().asyncAfter(deadline: .now() + Self.sweepInterval) { [weak self] in self?.sweep() }
    }

    private func sweep() {
        condition.lock()
        isSweepDue = false
        let end = ContinuousClock.now - waitLimit
        var late: [Job] = []
        while let job = reads.first, job.submitted < end { late.append(reads.removeFirst()) }
        while let job = writes.first, job.submitted < end { late.append(writes.removeFirst()) }
        scheduleSweep()
        condition.unlock()
        for job in late {
            job.fail(
                StoreError(.unavailable, "all \(threads) connections to the database were busy for \(waitLimit)"))
        }
    }
}
