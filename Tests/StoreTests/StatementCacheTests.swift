import TestSupport
import Testing

@testable import Store

@Suite struct StatementCacheTests {
    @Test func aConnectionGoesOnPastItsMostStatements() throws {
        let file = try TestDatabase(on: .sqlite)
        let db = try Database(SQLiteConnection(path: file.path))
        for number in 0..<(SQLiteConnection.maximumStatements * 2 + 10) {
            let found = try db.first("SELECT \(number) AS c\(raw: "\(number)")") { $0.integer(0) }
            #expect(found == Int64(number))
        }
        for plan in 0..<(SQLiteConnection.maximumStatements + 10) {
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
                for number in 0..<(SQLiteConnection.maximumStatements + 1) {
                    _ = try db.first("SELECT \(raw: "\(row.integer(0) * 10_000 + Int64(number))")") { $0.integer(0) }
                }
            }
            #expect(outer == [1, 2, 3])
        }
    }
}
