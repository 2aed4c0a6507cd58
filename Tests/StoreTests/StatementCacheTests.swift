import TestSupport
import Testing

@testable import Store

@Suite struct StatementCacheTests {
    @Test func aConnectionGoesOnPastItsMostStatements() throws {
        let file = try TestDatabase(on: .sqlite)
        let db = try Database(SQLiteConnection(path: file.path))
        for number in 0..<(StatementCache<OpaquePointer>.maximumCount * 2 + 10) {
            let found = try db.first("SELECT \(number) AS c\(raw: "\(number)")") { $0.integer(0) }
            #expect(found == Int64(number))
        }
        for plan in 0..<(StatementCache<OpaquePointer>.maximumCount + 10) {
            var found: [Int64] = []
            for _ in 0..<2 {
                try db.query(plan: plan, text: "SELECT ? + \(plan)", values: [.integer(1)]) { row in
                    found.append(row.integer(0))
                    return true
                }
            }
            #expect(found == [Int64(plan) + 1, Int64(plan) + 1])
        }
    }

    @Test func heavyStatementsAreNotKeptAndManyAreDropped() {
        typealias Cache = StatementCache<Int>
        var cache = Cache()
        #expect(Cache.keeps("SELECT 1", values: 0))
        #expect(!Cache.keeps("SELECT 1", values: Cache.maximumOne / Cache.valueWeight + 1))
        #expect(!Cache.keeps(String(repeating: "x", count: Cache.maximumOne + 1), values: 0))
        var kept = 0
        while !cache.isFull {
            cache.keep(kept, plan: kept, String(repeating: "x", count: 10_000), values: 10)
            kept += 1
        }
        #expect(kept < Cache.maximumCount && kept * 10_640 >= Cache.maximumWeight)
        #expect(cache.statement(plan: 3, "") == 3 && cache.statement(plan: nil, "x") == nil)
        cache.removeAll()
        #expect(!cache.isFull && cache.all.isEmpty)
    }

    @Test(arguments: TestEngine.allCases)
    func aStatementOfManyValuesIsAnsweredThoughItIsNotKept(_ engine: TestEngine) async throws {
        try await engine.withStore { store in
            let values = Array(Int64(1)...500)
            for _ in 0..<3 {
                let sum = try await store.read { db in
                    try db.first("SELECT count(*) FROM things WHERE id IN (\(list: values))") { $0.integer(0) }
                }
                #expect(sum == 0)
            }
        }
    }

    @Test func aStatementThatIsLeftEarlyStartsAnewNextTime() throws {
        let file = try TestDatabase(on: .sqlite)
        let db = try Database(SQLiteConnection(path: file.path))
        let sql: SQL = "SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3"
        for _ in 0..<3 {
            let first = try db.first(sql) { $0.integer(0) }
            #expect(first == 1)
            #expect(throws: Mishap.self) { try db.query(sql) { _ in throw Mishap() } }
            let all = try db.all(sql) { $0.integer(0) }
            #expect(all == [1, 2, 3])
        }
    }

    /// In a process of its own, since a statement that is freed under way takes everything with it.
    @Test func statementsUnderWaySurviveTheLimit() async {
        await #expect(processExitsWith: .success) {
            let db = try Database(SQLiteConnection(path: ":memory:"))
            var outer: [Int64] = []
            try db.query("SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3") { row in
                outer.append(row.integer(0))
                for number in 0..<(StatementCache<OpaquePointer>.maximumCount + 1) {
                    _ = try db.first("SELECT \(raw: "\(row.integer(0) * 10_000 + Int64(number))")") { $0.integer(0) }
                }
            }
            #expect(outer == [1, 2, 3])
        }
    }
}
