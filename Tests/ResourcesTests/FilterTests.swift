import ServiceDesk
import Store
import Testing
import Wire

@testable import Resources

/// One filter and what it comes to.
struct FilterCase: Sendable, CustomStringConvertible {
    let parameter: String
    let value: String
    let sql: String
    let values: [SQLValue]
    init(_ parameter: String, _ value: String, _ sql: String, _ values: [SQLValue] = []) {
        (self.parameter, self.value, self.sql, self.values) = (parameter, value, sql, values)
    }
    var description: String { "\(parameter)=\(value)" }
}

@Suite struct FilterTests {
    private static let noon: Int64 = 1_717_243_200_000_000  // 2024-06-01T12:00:00Z
    private static func second(_ start: Int64) -> [SQLValue] { [.integer(start), .integer(start + 999_999)] }

    static let understood: [FilterCase] = [
        // Equal, not equal, sets.
        .init("count", "5", "t.count = ?", [.integer(5)]), .init("count", "-5", "t.count = ?", [.integer(-5)]),
        .init("count", "!5", "(t.count IS NULL OR t.count <> ?)", [.integer(5)]),
        .init("count!", "5", "(t.count IS NULL OR t.count <> ?)", [.integer(5)]),
        .init("count", "!=5", "(t.count IS NULL OR t.count <> ?)", [.integer(5)]),
        .init("count!", "=5", "(t.count IS NULL OR t.count <> ?)", [.integer(5)]),
        .init("count", "1,2,2", "t.count IN (?,?)", [.integer(1), .integer(2)]),
        .init(
            "count", "3,1,2", "t.count IN (?,?,?,?)",
            [.integer(1), .integer(2), .integer(3), .integer(3)]),
        .init("count", "!1,2", "(t.count IS NULL OR t.count NOT IN (?,?))", [.integer(1), .integer(2)]),
        .init("id!", "15", "t.id <> ?", [.integer(15)]),
        .init("ids", "1,2", "t.id IN (?,?)", [.integer(1), .integer(2)]),
        .init("ids", " 1 , 2 ", "t.id IN (?,?)", [.integer(1), .integer(2)]),
        .init("colour", "red, blue", "t.colour IN (?,?)", [.integer(-1), .integer(10)]),
        .init("count", "2.0", "t.count = ?", [.integer(2)]), .init("count", "<1e1", "t.count < ?", [.integer(10)]),
        .init("title", " a ", "t.title = ?", [.text(" a ")]),
        // Empty and present.
        .init("count", "", "t.count IS NULL"), .init("count", "!", "t.count IS NOT NULL"),
        .init("count!", "", "t.count IS NOT NULL"), .init("count!", "=", "t.count IS NOT NULL"),
        .init("title", "", "t.title IS NULL"), .init("open", "!", "t.open IS NOT NULL"),
        // Order and ranges.
        .init("count", "<5", "t.count < ?", [.integer(5)]), .init("count", "<=5", "t.count <= ?", [.integer(5)]),
        .init("count", ">5", "t.count > ?", [.integer(5)]), .init("count", ">=5", "t.count >= ?", [.integer(5)]),
        .init("count", ">1<5", "t.count > ? AND t.count < ?", [.integer(1), .integer(5)]),
        .init("count", ">=1<=5", "t.count >= ? AND t.count <= ?", [.integer(1), .integer(5)]),
        .init("count", "<5>=1", "t.count < ? AND t.count >= ?", [.integer(5), .integer(1)]),
        .init("id", ">7", "t.id > ?", [.integer(7)]), .init("price", "<1.5", "t.price < ?", [.integer(15_000)]),
        .init("effort", ">=2:30", "t.effort >= ?", [.integer(150)]),
        // Text, with commas.
        .init("title", "a", "t.title = ?", [.text("a")]), .init("title", "a\\,b", "t.title = ?", [.text("a,b")]),
        .init("title", "a\\b", "t.title = ?", [.text("a\\b")]), .init("title", "\\", "t.title = ?", [.text("\\")]),
        .init("title", "\\\\", "t.title = ?", [.text("\\\\")]),
        .init("title", "!a\\,b", "t.title <> ?", [.text("a,b")]),
        .init("title", "Größe 👍", "t.title = ?", [.text("Größe 👍")]), .init("title", " ", "t.title = ?", [.text(" ")]),
        .init("title", "' OR 1=1 --", "t.title = ?", [.text("' OR 1=1 --")]),
        .init("title", "!!", "t.title <> ?", [.text("!")]), .init("title", "=a", "t.title = ?", [.text("=a")]),
        .init("nickname", "AbC", "t.nickname_folded = ?", [.text("abc")]),
        .init("nickname", "!", "t.nickname_folded IS NOT NULL"),
        .init("source", "a", "t.source = ?", [.text("a")]), .init("money", "eur", "t.money = ?", [.text("eur")]),
        // Enumerations, references, booleans, what is not kept.
        .init("colour", "red", "t.colour = ?", [.integer(10)]), .init("colour", "blue", "t.colour = ?", [.integer(-1)]),
        .init("colour", "red,blue", "t.colour IN (?,?)", [.integer(-1), .integer(10)]),
        .init("colour", "!red", "(t.colour IS NULL OR t.colour <> ?)", [.integer(10)]),
        .init("shade", "!red", "t.shade <> ?", [.integer(10)]),
        .init("shade", "!red,default", "t.shade NOT IN (?,?)", [.integer(10), .integer(30)]),
        .init("team", "4", "t.team_id = ?", [.integer(4)]), .init("team_id", "4", "t.team_id = ?", [.integer(4)]),
        .init("team_id", "", "t.team_id IS NULL"),
        .init("team", "!4,5", "(t.team_id IS NULL OR t.team_id NOT IN (?,?))", [.integer(4), .integer(5)]),
        .init("open", "YES", "t.open = ?", [.integer(1)]), .init("open", "maybe", "t.open = ?", [.integer(0)]),
        .init("open", "!true", "t.open <> ?", [.integer(1)]),
        .init("cis", "1", "NULL = ?", [.text("1")]), .init("cis_id", "", "NULL IS NULL"),
        .init("cis", "!1,2", "(NULL IS NULL OR NULL NOT IN (?,?))", [.text("1"), .text("2")]),
        // Times: a second is one value, wherever in it one is.
        .init("due_at", "2024-06-01T12:00:00Z", "t.due_at BETWEEN ? AND ?", second(noon)),
        .init("due_at", "2024-06-01T12:00:00.75Z", "t.due_at BETWEEN ? AND ?", second(noon)),
        .init("due_at", "2024-06-01T12:00", "t.due_at BETWEEN ? AND ?", second(noon)),
        .init("due_at", "2024-06-01T14:00:00 02:00", "t.due_at BETWEEN ? AND ?", second(noon)),
        .init("due_at", "2024-06-01", "t.due_at BETWEEN ? AND ?", second(noon - 43_200_000_000)),
        .init("due_at", "1969-12-31T23:59:59.5Z", "t.due_at BETWEEN ? AND ?", second(-1_000_000)),
        .init("due_at", "!2024-06-01T12:00:00Z", "(t.due_at IS NULL OR NOT t.due_at BETWEEN ? AND ?)", second(noon)),
        .init("due_at", "<2024-06-01T12:00:00Z", "t.due_at < ?", [.integer(noon)]),
        .init("due_at", "<=2024-06-01T12:00:00Z", "t.due_at <= ?", [.integer(noon + 999_999)]),
        .init("due_at", ">2024-06-01T12:00:00Z", "t.due_at > ?", [.integer(noon + 999_999)]),
        .init("due_at", ">=2024-06-01T12:00:00Z", "t.due_at >= ?", [.integer(noon)]),
        .init("due_at", "", "t.due_at IS NULL"),
        .init(
            "target_at", "best_effort", "t.target_at BETWEEN ? AND ?",
            [.integer(Target.bestEffort), .integer(Target.bestEffort)]),
        .init("target_at", "<2024-06-01T12:00:00Z", "t.target_at < ?", [.integer(noon)]),
    ]

    @Test(arguments: understood)
    func isUnderstood(_ filter: FilterCase) throws {
        let found = try query([(filter.parameter, filter.value)]).filters.map(\.condition)
        #expect(found.map(\.text) == [filter.sql])
        #expect(found.flatMap(\.values) == filter.values)
    }

    @Test(arguments: [
        ("open", ">1", "Field ‘open’ does not support the ‘=>’ operator"),
        ("title", "<a", "Field ‘title’ does not support the ‘=<’ operator"),
        ("colour", ">=red", "Field ‘colour’ does not support the ‘=>=’ operator"),
        ("team", "<=4", "Field ‘team’ does not support the ‘=<=’ operator"),
        ("title", "a,b", "Cannot apply the ‘=’ operator to a set of values for field ‘title’"),
        ("title", "!a,b", "Cannot apply the ‘=!’ operator to a set of values for field ‘title’"),
        ("due_at", "2024-01-01,2024-01-02", "Cannot apply the ‘=’ operator to a set of values for field ‘due_at’"),
        ("open", "true,false", "Cannot filter on a set of values for field ‘open’"),
        ("count", "five", "Value ‘five’ is not valid for field ‘count’"),
        ("count", "5.5", "Value ‘5.5’ is not valid for field ‘count’"),
        ("count", "9223372036854775808", "Value ‘9223372036854775808’ is not valid for field ‘count’"),
        ("count", "1,,2", "Value ‘’ is not valid for field ‘count’"),
        ("count", "<", "Value ‘’ is not valid for field ‘count’"),
        ("count", ">1<5>2", "Value ‘>1<5>2’ is not valid for field ‘count’"),
        ("due_at", "yesterday", "Value ‘yesterday’ is not valid for field ‘due_at’"),
        ("due_at", ">2024-13-01", "Value ‘2024-13-01’ is not valid for field ‘due_at’"),
        ("target_at", "whenever", "Value ‘whenever’ is not valid for field ‘target_at’"),
        ("price", "cheap", "Value ‘cheap’ is not valid for field ‘price’"),
        ("effort", "2:75", "Value ‘2:75’ is not valid for field ‘effort’"),
        ("title", "a\0b", "Value ‘a\0b’ is not valid for field ‘title’"),
        ("team_id", "Desk", "Value ‘Desk’ is not valid for field ‘team’"),
        ("story", "a", "Filtering not allowed on fields: story"), ("strange", "a", "Unknown fields: strange"),
        ("strange!", "", "Unknown fields: strange"), ("hidden", "a", "Unknown fields: hidden"),
        ("title_id", "a", "Unknown fields: title_id"), ("", "a", "Unknown fields: "),
    ])
    func isRefused(_ parameter: String, _ value: String, _ message: String) {
        #expect(refusal { _ = try query([(parameter, value)]) } == message)
    }

    @Test func aSetHasAnEnd() throws {
        let most = (1...Limits.filterSet).map(String.init).joined(separator: ",")
        let filter = try query([("count", most)]).filters[0]
        #expect(filter.given == Limits.filterSet && filter.condition.values.count == 512)
        #expect(
            refusal { _ = try query([("count", most + ",1")]) } == "At most 500 values can be given for field ‘count’")
    }

    @Test func aDateWithoutZoneIsInTheViewersZone() throws {
        let zone = try #require(Zone.named("America/Chicago"))
        let filters = try query([("due_at", ">=2024-06-01T07:00:00")], zone: zone).filters
        #expect(filters[0].condition.values == [.integer(Self.noon)])
    }

    @Test func allThatIsWrongIsNamedAtOnce() {
        #expect(refusal { _ = try query([("a", "1"), ("count", "1"), ("b", "2")]) } == "Unknown fields: a, b")
        #expect(
            refusal { _ = try query([("story", "1"), ("labels", "2")]) }
                == "Filtering not allowed on fields: story, labels")
    }

    @Test func predefinedListsBindWhoLooks() throws {
        func found(_ parameter: String, _ name: String) throws -> SQL? {
            try query([(parameter, name)]).predefined?.filter(for: sampleViewer(), talliedColumn: nil).condition
        }
        let mine = try #require(try found("predefined_filter", "mine"))
        #expect(mine.text == "t.owner_id = ? AND t.account = ? AND t.count > ?")
        #expect(mine.values == [.integer(7), .integer(3), .integer(3)])
        #expect(try found("state", "reds")?.text == "t.colour = 10")
        #expect(refusal { _ = try query([("state", "blues")]) } == "Unknown predefined filter: blues")
        #expect(refusal { _ = try query([], predefined: "blues") } == "notFound")
    }
}

/// A query of the samples.
func query(
    _ parameters: [(String, String)], predefined: String? = nil, zone: Zone = .utc
) throws -> ListQuery {
    try ListQuery(
        .samples, predefined: predefined, parameters: parameters.map { (name: $0, value: $1) },
        for: sampleViewer(zone), cursors: Office.key)
}

/// Who asks for samples.
func sampleViewer(_ zone: Zone = .utc) -> Perspective {
    Perspective(person: 7, account: 3, accountID: "wna", seesAccount: true, holders: [7], zone: zone)
}
