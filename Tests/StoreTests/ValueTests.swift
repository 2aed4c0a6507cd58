import Store
import TestSupport
import Testing
import Wire

@Suite struct ValueTests {
    static let values: [SQLValue] = [
        .null, .integer(0), .integer(1), .integer(-1), .integer(.max), .integer(.min), .text(""), .text(" "),
        .text("plain"), .text("it's \"quoted\" `so`; -- and \\ more"), .text("line\r\nbreak\ttab"),
        .text("Grüße, 東京, العربية"), .text("👩‍👩‍👧‍👦🏳️‍🌈"), .text("e\u{301} is not \u{e9}"), .text("\u{feff}bom"),
        .text(String(repeating: "x", count: 1_000_000)),
    ]

    @Test(arguments: Engine.all)
    func valuesComeBackAsTheyWere(_ engine: TestEngine) async throws {
        try await engine.withStore { store in
            for value in Self.values {
                let id = try await store.write { transaction in
                    if case .integer = value {
                        try transaction.insert("INSERT INTO things (amount) VALUES (\(value)) RETURNING id")
                    } else {
                        try transaction.insert("INSERT INTO things (remark) VALUES (\(value)) RETURNING id")
                    }
                }
                let found = try await store.read { db in
                    try db.first("SELECT remark, amount FROM things WHERE id = \(id)") { [$0.value(0), $0.value(1)] }
                }
                let expected: [SQLValue] = value.integer == nil ? [value, .null] : [.null, value]
                #expect(found == expected)
            }
        }
    }

    @Test(arguments: Engine.all)
    func emptyTextIsNotNull(_ engine: TestEngine) async throws {
        try await engine.withStore { store in
            try await store.add("")
            let (isNull, text, optional) = try await store.read { db in
                try #require(
                    try db.first("SELECT name FROM things WHERE name IS NOT NULL") {
                        ($0.isNull(0), $0.text(0), $0.value(0).text)
                    })
            }
            #expect(!isNull)
            #expect(text.isEmpty)
            #expect(optional?.isEmpty == true)
        }
    }

    @Test(arguments: Engine.all)
    func nullReadsAsNothing(_ engine: TestEngine) async throws {
        try await engine.withStore { store in
            try await store.change("INSERT INTO things (name, amount) VALUES (NULL, NULL)")
            try await store.read { db in
                try db.query("SELECT name, amount FROM things") { row in
                    let texts = (row.value(0).text, row.text(0))
                    #expect(texts.0 == nil && texts.1.isEmpty)
                    let bytes = row.utf8(0)
                    #expect(bytes.isEmpty)
                    let integers = (row.optionalInteger(1), row.integer(1), row.flag(1), row.timestamp(1))
                    #expect(integers.0 == nil && integers.1 == 0 && !integers.2)
                    #expect(integers.3 == Timestamp(microseconds: 0))
                }
            }
        }
    }

    @Test func swiftValuesHaveOneFormInAColumn() {
        #expect(true.sqlValue == .integer(1))
        #expect(false.sqlValue == .integer(0))
        #expect(7.sqlValue == .integer(7))
        #expect(Int64.min.sqlValue == .integer(.min))
        #expect("a".sqlValue == .text("a"))
        #expect(Timestamp(microseconds: -5).sqlValue == .integer(-5))
        #expect((nil as String?).sqlValue == .null)
        #expect(("a" as String?).sqlValue == .text("a"))
        #expect(SQLValue.null.isNull && !SQLValue.integer(0).isNull && !SQLValue.text("").isNull)
        #expect(SQLValue.integer(1).flag && !SQLValue.integer(2).flag && !SQLValue.null.flag)
        #expect(SQLValue.text("1").integer == nil && SQLValue.integer(1).text == nil)
    }

    @Test(arguments: Engine.all)
    func idsAreNeverGivenOutAgain(_ engine: TestEngine) async throws {
        try await engine.withStore { store in
            let first = try await store.add("a")
            try await store.change("DELETE FROM things")
            let second = try await store.add("b")
            #expect(second > first)
        }
    }

    @Test(arguments: Engine.all)
    func textSortsByCodePoint(_ engine: TestEngine) async throws {
        try await engine.withStore { store in
            for name in ["b", "é", "Z", "a", "B", "_", "1"] { try await store.add(name) }
            let sorted = try await store.read { try $0.all("SELECT name FROM things ORDER BY name") { $0.text(0) } }
            #expect(sorted == ["1", "B", "Z", "_", "a", "b", "é"])
        }
    }
}
