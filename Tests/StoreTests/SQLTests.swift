import Store
import TestSupport
import Testing

@Suite struct SQLTests {
    @Test func interpolationBinds() {
        let sql: SQL = "a = \(5) AND b = \("x' OR 1=1") AND c = \(nil as Int64?) AND d = \(true)"
        #expect(sql.text == "a = ? AND b = ? AND c = ? AND d = ?")
        #expect(sql.values == [.integer(5), .text("x' OR 1=1"), .null, .integer(1)])
    }

    @Test func onlyRawTextIsSpliced() {
        let sql: SQL = "SELECT \(raw: "id") FROM \(raw: "things")"
        #expect(sql.text == "SELECT id FROM things")
        #expect(sql.values.isEmpty)
    }

    @Test func fragmentsKeepTheirValuesInOrder() {
        let inner: SQL = "b = \(2)"
        var sql: SQL = "a = \(1) AND \(inner) AND c = \(3)"
        sql.append(" AND d = \(4)")
        #expect(sql.text == "a = ? AND b = ? AND c = ? AND d = ?")
        #expect(sql.values == [.integer(1), .integer(2), .integer(3), .integer(4)])
    }

    @Test(arguments: [([], "NULL"), ([7], "?"), ([1, 2, 3], "?,?,?")] as [([Int], String)])
    func listsBindEachValue(_ list: [Int], _ text: String) {
        let sql: SQL = "id IN (\(list: list))"
        #expect(sql.text == "id IN (\(text))")
        #expect(sql.values == list.map(\.sqlValue))
    }

    @Test(arguments: Engine.all)
    func anEmptyListEqualsNothing(_ engine: TestEngine) async throws {
        try await engine.withStore { store in
            for name in ["a", "b", "c"] { try await store.add(name) }
            for (list, expected) in [([], []), (["b"], ["b"]), (["a", "c", "x"], ["a", "c"])] as [([String], [String])]
            {
                let found = try await store.read { db in
                    try db.all("SELECT name FROM things WHERE name IN (\(list: list)) ORDER BY id") { $0.text(0) }
                }
                #expect(found == expected)
            }
        }
    }
}
