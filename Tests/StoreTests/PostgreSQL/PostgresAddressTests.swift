import Testing

@testable import Store

@Suite struct PostgresAddressTests {
    /// What is printed, and which hosts are tried with which ports.
    static let readable: [(text: String, description: String, hosts: [String])] = [
        ("postgres://db/steward", "postgres://db/steward", ["db:-"]),
        ("postgresql://db/steward", "postgres://db/steward", ["db:-"]),
        ("postgres://u:secret@db:5433/steward", "postgres://u@db:5433/steward", ["db:5433"]),
        ("postgres://u:se%40cr%2Fet@db/steward", "postgres://u@db/steward", ["db:-"]),
        ("postgres://u@db/steward?password=secret", "postgres://u@db/steward", ["db:-"]),
        ("postgres://u:secret@a,b/s", "postgres://u@a,b/s", ["a:-", "b:-"]),
        ("postgres://u@a:1,b:2/s", "postgres://u@a,b:1,2/s", ["a:1", "b:2"]),
        ("postgres://u@a,b/s?port=7", "postgres://u@a,b:7/s", ["a:7", "b:7"]),
        ("postgres:///s?host=/run/postgresql", "postgres://%2Frun%2Fpostgresql/s", ["/run/postgresql:-"]),
        ("postgres://u@%2Ftmp:5432/s?sslmode=require", "postgres://u@%2Ftmp:5432/s", ["/tmp:5432"]),
        ("postgres://", "postgres:///", ["-:-"]),
    ]

    @Test(arguments: readable)
    func anAddressIsShownWithoutItsPassword(_ text: String, _ description: String, _ hosts: [String]) throws {
        let address = try PostgresAddress(text)
        #expect(address.description == description)
        #expect(address.attempts.map { "\($0["host"] ?? "-"):\($0["port"] ?? "-")" } == hosts)
        #expect(address.attempts.allSatisfy { $0["target_session_attrs"] == "read-write" })
        #expect(address.attempts.allSatisfy { $0["client_encoding"] == "UTF8" })
    }

    @Test(arguments: [
        "postgres://u:sec@ret@db/s", "postgres://u:secret/x@db/s", "postgres://u:secret?x@db/s",
        "postgres://u:secret@db:port/s", "postgres://user:secret", "postgres://u:secret%zz@db/s",
        "postgres://u:secret@db/s?nonsense=1", "postgres://u@db/s?password=secret&x",
        "postgres://u@db/s?passwort=secret",
        "postgres://u:secret@a:1,b:2,c/s?port=1,2", "postgres://u:secret@db/s?target_session_attrs=any",
    ])
    func whatCannotBeReadIsRefusedWithoutRepeatingAPassword(_ text: String) {
        let error = #expect(throws: StoreError.self) { try PostgresAddress(text) }
        #expect(error?.kind == .cannotOpen)
        #expect(error?.description.contains("sec") == false)
        #expect(error?.description.contains("ret") == false)
        #expect(error?.description.contains("\n") == false)
    }

    @Test(arguments: [
        ("mysql://u:secret@db/s", "mysql://"), ("postgres:/u:secret@db/s", "address"), ("", "path"),
        ("host=db user=u password=secret", "address"), (":memory:", "path"),
    ])
    func whatIsNoDatabaseIsRefused(_ text: String, _ hint: String) {
        let error = #expect(throws: StoreError.self) { try DatabaseAddress(text) }
        #expect(error?.kind == .cannotOpen)
        #expect(error?.description.contains(hint) == true)
        #expect(error?.description.contains("secret") == false)
    }

    @Test func aLineEndFromAFileIsNoPartOfTheAddress() throws {
        #expect(try DatabaseAddress("postgres://db/s\n").description == "postgres://db/s")
        #expect(try DatabaseAddress(" steward.sqlite\n").description == "steward.sqlite")
    }

    @Test(arguments: [
        ("a = ? AND b = ?", "a = $1 AND b = $2", 2), ("'?' = ?", "'?' = $1", 1),
        ("'it''s ?' || ?", "'it''s ?' || $1", 1),
        ("SELECT 1", "SELECT 1", 0),
    ])
    func placeholdersAreNumberedOutsideQuotes(_ text: String, _ numbered: String, _ count: Int) {
        #expect(Placeholders.numbered(text) == (numbered, count))
    }
}
