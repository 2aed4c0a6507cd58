import TestSupport
import Testing
import Wire

@testable import Store

@Suite struct DatabaseCopyTests {
    /// Tables whose keys are an id, several integers, and a text.
    private static let migrations =
        TestTables.migrations + [
            Migration(2, "words") { transaction, dialect in
                try transaction.run(
                    script: """
                        CREATE TABLE words (word \(dialect.text) PRIMARY KEY, meaning \(dialect.text))
                        \(dialect.keyedTableOptions)
                        """)
            }
        ]

    private static let words = ["", " ", "'", "(1)", "A", "Z", "a", "ab", "z", "Ä", "é", "東京"]

    /// How many bytes the remarks of things are long.
    private static let lengths =
        Array(repeating: 10, count: 12) + Array(repeating: 100_000, count: 5) + Array(repeating: 10, count: 12)
        + [1_000_000] + Array(repeating: 10, count: 3)

    private static func fill(_ store: Store) async throws {
        try await store.write { transaction in
            for (number, length) in lengths.enumerated() {
                // A character of two bytes.
                let remark = String(repeating: "é", count: length / 2)
                try transaction.execute(
                    "INSERT INTO things (name, amount, remark) VALUES (\("thing \(number)"), \(number), \(remark))")
            }
            for number in 0..<23 {
                try transaction.execute(
                    """
                    INSERT INTO tallies (resource, account, life_cycle, status, shard, total)
                    VALUES (\(number % 3), \(number % 2), \(number / 6), 0, \(number), \(number))
                    """)
            }
            for word in words {
                try transaction.execute("INSERT INTO words (word, meaning) VALUES (\(word), 'many')")
            }
        }
    }

    /// The rows of all tables.
    private static func rows(_ store: Store) async throws -> [[SQLValue]] {
        try await store.read { db in
            try ["tallies", "things", "words"].flatMap { name in
                let table = try db.table(name)
                let columns = table.columns.joined(separator: ", ")
                return try db.all("SELECT \(raw: columns) FROM \(raw: name) ORDER BY \(raw: columns)") { row in
                    table.columns.indices.map { row.value(Int32($0)) }
                }
            }
        }
    }

    @Test(arguments: [(TestEngine.sqlite, TestEngine.sqlite), (.sqlite, .postgres), (.postgres, .sqlite)])
    func longRowsAreMovedFewAtATimeAndArriveWhole(from engine: TestEngine, to other: TestEngine) async throws {
        let (source, target) = (try TestDatabase(on: engine), try TestDatabase(on: other))
        let expected = try await source.withStore(Self.migrations) { store in
            try await Self.fill(store)
            return try await Self.rows(store)
        }
        var copy = DatabaseCopy(from: source.address, to: target.address, migrations: Self.migrations)
        copy.portion = PortionSize(rows: 10, bytes: 250_000)
        var portions: [Int64] = []
        var before: Int64 = 0
        let digests = try copy.run(now: Timestamp(microseconds: 1)) { done, total in
            #expect(total == 2 * (23 + 33 + 12))
            portions.append(done - before)
            before = done
        }
        // Ten rows, unless the third of those with 100,000 bytes or the one with 1,000,000 ends a portion.
        let once: [Int64] = [10, 10, 3] + [10, 5, 10, 5, 3] + [10, 2]
        #expect(portions == once + once)
        #expect(digests.map(\.table) == ["tallies", "things", "words"] && digests.map(\.rows) == [23, 33, 12])
        let arrived = try await target.withStore(Self.migrations) { try await Self.rows($0) }
        #expect(arrived == expected)
    }

    @Test(arguments: Engine.all)
    func aRowLongerThanAPortionIsOneByItself(_ engine: TestEngine) async throws {
        let source = try TestDatabase(on: engine)
        try await source.withStore(Self.migrations) { try await Self.fill($0) }
        let target = try TestDatabase(on: .sqlite)
        var copy = DatabaseCopy(from: source.address, to: target.address, migrations: Self.migrations)
        copy.portion = PortionSize(rows: 1000, bytes: 1)
        var portions: [Int64: Int] = [:]
        var before: Int64 = 0
        let digests = try copy.run(now: Timestamp(microseconds: 1)) { done, _ in
            portions[done - before, default: 0] += 1
            before = done
        }
        #expect(portions == [1: 2 * (23 + 33 + 12)])
        #expect(digests.map(\.rows) == [23, 33, 12])
    }
}
