import Store
import TestSupport
import Testing

@Suite struct MigrationTests {
    private static func step(_ number: Int, _ table: String) -> Migration {
        Migration(number, table) { transaction, dialect in
            try transaction.run(script: "CREATE TABLE \(table) (id \(dialect.integer)) \(dialect.tableOptions)")
            try transaction.execute("INSERT INTO \(raw: table) VALUES (1)")
        }
    }

    private static let steps = [step(1, "a"), step(2, "b"), step(3, "c")]

    private static func applied(_ store: Store) async throws -> [Int64] {
        try await store.read { try $0.all("SELECT number FROM migrations ORDER BY number") { $0.integer(0) } }
    }

    private static func rows(_ store: Store, _ table: String) async throws -> Int64? {
        try await store.read { try $0.first("SELECT count(*) FROM \(raw: table)") { $0.integer(0) } }
    }

    @Test(arguments: Engine.all)
    func aFreshDatabaseGetsEveryStepOnce(_ engine: TestEngine) async throws {
        let place = try engine.makePlace()
        for _ in 0..<2 {
            try await place.withStore(Self.steps) { (store: Store) async throws in
                #expect(try await Self.applied(store) == [1, 2, 3])
                for table in ["a", "b", "c"] { #expect(try await Self.rows(store, table) == 1) }
            }
        }
    }

    @Test(arguments: Engine.all)
    func anOlderDatabaseGetsTheStepsItLacks(_ engine: TestEngine) async throws {
        let place = try engine.makePlace()
        try await place.withStore(Array(Self.steps.prefix(1))) { (store: Store) async throws in
            try await store.change("INSERT INTO a VALUES (2)")
        }
        try await place.withStore(Self.steps) { (store: Store) async throws in
            #expect(try await Self.applied(store) == [1, 2, 3])
            #expect(try await Self.rows(store, "a") == 2)
            #expect(try await Self.rows(store, "c") == 1)
        }
    }

    @Test(arguments: Engine.all)
    func aFailingStepLeavesNothingOfItselfAndOfThoseBeforeIt(_ engine: TestEngine) async throws {
        let place = try engine.makePlace()
        let failing = Migration(2, "fails") { transaction, dialect in
            try Self.step(2, "b").apply(transaction, dialect)
            try transaction.execute("INSERT INTO a VALUES (2)")
            throw Mishap()
        }
        try await place.withStore([]) { (store: Store) async throws in #expect(try await Self.applied(store) == []) }
        #expect(throws: Mishap()) { try place.open([Self.steps[0], failing, Self.steps[2]], Store.Options()).close() }
        try await place.withStore([]) { (store: Store) async throws in
            #expect(try await Self.applied(store) == [])
            #expect(await kindOfFailure { _ = try await Self.rows(store, "a") } == .defect)
        }
        try await place.withStore(Array(Self.steps.prefix(1))) { _ in }
        let late = Migration(3, "fails") { _, _ in throw Mishap() }
        #expect(throws: Mishap()) { try place.open(Self.steps.prefix(2) + [late], Store.Options()).close() }
        try await place.withStore(Array(Self.steps.prefix(1))) { (store: Store) async throws in
            #expect(try await Self.applied(store) == [1])
            #expect(try await Self.rows(store, "a") == 1)
            #expect(await kindOfFailure { _ = try await Self.rows(store, "b") } == .defect)
            #expect(await kindOfFailure { _ = try await Self.rows(store, "c") } == .defect)
        }
        try await place.withStore(Self.steps) { (store: Store) async throws in
            #expect(try await Self.applied(store) == [1, 2, 3])
        }
    }

    @Test(arguments: Engine.all)
    func aNewerDatabaseIsRefusedAndLeftAlone(_ engine: TestEngine) async throws {
        let place = try engine.makePlace()
        try await place.withStore(Self.steps) { _ in }
        for known in [2, 1] {
            #expect(
                await kindOfFailure {
                    try place.open(Array(Self.steps.prefix(known)), Store.Options()).close()
                } == .newer)
        }
        try await place.withStore(Self.steps) { (store: Store) async throws in
            #expect(try await Self.applied(store) == [1, 2, 3])
        }
    }

    @Test(arguments: Engine.all)
    func whoeverOpensAtTheSameMomentMigratesOnce(_ engine: TestEngine) async throws {
        let place = try engine.makePlace()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    try await place.withStore(Self.steps) { (store: Store) async throws in
                        #expect(try await Self.applied(store) == [1, 2, 3])
                        for table in ["a", "b", "c"] { #expect(try await Self.rows(store, table) == 1) }
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    @Test(arguments: Engine.all)
    func aStepKeepsTallies(_ engine: TestEngine) async throws {
        let place = try engine.makePlace()
        let counting = Migration(2, "count") { transaction, _ in
            transaction.tally(TallyKey(resource: 1, account: 1, lifeCycle: 0, status: 0), by: 3)
        }
        try await place.withStore(TestTables.migrations + [counting]) { store in
            let total = try await store.read {
                try $0.first("SELECT CAST(sum(total) AS bigint) FROM tallies") { $0.integer(0) }
            }
            #expect(total == 3)
        }
    }
}
