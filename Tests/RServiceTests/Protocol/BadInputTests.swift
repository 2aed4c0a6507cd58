import ServiceDesk
import Testing
import Wire

/// Input that makes no sense: always a clear 4xx, never a 5xx, and nothing changes.
@Suite struct BadInputTests {
    private func refused(_ verb: Verb, _ path: String, _ bytes: [UInt8], _ statuses: Set<Int>) async throws {
        try await TestDesk.run { desk in
            let id = try await desk.request()
            let before = try await desk.snapshot()
            let path = path.replacing("ID", with: String(id))
            let reply = try await desk.call(
                .administrator, verb, path, raw: bytes, headers: ["Content-Type": "application/json"])
            #expect(statuses.contains(reply.status), "\(reply.status) \(reply.json.compact.prefix(300))")
            #expect(reply["message"]?.text?.isEmpty == false)
            #expect(try await desk.snapshot().differences(from: before) == [])
        }
    }

    @Test(
        "what is no JSON object is 400",
        arguments: [
            "{", "[", "[]", "[{}]", "nonsense", "{\"subject\":}", "{\"subject\":\"x\",}", "{subject:\"x\"}", "{'a':1}",
            "{\"a\":01}", "{\"a\":+1}", "{\"a\":.5}", "{\"a\":1e999}", "{\"a\":NaN}", "{\"a\":1}{", "{\"a\":1} x",
            "null x",
            "5", "\"text\"", "true", "{\"a\":\"\u{1}\"}", "{\"a\":\"\\x\"}", "{\"a\":\"\\u12\"}", "\u{FEFF}{}",
            "{\"a\"}",
            "{\"subject\":\"\\ud800\"}", "{\"subject\":\"\\ud800\\ud800\"}", "{\"subject\":\"\\udc00\"}", "{\"a\":\"",
            "//",
            "{\"a\":1/**/}", "{\"a\":tru}", "\u{0}{}",
        ])
    func syntax(text: String) async throws {
        try await refused(.post, "/v1/requests", Array(text.utf8), [400])
        try await refused(.patch, "/v1/requests/ID", Array(text.utf8), [400])
    }

    @Test(
        "bytes that are no UTF-8 are 400",
        arguments: [
            [0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE2, 0x82], [0x80],
        ] as [[UInt8]])
    func utf8(bytes: [UInt8]) async throws {
        let body = Array(#"{"category":"other","subject":"a"#.utf8) + bytes + Array("b\"}".utf8)
        try await refused(.post, "/v1/requests", body, [400])
    }

    @Test("nesting without end is 400", arguments: ["[", "{\"a\":"])
    func depth(opening: String) async throws {
        for count in [65, 100_000] {
            let text = "{\"custom_fields\":" + String(repeating: opening, count: count)
            try await refused(.post, "/v1/requests", Array(text.utf8), [400])
        }
        let closed = "{\"x\":\(String(repeating: "[", count: 80))\(String(repeating: "]", count: 80))}"
        try await refused(.post, "/v1/requests", Array(closed.utf8), [400])
    }

    @Test(
        "values of the wrong kind, range or length are 422 and name their field",
        arguments: [
            ("subject", #"{"a":1}"#), ("subject", "[]"), ("subject", #""a\u0000b""#),
            ("subject", "\"\(String(repeating: "n", count: 10_000))\""), ("subject", "null"), ("subject", #""  ""#),
            ("subject", #"" \t ""#), ("subject", #""a\r\nBcc: x@y""#), ("closure_code", #""\u2028""#),
            ("source", #""\u001b[31m""#), ("sourceID", #""a\nb""#), ("supplier_requestID", #""\u0085""#),
            ("category", "5"), ("category", #""INCIDENT""#), ("category", "{}"), ("category", "null"),
            ("subject", "true"), ("subject", "false"), ("note", "false"), ("closure_code", "true"),
            ("category", "true"),
            ("category", #""incident\u0000""#), ("status", #""done""#), ("status", "20"), ("impact", "[\"low\"]"),
            ("team_id", #""x""#), ("team_id", "99999999999999999999"), ("team_id", "1e3"), ("team_id", "-1"),
            ("team_id", "{}"), ("team_id", "1.5"), ("team_id", #""9223372036854775808""#), ("team_id", "true"),
            ("member_id", "999999"), ("service_id", "999999"), ("supplier_id", "0"), ("grouped_into_id", "[1]"),
            ("waiting_until", #""soon""#), ("desired_completion_at", #""2023-02-30T00:00""#),
            ("desired_completion_at", "5"), ("desired_completion_at", #""99999-01-01""#), ("downtime_start_at", "[]"),
            ("planned_effort", "600001"), ("planned_effort", "-5"), ("planned_effort", #""1:99""#),
            ("planned_effort", "1e400000"), ("planned_effort", "99999999999999999999"), ("planned_effort", "1.5"),
            ("urgent", "[]"), ("urgent", "{}"), ("checked_items", #""x""#), ("checked_items", "[1]"),
            ("checked_items", #"["a\u0000"]"#), ("custom_fields", "{}"), ("custom_fields", #"[{"id":"a"}]"#),
            ("custom_fields", #"[{"id":"a","value":"\u0000"}]"#), ("custom_fields", #"[{"id":"","value":1}]"#),
            ("custom_fields", #"[{"id":"a","value":1},{"id":"a","value":2}]"#), ("note", "[]"), ("note", #""\u0000""#),
            ("note", "\"\(String(repeating: "n", count: 65_537))\""),
            ("source", "\"\(String(repeating: "s", count: 31))\""),
            ("sourceID", "\"\(String(repeating: "s", count: 129))\""), ("closure_code", "{}"),
            ("note_attachments", #"[{"key":"a"}]"#), ("note_attachments", "5"), ("major_incident_status", #""maybe""#),
        ])
    func values(key: String, value: String) async throws {
        let field = key.hasSuffix("_id") ? String(key.dropLast(3)) : key
        // 1e400000 is no number anybody reads.
        let statuses: Set<Int> = value.hasPrefix("1e4") ? [400, 422] : [422]
        try await TestDesk.run { desk in
            let path = "/v1/requests/\(try await desk.request())"
            let before = try await desk.snapshot()
            let reply = try await desk.call(
                .administrator, .patch, path, raw: Array("{\"\(key)\":\(value)}".utf8))
            #expect(statuses.contains(reply.status), "\(reply.status) \(reply.json.compact.prefix(300))")
            if reply.status == 422 { #expect(reply.refusedFields == [field]) }
            #expect(try await desk.snapshot().differences(from: before) == [])
        }
    }

    @Test(
        "records of other accounts cannot be named, whatever they are",
        arguments: [
            "member", "requested_by", "requested_for", "team", "service", "supplier", "grouped_into",
        ])
    func otherAccounts(field: String) async throws {
        try await TestDesk.run { desk in
            try await desk.grant(.outsider, Roles(.specialist, .accountAdministrator), in: "wdc")
            let organization = try await desk.create(.outsider, "/v1/organizations", ["name": "Theirs"])
            let team = try await desk.create(.outsider, "/v1/teams", ["name": "Theirs"])
            let service = try await desk.create(
                .outsider, "/v1/services", ["name": "Theirs", "provider_id": .integer(organization)])
            let foreign =
                switch field {
                case "team": team
                case "service": service
                case "supplier": organization
                case "grouped_into": try await desk.request(.outsider)
                default: desk.id(.outsider)
                }
            let path = "/v1/requests/\(try await desk.request())"
            let body = JSON.object(JSONObject([("\(field)_id", .integer(foreign))]))
            let reply = try await desk.expect(422, .specialist, .patch, path, body, refused: [field])
            #expect(reply["errors"]?.items.first?.items.last?.text?.hasSuffix("must exist") == true)
        }
    }

    @Test(
        "addresses that cannot be read are 4xx",
        arguments: [
            "/v1/requests?%zz=1", "/v1/requests?subject=%", "/v1/requests?subject=%4", "/v1/requests?subject=%ff",
            "/v1/requests?subject=%00", "/v1/requests?subject=%C0%80", "/v1/requests?sort=%00",
            "/v1/requests?fields=%00",
            "/v1/requests?%00=1", "/v1/requests/%ff", "/v1/requests/%", "/v1/requests/%2", "/v1/requests/%00",
            "/v1/requests/9223372036854775808", "/v1/requests/18446744073709551616", "/v1/requests/1%00",
            "/v1/requests?id=9223372036854775808", "/v1/requests?per_page=1.5", "/v1/requests?search_after=%F0%9F",
            "/v1/requests?sort=id,,,,what", "/v1/requests?created_at=%3E%00", "/v1/requests?status!!=x",
            "/v1/requests?id=1\(String(repeating: ",1", count: 500))",
            "/v1/requests?\(String(repeating: "status=assigned&", count: 201))",
            "/v1/requests?sort=id&search_after=\(String(repeating: "A", count: 5_000))",
        ])
    func addresses(path: String) async throws {
        try await TestDesk.run { desk in
            let reply = try await desk.call(.administrator, .get, path)
            #expect((400..<500).contains(reply.status), "\(reply.status)")
            #expect(reply["message"]?.text?.isEmpty == false)
        }
    }

    @Test(
        "odd but readable lists are answered",
        arguments: [
            "/v1/requests?", "/v1/requests?&&", "/v1/requests?fields=", "/v1/requests?sort=", "/v1/requests?sort=,id,",
            "/v1/requests?per_page=", "/v1/requests?page=", "/v1/requests?search_after=", "/v1/requests?per_page=007",
            "/v1/requests?sort=id,id,-id", "/v1/requests?status=,", "/v1/requests?subject=%27%20OR%201=1--",
            "/v1/requests?subject=%F0%9F%98%80", "/v1/requests?id=0", "/v1//requests", "/v1/%72equests",
        ])
    func oddities(path: String) async throws {
        try await TestDesk.run { desk in
            _ = try await desk.get(.administrator, path)
        }
    }

    @Test(
        "text of every kind is kept as it was sent",
        arguments: [
            "\u{1F600} e\u{301} é \u{200F}עברית", "'; DROP TABLE requests; --", "\u{FFFF}\u{10FFFF}\u{A0}\u{200B}",
            "<b>&amp;</b>\\\"/",
        ])
    func texts(text: String) async throws {
        try await TestDesk.run { desk in
            let id = try await desk.request(.endUser, [("subject", .string(text)), ("note", .string(text))])
            let kept = try #require(try await desk.get(.endUser, "/v1/requests/\(id)")["subject"]?.text)
            #expect(Array(kept.utf8) == Array(text.utf8))
            let note = try await desk.get(.endUser, "/v1/requests/\(id)/notes").items.first?["text"]?.text
            #expect(note.map { Array($0.utf8) } == Array(text.utf8))
        }
    }

    @Test(
        "what breaks a line is kept in long texts",
        arguments: ["tab\tline\nreturn\r\u{1}\u{1F}", "\u{7F}\u{85}\u{2028}"])
    func longTexts(text: String) async throws {
        try await TestDesk.run { desk in
            let id = try await desk.request(.endUser, [("note", .string(text))])
            let note = try await desk.get(.endUser, "/v1/requests/\(id)/notes").items.first?["text"]?.text
            #expect(note.map { Array($0.utf8) } == Array(text.utf8))
        }
    }
}
