import TestSupport
import Testing
import Wire

@testable import ServiceDesk
@testable import Store

/// Addresses and logins that an older version told apart by their spelling.
@Suite struct FoldedTextsTests {
    private struct Person {
        let name: String
        let email: String
        var login: String?
        var support: String?
    }

    /// A database of version 4 with these people.
    private static func older(_ engine: TestEngine, _ people: [Person]) throws -> TestDatabase {
        let database = try TestDatabase(on: engine)
        try SchemaHistory.open(database, Array(Migrations.all.prefix(4))).close()
        let db = try SchemaHistory.connect(database)
        try db.execute(
            """
            INSERT INTO accounts (id, name, time_zone, locale, currency, created_at)
            VALUES ('wna', 'Widget', 'UTC', 'en-US', 'usd', 1)
            """)
        for person in people {
            try db.execute(
                """
                INSERT INTO people (account, name, primary_email, email_folded, login, support_id, support_folded,
                created_at, updated_at) VALUES (1, \(person.name), \(person.email), \(person.email.lowercased()),
                \(person.login.sqlValue), \(person.support.sqlValue), \((person.support?.lowercased()).sqlValue), 1, 2)
                """)
        }
        return database
    }

    private static func rows(_ database: TestDatabase, _ columns: String) throws -> [[SQLValue]] {
        let count = columns.split(separator: ",").count
        return try SchemaHistory.connect(database).all("SELECT \(raw: columns) FROM people ORDER BY id") { row in
            (0..<count).map { row.value(Int32($0)) }
        }
    }

    @Test(arguments: TestEngine.allCases)
    func whatIsStoredFoldedIsFoldedAnew(_ engine: TestEngine) throws {
        let database = try Self.older(
            engine,
            [
                Person(name: "Ann", email: "Straße@x", login: "Ann\u{C9}", support: "ẞ1"),
                Person(name: "Bob", email: "E\u{301}@x", login: "bob"), Person(name: "Cid", email: "cid@x"),
            ])
        try SchemaHistory.open(database).close()
        let found = try Self.rows(
            database, "primary_email, email_folded, login, login_folded, support_folded, updated_at")
        #expect(
            found == [
                [
                    .text("Straße@x"), .text("strasse@x"), .text("Ann\u{C9}"), .text("ann\u{E9}"), .text("ss1"),
                    .integer(2),
                ],
                [.text("E\u{301}@x"), .text("\u{E9}@x"), .text("bob"), .text("bob"), .null, .integer(2)],
                [.text("cid@x"), .text("cid@x"), .null, .null, .null, .integer(2)],
            ])
        #expect(Array(found[1][1].text?.utf8 ?? "".utf8) == Array("\u{E9}@x".utf8))
        let db = try SchemaHistory.connect(database)
        #expect(throws: StoreError.self) { try db.execute("UPDATE people SET login_folded = 'bob' WHERE id = 3") }
    }

    @Test(arguments: TestEngine.allCases)
    func doublesAreNamedAndNothingIsChanged(_ engine: TestEngine) throws {
        let people = [
            Person(name: "Ann", email: "straße@x", login: "Ann", support: "ẞ1"),
            Person(name: "Bob", email: "STRASSE@x", login: "bob"), Person(name: "Cid", email: "cid@x", login: "ANN"),
            Person(name: "Dot", email: "e\u{301}@x"), Person(name: "Eve", email: "\u{E9}@x"),
            Person(name: "Fay", email: "fay@x"),
        ]
        let database = try Self.older(engine, people)
        let columns = "primary_email, email_folded, login, support_folded"
        let before = try Self.rows(database, columns)
        let error = #expect(throws: StoreError.self) { try SchemaHistory.open(database).close() }
        #expect(error?.kind == .cannotOpen)
        let text = error?.description ?? ""
        #expect(text.contains("Ann (id 1, 'straße@x') and Bob (id 2, 'STRASSE@x') have the e-mail address in common"))
        #expect(text.contains("Dot (id 4, 'e\u{301}@x') and Eve (id 5, '\u{E9}@x') have the e-mail address in common"))
        #expect(text.contains("Ann (id 1, 'Ann') and Cid (id 3, 'ANN') have the login in common"))
        #expect(!text.contains("Fay"))
        // The version that wrote it works with it as before.
        try SchemaHistory.open(database, Array(Migrations.all.prefix(4))).close()
        #expect(try Self.rows(database, columns) == before)
        #expect(try SchemaHistory.connect(database).columns(of: "people").contains("login_folded") == false)
        // Once each has an address and a login of their own, it is brought up to date.
        let db = try SchemaHistory.connect(database)
        for id in [Int64(2), 3, 5] {
            try db.execute(
                """
                UPDATE people SET primary_email = \("\(id)@x"), email_folded = \("\(id)@x"), login = \("l\(id)")
                WHERE id = \(id)
                """)
        }
        try SchemaHistory.open(database).close()
        let logins: [SQLValue] = [.text("ann"), .text("l2"), .text("l3"), .null, .text("l5"), .null]
        #expect(try Self.rows(database, "login_folded") == logins.map { [$0] })
    }
}
