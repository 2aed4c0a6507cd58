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
