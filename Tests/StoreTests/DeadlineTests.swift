import Store
import TestSupport
import Testing

@Suite struct DeadlineTests {
    /// Counts far longer than anybody waits.
    private static let endless: SQL =
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000000000) SELECT max(i) FROM n"
    private static let endlessInsert: SQL = """
        INSERT INTO things (amount) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n \
        WHERE i < 1000000000000) SELECT max(i) FROM n
        """

    private static var options: Store.Options {
        var options = Store.Options()
        options.readLimit = .milliseconds(100)
        options.writeLimit = .milliseconds(100)
        options.readerThreads = 1
        return options
    }

    @Test(arguments: [Store.ReadCost.flat, .open])
    func aReadPastItsLimitEndsAndTheConnectionGoesOn(_ cost: Store.ReadCost) async throws {
        for engine in Engine.all {
            try await engine.withStore(Self.options) { store in
                try await store.add("one")
                for _ in 0..<2 {
                    #expect(
                        await kindOfFailure {
                            _ = try await store.read(cost: cost) { try $0.first(Self.endless) { $0.integer(0) } }
                        } == .timeout)
                    #expect(try await store.names() == ["one"])
                }
            }
        }
    }

    @Test(arguments: Engine.all)
    func aQueryInAWritePastItsLimitEndsAndTheWriterGoesOn(_ engine: TestEngine) async throws {
        try await engine.withStore(Self.options) { store in
            #expect(
                await kindOfFailure {
                    _ = try await store.write { transaction in
                        try transaction.add("lost")
                        return try transaction.db.first(Self.endless) { $0.integer(0) }
                    }
                } == .timeout)
            try await store.add("kept")
            #expect(try await store.names() == ["kept"])
        }
    }

    @Test(arguments: Engine.all)
    func aChangePastItsLimitEndsAndTheWriterGoesOn(_ engine: TestEngine) async throws {
        try await engine.withStore(Self.options) { store in
            #expect(
                await kindOfFailure {
                    try await store.write { transaction in
                        try transaction.add("lost")
                        try transaction.execute(Self.endlessInsert)
                    }
                } == .timeout)
            try await store.add("kept")
            #expect(try await store.names() == ["kept"])
        }
    }

    @Test(arguments: Engine.all)
    func aBulkJobHasNoLimit(_ engine: TestEngine) async throws {
        var options = Self.options
        options.writeLimit = .zero
        try await engine.withStore(options) { store in
            let counted = try await store.write(bulk: true) { transaction in
                try transaction.db.first(
                    """
                    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200000)
                    SELECT max(i) FROM n
                    """
                ) { $0.integer(0) }
            }
            #expect(counted == 200_000)
        }
    }
}
