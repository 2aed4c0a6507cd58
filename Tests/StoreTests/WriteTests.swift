import Store
import Synchronization
import TestSupport
import Testing
import Wire

@Suite struct WriteTests {
    @Test(arguments: Engine.all)
    func aBodyThatThrowsLeavesNothing(_ engine: TestEngine) async throws {
        try await engine.withStore { store in
            try await store.add("before")
            await #expect(throws: Mishap()) {
                try await store.write { transaction in
                    try transaction.add("lost")
                    try transaction.execute("UPDATE things SET amount = 1")
                    try transaction.execute("DELETE FROM things WHERE name = 'before'")
                    throw Mishap()
                }
            }
            #expect(try await store.names() == ["before"])
            let isUnchanged = try await store.read { try $0.first("SELECT amount FROM things") { $0.isNull(0) } }
            #expect(isUnchanged == true)
        }
    }

    @Test(arguments: Engine.all)
    func aFailingJobDoesNotSpoilItsGroup(_ engine: TestEngine) async throws {
        try await engine.withStore { store in
            let failed = await withTaskGroup(of: Int?.self) { group in
                for number in 0..<200 {
                    group.addTask {
                        do {
                            try await store.write { transaction in
                                try transaction.add("job \(number)")
                                if number % 3 == 0 { throw Mishap() }
                            }
                            return nil
                        } catch {
                            return number
                        }
                    }
                }
                return await group.reduce(into: Set<Int>()) { set, number in number.map { _ = set.insert($0) } }
            }
            #expect(failed == Set((0..<200).filter { $0 % 3 == 0 }))
            let names = try await store.names()
            #expect(Set(names) == Set((0..<200).filter { $0 % 3 != 0 }.map { "job \($0)" }))
        }
    }

    @Test(arguments: Engine.all)
    func aConstraintErrorSaysSo(_ engine: TestEngine) async throws {
        try await engine.withStore { store in
            try await store.add("one")
            #expect(await kindOfFailure { try await store.add("one") } == .constraint)
            #expect(
                await kindOfFailure {
                    try await store.change("INSERT INTO epochs VALUES (9, NULL)")
                } == .constraint)
            #expect(try await store.names() == ["one"])
        }
    }

    @Test(arguments: Engine.all)
    func aStatementThatFailedFailsItsTransactionThoughItsErrorIsCaught(_ engine: TestEngine) async throws {
        try await engine.withStore { store in
            try await store.add("one")
            let kind = await kindOfFailure {
                try await store.write { transaction in
                    try transaction.add("two")
                    #expect(throws: StoreError.self) { try transaction.add("one") }
                }
            }
            #expect(kind == .constraint)
            #expect(try await store.names() == ["one"])
            try await store.add("three")
            #expect(try await store.names() == ["one", "three"])
        }
    }

    @Test(arguments: Engine.all)
    func aWrongStatementIsADefect(_ engine: TestEngine) async throws {
        try await engine.withStore { store in
            for sql: SQL in [
                "SELEKT 1", "SELECT nothing FROM things", SQL(text: "SELECT ?"),
                SQL(text: "SELECT 1", values: [.null]),
            ] {
                #expect(await kindOfFailure { try await store.read { try $0.query(sql) { _ in } } } == .defect)
                #expect(await kindOfFailure { try await store.change(sql) } == .defect)
            }
            let names = try await store.names()
            #expect(names.isEmpty)
        }
    }

    @Test(arguments: [
        "'; DROP TABLE things; --", "\" OR 1=1 --", "x'); DELETE FROM things; --", "?", "?1", ":name", "$1", "%", "\\'",
        "/* */", "NULL",
    ])
    func whatLooksLikeSQLIsStoredAsItIs(_ name: String) async throws {
        for engine in Engine.all {
            try await engine.withStore { store in
                try await store.add("bystander")
                try await store.add(name)
                #expect(try await store.names() == ["bystander", name])
                let found = try await store.read { db in
                    try db.all("SELECT id FROM things WHERE name = \(name)") { $0.integer(0) }
                }
                #expect(found.count == 1)
            }
        }
    }

    @Test(arguments: Engine.all)
    func aReadCannotWrite(_ engine: TestEngine) async throws {
        try await engine.withStore { store in
            try await store.add("one")
            await #expect(throws: StoreError.self) {
                try await store.read { try $0.query("DELETE FROM things") { _ in } }
            }
            #expect(try await store.names() == ["one"])
        }
    }

    @Test(arguments: Engine.all)
    func rowsCarryTheInstantOfTheirTransaction(_ engine: TestEngine) async throws {
        let clock = Mutex<Int64>(0)
        var options = Store.Options()
        options.clock = { clock.withLock { Timestamp(microseconds: $0) } }
        try await engine.withStore(options) { store in
            clock.withLock { $0 = 5 }
            let (first, second) = try await store.write { transaction in
                let first = transaction.now
                clock.withLock { $0 = 6 }
                return (first, transaction.now)
            }
            #expect(first == Timestamp(microseconds: 5))
            #expect(second == first)
            #expect(store.now == Timestamp(microseconds: 6))
        }
    }

    @Test(arguments: Engine.all)
    func aBulkJobIsOneTransactionToo(_ engine: TestEngine) async throws {
        try await engine.withStore { store in
            try await store.write(bulk: true) { transaction in for n in 0..<500 { try transaction.add("bulk \(n)") } }
            await #expect(throws: Mishap()) {
                try await store.write(bulk: true) { transaction in
                    try transaction.execute("DELETE FROM things")
                    throw Mishap()
                }
            }
            #expect(try await store.names().count == 500)
        }
    }
}
