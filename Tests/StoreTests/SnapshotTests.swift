import Dispatch
import Store
import TestSupport
import Testing

@Suite struct SnapshotTests {
    @Test(arguments: Engine.all)
    func aReadSeesOneSnapshotWhateverIsCommittedMeanwhile(_ engine: TestEngine) async throws {
        try await engine.withStore { store in
            try await store.add("one")
            let (began, hasBegun) = AsyncStream<Void>.makeStream()
            let gate = DispatchSemaphore(value: 0)
            async let counts = store.read(cost: .open) { db in
                let before = try db.first("SELECT count(*) FROM things") { $0.integer(0) }
                hasBegun.yield()
                gate.wait()
                return [before, try db.first("SELECT count(*) FROM things") { $0.integer(0) }]
            }
            for await _ in began { break }
            try await store.add("two")
            gate.signal()
            #expect(try await counts == [1, 1])
            #expect(try await store.names() == ["one", "two"])
        }
    }

    @Test(arguments: Engine.all)
    func manyReadersNeverSeeHalfAWrite(_ engine: TestEngine) async throws {
        try await engine.withStore { store in
            try await store.add("left", amount: 1000)
            try await store.add("right", amount: 0)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for step in 0..<100 {
                    group.addTask {
                        try await store.write { transaction in
                            let moved = Int64(step)
                            try transaction.execute("UPDATE things SET amount = amount - \(moved) WHERE name = 'left'")
                            try transaction.execute("UPDATE things SET amount = amount + \(moved) WHERE name = 'right'")
                        }
                    }
                    group.addTask {
                        let sum = try await store.read(cost: step % 2 == 0 ? .flat : .open) { db in
                            let left = try db.first("SELECT amount FROM things WHERE name = 'left'") { $0.integer(0) }
                            let right = try db.first("SELECT amount FROM things WHERE name = 'right'") { $0.integer(0) }
                            return (left ?? 0) + (right ?? 0)
                        }
                        #expect(sum == 1000)
                    }
                }
                try await group.waitForAll()
            }
        }
    }

    @Test(arguments: Engine.all)
    func anAnsweredWriteIsSeenByTheNextRead(_ engine: TestEngine) async throws {
        try await engine.withStore { store in
            for number in 0..<50 {
                try await store.add("\(number)")
                #expect(try await store.names().count == number + 1)
            }
        }
    }
}
