import Dispatch
import Synchronization
import Testing

@testable import Store

@Suite struct WorkQueueTests {
    /// Occupies a thread until the gate is opened; answers once it has one.
    private static func occupy(
        _ queue: WorkQueue, isWrite: Bool, _ gate: DispatchSemaphore
    ) async -> Task<Void, any Error> {
        let (began, hasBegun) = AsyncStream<Void>.makeStream()
        let task = Task {
            try await queue.run(isWrite: isWrite) {
                hasBegun.yield()
                gate.wait()
            }
        }
        for await _ in began { break }
        return task
    }

    @Test func whoWaitsTooLongIsToldSoWhileAllThreadsAreBusy() async throws {
        let queue = WorkQueue("test", threads: 1, mostWrites: 1, waitLimit: .milliseconds(50))
        let gate = DispatchSemaphore(value: 0)
        let busy = await Self.occupy(queue, isWrite: false, gate)
        for isWrite in [true, false] {
            #expect(await kindOfFailure { try await queue.run(isWrite: isWrite) {} } == .unavailable)
        }
        gate.signal()
        try await busy.value
        #expect(try await queue.run { 1 } == 1, "it goes on")
        queue.close()
    }

    @Test func writesLeaveAThreadToReads() async throws {
        let queue = WorkQueue("test", threads: 2, mostWrites: 1, waitLimit: .seconds(60))
        let gate = DispatchSemaphore(value: 0)
        let first = await Self.occupy(queue, isWrite: true, gate)
        let second = Task { try await queue.run(isWrite: true) { 2 } }
        for number in 0..<10 { #expect(try await queue.run { number } == number) }
        gate.signal()
        try await first.value
        #expect(try await second.value == 2, "the other write had its turn")
        queue.close()
    }

    @Test func closingWaitsForAWriteThatWasHeldBack() async throws {
        let queue = WorkQueue("test", threads: 2, mostWrites: 1, waitLimit: .seconds(60))
        let gate = DispatchSemaphore(value: 0)
        let first = await Self.occupy(queue, isWrite: true, gate)
        let second = Task { try? await queue.run(isWrite: true) { true } }
        // Once a read that came later is answered, the write has been passed over.
        try await queue.run {}
        let closing = Task.detached { queue.close() }
        gate.signal()
        try await first.value
        await closing.value
        #expect(await second.value ?? true, "it was done, or refused since it came too late")
    }

    /// Occupies a thread for a caller until the gate is opened; answers once it has one.
    private static func occupy(
        _ queue: WorkQueue, for caller: Int64, _ gate: DispatchSemaphore
    ) async -> Task<Void, any Error> {
        let (began, hasBegun) = AsyncStream<Void>.makeStream()
        let task = Task {
            try await queue.run(for: Caller(id: caller)) {
                hasBegun.yield()
                gate.wait()
            }
        }
        for await _ in began { break }
        return task
    }

    @Test func oneCallerTakesNoMoreThreadsThanAreTheirs() async throws {
        let queue = WorkQueue("test", threads: 3, mostWrites: 0, waitLimit: .seconds(60), mostPerCaller: 2)
        let gate = DispatchSemaphore(value: 0)
        let busy = [await Self.occupy(queue, for: 1, gate), await Self.occupy(queue, for: 1, gate)]
        let order = Mutex<[Int64]>([])
        let held = Task {
            try await queue.run(for: Caller(id: 1)) { order.withLock { $0.append(1) } }
        }
        for _ in 0..<20 {
            try await queue.run(for: Caller(id: 2)) { order.withLock { $0.append(2) } }
        }
        #expect(order.withLock { $0 } == Array(repeating: 2, count: 20), "the third of the first caller waits")
        for _ in busy { gate.signal() }
        for task in busy { try await task.value }
        try await held.value
        #expect(order.withLock { $0.last } == 1)
        #expect(try await queue.run(for: Caller(id: 1)) { 3 } == 3, "and they may go on")
        queue.close()
    }

    @Test func oneCallerHasNoMoreWaitingThanSoMany() async throws {
        let queue = WorkQueue("test", threads: 2, mostWrites: 0, waitLimit: .milliseconds(500), mostPerCaller: 1)
        let gate = DispatchSemaphore(value: 0)
        let busy = await Self.occupy(queue, for: 1, gate)
        let refused = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<40 {
                group.addTask {
                    await kindOfFailure { try await queue.run(for: Caller(id: 1)) {} } == .unavailable
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(refused == 40, "24 at once, 16 when they had waited too long")
        #expect(try await queue.run(for: Caller(id: 2)) { 2 } == 2)
        gate.signal()
        try await busy.value
        #expect(try await queue.run(for: Caller(id: 1)) { 1 } == 1, "nothing is left behind")
        queue.close()
    }

    /// Whoever closed their side may still read, so this is for times when others wait.
    @Test func nothingIsDoneForWhoHasGoneWhileOthersWait() async throws {
        let queue = WorkQueue("test", threads: 1, mostWrites: 0, waitLimit: .seconds(60))
        let gate = DispatchSemaphore(value: 0)
        let busy = await Self.occupy(queue, for: 1, gate)
        let isGone = Mutex(false)
        let isDone = Mutex(false)
        let waiting = Task {
            try await queue.run(for: Caller(id: 2) { isGone.withLock { $0 } }) { isDone.withLock { $0 = true } }
        }
        while queue.waitingCount < 1 { await Task.yield() }
        let other = Task { try await queue.run(for: Caller(id: 3)) { 3 } }
        while queue.waitingCount < 2 { await Task.yield() }
        isGone.withLock { $0 = true }
        gate.signal()
        try await busy.value
        await #expect(throws: CancellationError.self) { try await waiting.value }
        #expect(isDone.withLock { !$0 })
        #expect(try await other.value == 3)
        #expect(try await queue.run(for: Caller(id: 2) { true }) { 2 } == 2, "with nobody waiting they are served")
        queue.close()
    }

    @Test func errorsReachWhoeverAsked() async throws {
        let queue = WorkQueue("test", threads: 1, mostWrites: 1, waitLimit: .seconds(60))
        await #expect(throws: Mishap.self) { try await queue.run { throw Mishap() } }
        queue.close()
    }

    @Test func closingFinishesWhatIsQueuedAndRefusesTheRest() async throws {
        let queue = WorkQueue("test", threads: 1, mostWrites: 1, waitLimit: .seconds(60))
        let gate = DispatchSemaphore(value: 0)
        let done = Atomic<Int>(0)
        let busy = await Self.occupy(queue, isWrite: false, gate)
        let (queued, isQueued) = AsyncStream<Void>.makeStream()
        let tasks = (0..<5).map { number in
            Task { @Sendable in
                isQueued.yield()
                try await queue.run(isWrite: number % 2 == 0) { _ = done.add(1, ordering: .relaxed) }
            }
        }
        var seen = 0
        for await _ in queued {
            seen += 1
            if seen == tasks.count { break }
        }
        gate.signal()
        let closing = Task.detached { queue.close() }
        try await busy.value
        var finished = 0
        for task in tasks where (try? await task.value) != nil { finished += 1 }
        await closing.value
        #expect(done.load(ordering: .relaxed) == finished, "what was taken was done, and what was not was refused")
        #expect(await kindOfFailure { try await queue.run {} } == .unavailable)
    }
}
