import Store
import Testing
import Wire

@testable import Resources

/// What a client sends under a key, and what becomes of it.
struct InputCase: Sendable, CustomStringConvertible {
    let key: String
    let sent: String
    let value: SQLValue
    init(_ key: String, _ sent: String, _ value: SQLValue) { (self.key, self.sent, self.value) = (key, sent, value) }
    var description: String { "\(key): \(sent.prefix(60))" }
}

@Suite struct InputTests {
    private static func input(_ key: String, _ sent: String) throws -> Input {
        let body = JSONObject([(key, try json(sent))])
        return try Input(.samples, body, zone: Zone.named("America/Chicago") ?? .utc)
    }

    private static let longest = String(repeating: "x", count: Limits.textBytes)

    static let accepted: [InputCase] = [
        .init("title", "\"a b\"", .text("a b")), .init("title", "\" 1 \"", .text(" 1 ")),
        .init("title", "5", .text("5")),
        .init("title", "5.50", .text("5.50")), .init("title", "-5", .text("-5")),
        .init("count", "2.0", .integer(2)), .init("count", "9e1", .integer(90)), .init("count", "\"2.0\"", .integer(2)),
        .init("count", "-0.5e1", .integer(-5)), .init("effort", "1.5e2", .integer(150)),
        .init("open", "1.0", .integer(1)),
        .init("open", "1.5", .integer(0)), .init("team_id", "4.0", .integer(4)),
        .init("title", "\"👍🏽👍🏽x\"", .text("👍🏽👍🏽x")),
        .init("title", "\"~\\u00a0\\u200b\"", .text("~\u{A0}\u{200B}")),
        .init("nickname", "\"\\u202a\"", .text("\u{202A}")), .init("nickname", "\"  \"", .null),
        .init("nickname", "null", .null),
        .init("nickname", "\"\"", .null), .init("count", "5", .integer(5)), .init("count", "\"5\"", .integer(5)),
        .init("count", "\"-5\"", .integer(-5)), .init("count", "\"\"", .null), .init("count", "100", .integer(100)),
        .init("story", "\" \\n \"", .text(" \n ")), .init("story", "\"\(longest)\"", .text(longest)),
        .init("story", "\"a\\u001fb\"", .text("a\u{1f}b")), .init("open", "true", .integer(1)),
        .init("open", "false", .integer(0)), .init("open", "\"Yes\"", .integer(1)), .init("open", "1", .integer(1)),
        .init("open", "2", .integer(0)), .init("open", "\"no\"", .integer(0)), .init("open", "null", .null),
        .init("colour", "\"dark_green\"", .integer(20)), .init("colour", "null", .null),
        .init("due_at", "\"2024-06-01T07:00:00\"", .integer(1_717_243_200_000_000)),
        .init("due_at", "\"2024-06-01T12:00:00.123456Z\"", .integer(1_717_243_200_123_456)),
        .init("due_at", "\"2024-06-01\"", .integer(1_717_218_000_000_000)), .init("effort", "150", .integer(150)),
        .init("effort", "\"2:30\"", .integer(150)), .init("effort", "\"600\"", .integer(600)),
        .init("price", "1.25", .integer(12_500)), .init("price", "\"-0.5\"", .integer(-5_000)),
        .init("price", "3", .integer(30_000)), .init("money", "\"EUR\"", .text("eur")),
        .init("zone", "\"Europe/Amsterdam\"", .text("Amsterdam")), .init("zone", "\"Amsterdam\"", .text("Amsterdam")),
        .init("team_id", "4", .integer(4)), .init("team_id", "\"4\"", .integer(4)), .init("team_id", "null", .null),
        .init("team_id", "\"\"", .null), .init("labels", "[\"a\",\"\"]", .text("[\"a\",\"\"]")),
        .init("labels", "[]", .text("[]")), .init("labels", "[\"\\\\u0000\"]", .text("[\"\\\\u0000\"]")),
        .init(
            "custom_fields", "[{\"id\":\"a\",\"value\":[1,{\"b\":null}]}]",
            .text("[{\"id\":\"a\",\"value\":[1,{\"b\":null}]}]")),
        .init("custom_fields", "[]", .text("[]")), .init("custom_fields", "null", .null),
        .init("hidden", "\"a\"", .text("a")),
    ]

    @Test func filesAreTakenWithWhatIsToBecomeOfThem() throws {
        let input = try Self.input(
            "files",
            """
            [{"key":"a"},{"key":"b","filesize":"16","inline":"yes"},{"key":"c","filesize":0,"_destroy":true},\
            {"key":"d","filesize":null,"inline":null,"more":1},{"key":"e","filesize":1.6e1,"inline":1.0}]
            """)
        #expect(
            input.attachments["files"] == [
                AttachmentChange(key: "a"), AttachmentChange(key: "b", size: 16, isInline: true),
                AttachmentChange(key: "c", size: 0, isRemoval: true), AttachmentChange(key: "d"),
                AttachmentChange(key: "e", size: 16, isInline: true),
            ])
        #expect(Set(input.attachedKeys) == ["a", "b", "d", "e"])
        #expect(input.values.isEmpty)
        for nothing in ["null", "\"\"", "[]"] {
            #expect(try Self.input("files", nothing).attachments["files"] == [])
        }
    }

    @Test(arguments: accepted)
    func isTaken(_ input: InputCase) throws {
        let found = try Self.input(input.key, input.sent)
        let name = input.key == "team_id" ? "team" : input.key
        #expect(found.values == [name: input.value])
        #expect(found.has(name) && found[name] == input.value)
    }

    @Test(arguments: [
        ("title", "null", "Title can't be blank"), ("title", "\"\"", "Title can't be blank"),
        ("title", "\" \\u00a0\"", "Title can't be blank"),
        ("title", "\"sixsix\"", "Title is too long (maximum is 5 characters)"),
        ("title", "[]", "Title is invalid"), ("title", "{\"a\":1}", "Title is invalid"),
        ("title", "[\"a\"]", "Title is invalid"),
        ("title", "\"a\\u0000\"", "Title can't contain a NUL character"), ("motto", "\" \\n\"", "Motto can't be blank"),
        ("story", "\"\(longest)x\"", "Story is too long (maximum is 65536 bytes)"), ("story", "{}", "Story is invalid"),
        ("story", "\"\\u0000\"", "Story can't contain a NUL character"),
        ("hidden", "\"\\u0000\"", "Hidden can't contain a NUL character"),
        ("count", "\"five\"", "Count is not a number"), ("count", "5.5", "Count must be a whole number"),
        ("count", "1e-1", "Count must be a whole number"), ("count", "1e19", "Count is not a number"),
        ("title", "false", "Title is invalid"), ("story", "true", "Story is invalid"),
        ("colour", "true", "Colour is invalid"), ("due_at", "false", "Due at is invalid"),
        ("money", "true", "Money is invalid"), ("zone", "true", "Zone is invalid"),
        ("count", "true", "Count is not a number"), ("count", "[5]", "Count is not a number"),
        ("count", "\" 5\"", "Count is not a number"), ("count", "\"9223372036854775808\"", "Count is not a number"),
        ("count", "-6", "Count must be greater than or equal to -5"),
        ("count", "101", "Count must be less than or equal to 100"),
        ("open", "[]", "Open is invalid"), ("open", "{\"a\":1}", "Open is invalid"),
        ("colour", "\"Red\"", "Colour is not included in the list"),
        ("colour", "10", "Colour is not included in the list"),
        ("colour", "[\"red\"]", "Colour is invalid"), ("due_at", "\"soon\"", "Due at is not a valid date and time"),
        ("due_at", "\"2024-02-30\"", "Due at is not a valid date and time"), ("due_at", "{}", "Due at is invalid"),
        ("due_at", "1717243200", "Due at is not a valid date and time"),
        ("effort", "-1", "Effort is not a valid duration"),
        ("effort", "\"2:75\"", "Effort is not a valid duration"), ("effort", "1.5", "Effort is not a valid duration"),
        ("effort", "601", "Effort must be less than or equal to 600"), ("price", "\"cheap\"", "Price is not a number"),
        ("price", "1.23456", "Price is not a number"), ("price", "[]", "Price is not a number"),
        ("money", "\"xyzzy\"", "Money is not included in the list"),
        ("zone", "\"Nowhere\"", "Zone is not included in the list"),
        (
            "zone", "\"Australia/Lord_Howe\"",
            "Zone is not included in the list; no zone of it has the same clocks, and nearest are: Canberra, Melbourne, Sydney"
        ),
        ("team_id", "0", "Team must exist"), ("team_id", "-4", "Team must exist"),
        ("team_id", "\"Desk\"", "Team must exist"),
        ("team_id", "{\"id\":4}", "Team must exist"), ("team_id", "4.5", "Team must exist"),
        ("labels", "\"a\"", "Labels must be a list of strings"), ("labels", "[1]", "Labels must be a list of strings"),
        ("labels", "[\"\\u0000\"]", "Labels can't contain a NUL character"),
        ("labels", "[\"\(longest)\"]", "Labels is too long (maximum is 65536 bytes)"),
        ("custom_fields", "{}", "Custom fields must be a list of {\"id\", \"value\"}"),
        ("custom_fields", "[{\"id\":\"a\"}]", "Custom fields must be a list of {\"id\", \"value\"}"),
        ("custom_fields", "[{\"id\":\"a\",\"value\":\"\\u0000\"}]", "Custom fields can't contain a NUL character"),
        ("meta", "{}", "Meta can't be set"), ("target_at", "\"best_effort\"", "Target at can't be set"),
        ("files", "5", "Files must be a list of {\"key\", \"filesize\", \"inline\", \"_destroy\"}"),
        ("files", "[5]", "Files must be a list of {\"key\", \"filesize\", \"inline\", \"_destroy\"}"),
        ("files", "[{\"filesize\":5}]", "Files must name each file by its key"),
        ("files", "[{\"key\":\"a\",\"filesize\":\"x\"}]", "Files have a filesize that is not a number of bytes"),
        ("cis", "5", "Cis can't be set: this server does not keep it"),
        ("cis_id", "5", "Cis can't be set: this server does not keep it"),
        ("ci_ids", "[5]", "Cis can't be set: this server does not keep it"),
        ("cis", "false", "Cis can't be set: this server does not keep it"),
    ])
    func isRefused(_ key: String, _ sent: String, _ message: String) {
        let field = ["team_id": "team", "cis_id": "cis", "ci_ids": "cis"][key] ?? key
        #expect(refusal { _ = try Self.input(key, sent) } == "\(field): \(message)")
    }

    @Test(arguments: [
        "\\n", "a\\nb", "a\\r\\nb", "\\ta", "a\\u0001", "\\u001f", "a\\u007f", "\\u0080", "\\u0085", "a\\u009f",
        "\\u2028a", "a\\u2029", " \\t", "sixsix\\n",
    ])
    func oneLineHoldsNothingThatBreaksIt(_ text: String) {
        let complaint = "can't contain line breaks or control characters"
        #expect(refusal { _ = try Self.input("title", "\"\(text)\"") } == "title: Title \(complaint)")
        #expect(refusal { _ = try Self.input("nickname", "\"\(text)\"") } == "nickname: Nickname \(complaint)")
        #expect(throws: Never.self) { try Self.input("story", "\"\(text)\"") }
    }

    @Test(arguments: [
        ("id", "5"), ("made_at", "\"2024-06-01\""), ("closed", "5"), ("closed_id", "5"), ("strange", "{}"),
        ("team", "4"),
        ("Title", "\"a\""), ("cis", "null"), ("cis_id", "\"\""), ("ci_ids", "[]"), ("cis", "{}"),
    ])
    func isIgnored(_ key: String, _ sent: String) throws {
        let input = try Self.input(key, sent)
        #expect(input.values.isEmpty)
        #expect(input.body[key] != nil, "the body stays as it was sent")
    }

    @Test func allThatIsWrongIsNamedAtOnceInTheOrderOfTheFields() throws {
        let body = JSONObject([
            ("count", .string("x")), ("team_id", .integer(0)), ("title", .null), ("open", .bool(true)),
        ])
        let error = #expect(throws: Refusal.self) { try Input(.samples, body, zone: .utc) }
        #expect(
            error
                == .invalid([
                    FieldError("title", "Title can't be blank"), FieldError("count", "Count is not a number"),
                    FieldError("team", "Team must exist"),
                ]))
    }

    @Test func aListHasAnEnd() throws {
        let most = Array(repeating: "\"\"", count: Limits.listEntries).joined(separator: ",")
        #expect(try Self.input("labels", "[\(most)]").has("labels"))
        #expect(
            refusal { _ = try Self.input("labels", "[\(most),\"\"]") } == "labels: Labels must be a list of strings")
    }
}
