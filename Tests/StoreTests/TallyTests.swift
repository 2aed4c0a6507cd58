import Store
import TestSupport
import Testing

@Suite struct TallyTests {
    private static func key(status: Int64, account: Int64 = 1, lifeCycle: Int64 = 0) -> TallyKey {
        TallyKey(resource: 6, account: account, lifeCycle: lifeCycle, status: status)
    }

    private static func totals(_ store: Store) async throws -> [Int64: Int64] {
        let rows = try await store.read { db in
            try db.all("SELECT status, CAST(sum(total) AS bigint) FROM tallies GROUP BY status") {
                ($0.integer(0), $0.integer(1))
            }
        }
        return Dictionary(uniqueKeysWithValues: rows)
    }

    @Test(arguments: Engine.all)
    func sumsAreRightUnderConcurrentWriters(_ engine: TestEngine) async throws {
        try await engine.withStore { store in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<150 {
                    group.addTask {
                        try await store.write { transaction in
                            transaction.tally(Self.key(status: Int64(number % 3)), by: 1)
                            if number % 10 == 0 {
                                transaction.tally(Self.key(status: Int64(number % 3)), by: -1)
                                transaction.tally(Self.key(status: 9), by: 1)
                            }
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await Self.totals(store) == [0: 45, 1: 45, 2: 45, 9: 15])
        }
    }

    @Test(arguments: Engine.all)
    func rolledBackJobsDoNotCount(_ engine: TestEngine) async throws {
        try await engine.withStore { store in
            await withTaskGroup(of: Void.self) { group in
                for number in 0..<60 {
                    group.addTask {
                        try? await store.write { transaction in
                            transaction.tally(Self.key(status: 1), by: 1)
                            if number % 2 == 0 { throw Mishap() }
                        }
                    }
                }
            }
            let totals = try await Self.totals(store)
            #expect(totals == [1: 30])
        }
    }

    @Test(arguments: Engine.all)
    func differencesThatCancelOutWriteNothing(_ engine: TestEngine) async throws {
        try await engine.withStore { store in
            try await store.write { transaction in
                transaction.tally(Self.key(status: 1), by: 1)
                transaction.tally(Self.key(status: 1), by: -1)
            }
            #expect(try await Self.totals(store).isEmpty)
        }
    }

    @Test(arguments: Engine.all)
    func everyPartOfTheKeyCounts(_ engine: TestEngine) async throws {
        try await engine.withStore { store in
            try await store.write { transaction in
                transaction.tally(Self.key(status: 1), by: 1)
                transaction.tally(Self.key(status: 1, account: 2), by: 2)
                transaction.tally(Self.key(status: 1, lifeCycle: 2), by: 4)
                transaction.tally(TallyKey(resource: 7, account: 1, lifeCycle: 0, status: 1), by: 8)
            }
            let totals = try await store.read { db in
                try db.all("SELECT total FROM tallies ORDER BY total") { $0.integer(0) }
            }
            #expect(totals == [1, 2, 4, 8])
        }
    }
}
