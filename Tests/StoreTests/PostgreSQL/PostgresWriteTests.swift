import Dispatch
import Synchronization
import TestSupport
import Testing

@testable import Store

/// What becomes of transactions on an engine where others write at the same time and connections break.
@Suite struct PostgresWriteTests {
    @Test func aDeadlockIsRunAgain() async throws {
        try await TestEngine.postgres.withStore { store in
            try await store.add("left", amount: 0)
            try await store.add("right", amount: 0)
            let gates = [DispatchSemaphore(value: 0), DispatchSemaphore(value: 0)]
            let runs = Counter()
            let names = ["left", "right"]
            try await withThrowingTaskGroup(of: Void.self) { group in
                for place in 0..<2 {
                    group.addTask {
                        let mine = Counter()
                        try await store.write { transaction in
                            _ = runs.next()
                            try transaction.execute(
                                "UPDATE things SET amount = amount + 1 WHERE name = \(names[place])")
                            if mine.next() == 1 {
                                gates[1 - place].signal()
                                gates[place].wait()
                            }
                            try transaction.execute(
                                "UPDATE things SET amount = amount + 1 WHERE name = \(names[1 - place])")
                        }
                    }
                }
                try await group.waitForAll()
            }
            let amounts = try await store.read { try $0.all("SELECT amount FROM things") { $0.integer(0) } }
            #expect(amounts == [2, 2], "each was done once")
            #expect(runs.count >= 3, "one of them ran again")
        }
    }

    @Test func aKeyThatSomebodyElseTookMeanwhileIsLookedAtOnceMore() async throws {
        try await TestEngine.postgres.withStore { store in
            let runs = Counter()
            // The first run looks before the other one commits. That takes as long as other tests leave the machine to
            // it, so there is no deadline.
            let kind = await kindOfFailure {
                try await store.write(bulk: true) { transaction in
                    let run = runs.next()
                    let isTaken = try transaction.db.first("SELECT 1 FROM things WHERE name = 'one'") { _ in true }
                    if isTaken == true { throw Mishap() }
                    if run == 1 {
                        let done = DispatchSemaphore(value: 0)
                        Task {
                            try await store.add("one")
                            done.signal()
                        }
                        done.wait()
                    }
                    try transaction.add("one")
                }
            }
            #expect(kind == nil, "the second run found the key taken and said so in its own words")
            #expect(runs.count == 2)
            let names = try await store.names()
            #expect(names == ["one"])
        }
    }

    @Test func aConnectionThatBreaksBeforeTheCommitIsReplaced() async throws {
        try await TestEngine.postgres.withStore { store in
            let runs = Counter()
            try await store.write { transaction in
                try transaction.add("one")
                if runs.next() == 1 {
                    _ = try? transaction.db.first("SELECT pg_terminate_backend(pg_backend_pid())") { _ in true }
                }
            }
            #expect(runs.count == 2)
            #expect(try await store.names() == ["one"])
        }
    }

    @Test func aReadWhoseConnectionBreaksIsDoneAgain() async throws {
        try await TestEngine.postgres.withStore { store in
            try await store.add("one")
            for isolation in [Store.Isolation.snapshot, .statement] {
                let runs = Counter()
                let names = try await store.read(isolation: isolation) { db in
                    if runs.next() == 1 {
                        _ = try db.first("SELECT pg_terminate_backend(pg_backend_pid())") { _ in true }
                    }
                    return try db.all("SELECT name FROM things") { $0.text(0) }
                }
                #expect(names == ["one"])
                #expect(runs.count == 2)
            }
        }
    }

    /// A trigger that runs within COMMIT does there what a test wants.
    private static func atCommit(_ statement: String) -> String {
        """
        CREATE FUNCTION at_commit() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \(statement); RETURN NULL; END $$;
        CREATE CONSTRAINT TRIGGER at_commit AFTER INSERT ON things DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION at_commit()
        """
    }

    @Test func aCommitWhoseConnectionBreaksIsNotRepeated() async throws {
        try await TestEngine.postgres.withStore { store in
            try await store.write {
                try $0.run(script: Self.atCommit("PERFORM pg_terminate_backend(pg_backend_pid())"))
            }
            let runs = Counter()
            let kind = await kindOfFailure {
                try await store.write { transaction in
                    _ = runs.next()
                    try transaction.add("perhaps")
                }
            }
            #expect(kind == .outcomeUnknown)
            #expect(runs.count == 1)
            #expect(try await store.names().isEmpty, "the store goes on")
        }
    }

    @Test func aCommitThatIsRefusedIsKnownToHaveFailed() async throws {
        try await TestEngine.postgres.withStore { store in
            try await store.write { try $0.run(script: Self.atCommit("RAISE unique_violation")) }
            #expect(await kindOfFailure { try await store.add("never") } == .constraint)
            #expect(try await store.names().isEmpty)
        }
    }

    @Test func aCommitWithAWarningIsNotTakenForDone() async throws {
        try await TestEngine.postgres.withStore { store in
            // As the server warns when it gives up waiting for its replica.
            try await store.write { try $0.run(script: Self.atCommit("RAISE WARNING 'not confirmed'")) }
            #expect(await kindOfFailure { try await store.add("perhaps") } == .outcomeUnknown)
        }
    }

    @Test func writersOfTwoStoresAddUpExactly() async throws {
        try await TestDatabase.lend(on: .postgres) { place in
            try await place.withStore { here in
                try await place.withStore { there in
                    let key = TallyKey(resource: 1, account: 1, lifeCycle: 0, status: 0)
                    try await withThrowingTaskGroup(of: Void.self) { group in
                        for number in 0..<200 {
                            let store = number % 2 == 0 ? here : there
                            group.addTask { try await store.write { $0.tally(key, by: 1) } }
                        }
                        try await group.waitForAll()
                    }
                    let (total, shards) = try await here.read { db in
                        try #require(
                            try db.first("SELECT CAST(sum(total) AS bigint), count(*) FROM tallies") {
                                ($0.integer(0), $0.integer(1))
                            })
                    }
                    #expect(total == 200)
                    #expect(shards > 1, "not all wait for one row")
                }
            }
        }
    }

    @Test func aLockedRowIsSeenAsTheOtherLeftIt() async throws {
        try await TestEngine.postgres.withStore { store in
            let id = try await store.add("counter", amount: 0)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<50 {
                    group.addTask {
                        try await store.write { transaction in
                            try transaction.lock("things", [id])
                            let amount = try transaction.db.first("SELECT amount FROM things WHERE id = \(id)") {
                                $0.integer(0)
                            }
                            try transaction.execute("UPDATE things SET amount = \((amount ?? 0) + 1) WHERE id = \(id)")
                        }
                    }
                }
                try await group.waitForAll()
            }
            let amount = try await store.read { try $0.first("SELECT amount FROM things") { $0.integer(0) } }
            #expect(amount == 50)
        }
    }
}

/// Counts how often something was run.
private final class Counter: Sendable {
    private let runs = Atomic<Int>(0)

    var count: Int { runs.load(ordering: .relaxed) }

    func next() -> Int { runs.add(1, ordering: .relaxed).newValue }
}
