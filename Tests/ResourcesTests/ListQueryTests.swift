import ServiceDesk
import Store
import Testing
import Wire

@testable import Resources

@Suite struct ListQueryTests {
    private func order(_ text: String?) throws -> [String] {
        let query = try query(text.map { [("sort", $0)] } ?? [])
        return query.order.map { ($0.descending ? "-" : "") + Schema.samples.fields[$0.field].name }
    }

    @Test(
        arguments: [
            (nil, ["-id"]), ("", ["-id"]), ("title", ["title", "id"]), ("-title", ["-title", "-id"]),
            ("title,-count", ["title", "-count", "-id"]), ("-title,count", ["-title", "count", "id"]),
            ("id", ["id"]), ("-id", ["-id"]), ("title,id,count", ["title", "id"]), ("title,title", ["title", "id"]),
            ("title,-title", ["title", "id"]), ("cis", ["-id"]), ("-cis,count", ["count", "id"]),
            (",title,", ["title", "id"]), (" title , -count ", ["title", "-count", "-id"]), (" , ", ["-id"]),
            ("team_id", ["team", "id"]), ("-team_id,team", ["-team", "-id"]), ("cis_id,count", ["count", "id"]),
        ] as [(String?, [String])])
    func sortsEndWithTheID(_ text: String?, _ expected: [String]) throws { #expect(try order(text) == expected) }

    @Test(arguments: [
        ("strange", "Sorting not allowed on fields: strange"), ("story", "Sorting not allowed on fields: story"),
        ("title,-x,y", "Sorting not allowed on fields: x, y"), ("-", "Sorting not allowed on fields: "),
        ("--title", "Sorting not allowed on fields: -title"), ("colour_id", "Sorting not allowed on fields: colour_id"),
        ("hidden", "Sorting not allowed on fields: hidden"), ("Title", "Sorting not allowed on fields: Title"),
    ])
    func sortsAreRefused(_ text: String, _ message: String) { #expect(refusal { _ = try order(text) } == message) }

    @Test func aSortHasAnEnd() throws {
        let sortable = Schema.requests.fields.filter { $0.isSortable && $0.column != nil && $0.name != "id" }.map(
            \.name)
        func order(_ count: Int) throws -> Int {
            try ListQuery(
                .requests, predefined: nil,
                parameters: [(name: "sort", value: sortable.prefix(count).joined(separator: ","))],
                for: Perspective(
                    person: 1, account: 1, accountID: "wna", seesAccount: true, holders: [1], zone: .utc),
                cursors: Office.key
            ).order.count
        }
        #expect(try order(Limits.sortKeys) == Limits.sortKeys + 1)
        #expect(refusal { _ = try order(Limits.sortKeys + 1) } == "At most 8 fields can be sorted by")
    }

    private func fields(_ text: String) throws -> [String] {
        try query([("fields", text)]).fields.map { Schema.samples.fields[$0].name }
    }

    @Test(arguments: [
        ("", ["id", "title", "colour"]), ("title", ["id", "title"]), ("colour,title", ["id", "colour", "title"]),
        ("title,id", ["title", "id"]), ("title,title,title", ["id", "title"]), (" title ,\tid", ["title", "id"]),
        ("cis,made_at", ["id", "cis", "made_at"]),
        ("files", ["id", "files"]),
    ])
    func fieldsComeAsAskedWithTheID(_ text: String, _ expected: [String]) throws {
        #expect(try fields(text) == expected)
    }

    @Test(arguments: [
        ("strange", "Unknown fields: strange"), ("title,a,b", "Unknown fields: a, b"), ("*", "Unknown fields: *"),
        ("hidden", "Unknown fields: hidden"), ("team_id", "Unknown fields: team_id"),
        ("ti tle, x ", "Unknown fields: ti tle, x"),
    ])
    func fieldsAreRefused(_ text: String, _ message: String) { #expect(refusal { _ = try fields(text) } == message) }

    @Test(arguments: [("", 20), ("1", 1), ("100", 100), ("101", 100), ("9223372036854775807", 100)])
    func aPageHasASize(_ text: String, _ size: Int) throws { #expect(try query([("per_page", text)]).size == size) }

    @Test(arguments: [
        ("per_page", "0", "Parameter 'per_page' cannot be less than 1"),
        ("per_page", "-1", "Parameter 'per_page' cannot be less than 1"),
        ("per_page", "many", "Parameter 'per_page' is not a number"),
        ("per_page", "9223372036854775808", "Parameter 'per_page' is not a number"),
        ("page", "0", "Parameter 'page' cannot be less than 1"), ("page", "2.5", "Parameter 'page' is not a number"),
        ("search_after", "x", "Parameter 'search_after' is not a cursor of this list"),
        ("search_before", "AAAA", "Parameter 'search_before' is not a cursor of this list"),
    ])
    func pagesAreRefused(_ name: String, _ value: String, _ message: String) {
        #expect(refusal { _ = try query([(name, value)]) } == message)
    }

    @Test func aPositionIsAPageOrACursor() throws {
        let cursor = Cursor(list: 5, values: [.integer(1)])
        let text = Office.key.seal(cursor)
        #expect(try query([]).position == .page(1))
        #expect(try query([("page", "7")]).position == .page(7))
        #expect(try query([("page", ""), ("search_after", "")]).position == .page(1))
        #expect(try query([("page", "9223372036854775807")]).position == .page(1 << 48))
        #expect(try query([("search_after", text), ("page", "3")]).position == .after(cursor, page: 3))
        #expect(try query([("search_before", text)]).position == .before(cursor, page: 1))
        #expect(
            refusal { _ = try query([("search_after", text), ("search_before", text)]) }
                == "Parameters 'search_after' and 'search_before' exclude each other")
    }
}
