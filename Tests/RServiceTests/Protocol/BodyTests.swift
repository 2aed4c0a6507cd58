import Testing
import Wire

/// The forms a body may come in (docs/protocol/general.md#transport).
@Suite struct BodyTests {
    private static let json = Array(#"{"subject":"Sent","category":"other","urgent":true}"#.utf8)

    @Test(
        "JSON is read under any content type",
        arguments: [
            "application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain",
            "",
            "application/json; charset=utf-8",
        ])
    func anyType(type: String) async throws {
        try await TestDesk.run { desk in
            let headers = type.isEmpty ? [:] : ["Content-Type": type]
            for body in [Self.json, Array(" \r\n\t".utf8) + Self.json] {
                let reply = try await desk.call(.specialist, .post, "/v1/requests", raw: body, headers: headers)
                #expect(reply.status == 201 && reply["subject"] == "Sent" && reply["urgent"] == true)
            }
        }
    }

    @Test("a form is read as fields")
    func form() async throws {
        try await TestDesk.run { desk in
            let text = "subject=Two+words%2C+a+caf%C3%A9&category=incident&impact=top&urgent=on&member_id="
            let reply = try await desk.call(
                .specialist, .post, "/v1/requests", raw: Array(text.utf8),
                headers: ["Content-Type": "application/x-www-form-urlencoded; charset=UTF-8"])
            #expect(reply.status == 201 && reply["subject"] == "Two words, a café")
            #expect(reply["urgent"] == true && reply["impact"] == "top" && reply["member"] == .null)
        }
    }

    private func multipart(_ fields: [(String, String)]) -> [UInt8] {
        let parts = fields.map { "--xYz\r\nContent-Disposition: form-data; name=\"\($0)\"\r\n\r\n\($1)\r\n" }
        return Array((parts.joined() + "--xYz--\r\n").utf8)
    }

    @Test(
        "multipart fields are read, blank ones and several lines too",
        arguments: [
            "multipart/form-data; boundary=xYz", "multipart/form-data; boundary=\"xYz\"",
            "Multipart/Form-Data; boundary=xYz",
        ])
    func multipartForm(type: String) async throws {
        try await TestDesk.run { desk in
            let text = "one\r\ntwo -- three\r\n\r\nfour; name=\"no\""
            let body = multipart([("subject", "Sent; é"), ("category", "other"), ("member_id", ""), ("note", text)])
            let reply = try await desk.call(
                .specialist, .post, "/v1/requests", raw: body, headers: ["Content-Type": type])
            #expect(reply.status == 201 && reply["subject"] == "Sent; é", "\(reply.json.compact)")
            let id = try #require(reply["id"]?.integer)
            #expect(try await desk.get(.specialist, "/v1/requests/\(id)/notes").items.first?["text"] == .string(text))
        }
    }

    @Test(
        "multipart bodies that are none are refused",
        arguments: [
            ("multipart/form-data", "--x\r\n"), ("multipart/form-data; boundary=x", "nothing of the kind"),
            ("multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\ncut short"),
            ("multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data\r\n\r\n1\r\n--x--\r\n"),
            (
                "multipart/form-data; boundary=x",
                "--x\r\nContent-Disposition: form-data; name=\"a\"; filename=\"b\"\r\n\r\n1\r\n--x--\r\n"
            ), ("multipart/form-data; boundary=", "--\r\n"),
        ])
    func badMultipart(type: String, text: String) async throws {
        try await TestDesk.run { desk in
            let before = try await desk.snapshot()
            let reply = try await desk.call(
                .specialist, .post, "/v1/requests", raw: Array(text.utf8), headers: ["Content-Type": type])
            #expect(reply.status == 400 && reply["message"]?.text?.isEmpty == false)
            #expect(try await desk.snapshot() == before)
        }
    }

    @Test("query parameters are input too, and the body wins over them")
    func query() async throws {
        try await TestDesk.run { desk in
            let team = desk.company.serviceDesk
            let created = try await desk.expect(
                201, .specialist, .post, "/v1/requests?category=other&subject=Query%20only&team_id=\(team)")
            #expect(created["subject"] == "Query only" && created["team"]?["id"] == .integer(team))
            let path = "/v1/requests/\(try #require(created["id"]?.integer))"
            let changed = try await desk.expect(
                200, .specialist, .patch, "\(path)?subject=Query&urgent=T", ["subject": "Body"])
            #expect(changed["subject"] == "Body" && changed["urgent"] == true)
            try await desk.expect(422, .specialist, .patch, "\(path)?status=nonsense", refused: ["status"])
            try await desk.expect(200, .specialist, .patch, "\(path)?status=nonsense", ["status": "in_progress"])
        }
    }

    @Test("scalars sent as text are read by the type of their field, and empty text is null")
    func scalars() async throws {
        try await TestDesk.run { desk in
            let id = try await desk.request(.specialist, [("impact", "low"), ("sourceID", "S")])
            let path = "/v1/requests/\(id)"
            let reply = try await desk.expect(
                200, .specialist, .patch, path,
                [
                    "urgent": "tRue", "team_id": .string(String(desk.company.serviceDesk)), "planned_effort": "2:30",
                    "impact": "", "subject": 12, "supplier_requestID": .number("4.50"),
                ])
            #expect(reply["urgent"] == true && reply["team"]?["id"] == .integer(desk.company.serviceDesk))
            #expect(reply["planned_effort"] == 150 && reply["impact"] == .null && reply["subject"] == "12")
            #expect(reply["supplier_requestID"] == "4.50")
            let plain = try await desk.expect(
                200, .specialist, .patch, path, ["planned_effort": "90", "urgent": "0", "team_id": ""])
            #expect(plain["planned_effort"] == 90 && plain["urgent"] == false && plain["team"] == .null)
        }
    }

    @Test("null is no body", arguments: ["null", " null\n"])
    func nothing(text: String) async throws {
        try await TestDesk.run { desk in
            let id = try await desk.request()
            let path = "/v1/requests/\(id)"
            let raw = Array(text.utf8)
            let before = try await desk.snapshot()
            #expect(try await desk.call(.specialist, .patch, path, raw: raw).status == 200)
            let refused = try await desk.call(.specialist, .post, "/v1/requests", raw: raw)
            #expect(refused.status == 422 && refused.refusedFields == ["subject", "category"])
            #expect(try await desk.snapshot() == before)
            // What the query says is input all the same.
            #expect(try await desk.call(.specialist, .patch, path + "?urgent=yes", raw: raw)["urgent"] == true)
            try await desk.complete(id)
            #expect(try await desk.call(.administrator, .post, path + "/archive", raw: raw)["archived"] == "true")
        }
    }

    @Test("whole numbers are integers however they are written")
    func wholeNumbers() async throws {
        try await TestDesk.run { desk in
            let team = desk.company.serviceDesk
            let path = "/v1/requests/\(try await desk.request())"
            let raw = Array(#"{"planned_effort":9e1,"team_id":\#(team).0,"urgent":1.0}"#.utf8)
            let reply = try await desk.call(.specialist, .patch, path, raw: raw)
            #expect(reply.status == 200 && reply["planned_effort"] == 90 && reply["urgent"] == true)
            #expect(reply["team"]?["id"] == .integer(team))
            let list = try await desk.get(.specialist, "/v1/requests?id=\(reply["id"]?.integer ?? 0).0&per_page=2e1")
            #expect(list.itemIDs.count == 1 && list.header("X-Pagination-Per-Page") == "20")
            let before = try await desk.snapshot()
            let refused = try await desk.call(.specialist, .patch, path, raw: Array(#"{"planned_effort":1.5}"#.utf8))
            #expect(refused.status == 422 && refused.refusedFields == ["planned_effort"])
            #expect(try await desk.snapshot() == before)
        }
    }

    @Test(
        "a boolean, a list or an object is no text, for no kind of record",
        arguments: ["/v1/teams", "/v1/organizations", "/v1/people", "/v1/services"])
    func noText(path: String) async throws {
        try await TestDesk.run { desk in
            for value: JSON in [false, true, [], ["a"], [:], ["a": 1]] {
                let reply = try await desk.expect(422, .administrator, .post, path, ["name": value])
                #expect(reply.refusedFields.contains("name"))
            }
        }
        try await TestDesk.run { desk in
            let reply = try await desk.expect(201, .administrator, .post, "/v1/teams", ["name": 12])
            #expect(reply["name"] == "12")
        }
    }

    @Test(
        "times are read in every form, in the caller's zone when they name none",
        arguments: [
            ("2023-03-01T09:00", "2023-03-01T09:00:00-06:00"), ("2023-03-01T09:00:00Z", "2023-03-01T03:00:00-06:00"),
            ("2023-03-01", "2023-03-01T00:00:00-06:00"), ("2023-07-01T09:00:00", "2023-07-01T09:00:00-05:00"),
            ("2023-03-01T09:00:00+01:00", "2023-03-01T02:00:00-06:00"),
            ("2023-03-01T09:00:00.999-0600", "2023-03-01T09:00:00-06:00"),
        ])
    func times(sent: String, shown: String) async throws {
        try await TestDesk.run { desk in
            let id = try await desk.request(.endUser, [("desired_completion_at", .string(sent))])
            #expect(try await desk.get(.endUser, "/v1/requests/\(id)")["desired_completion_at"] == .string(shown))
        }
    }

    @Test("a body of a mebibyte is read, and one byte more is too large")
    func size() async throws {
        try await TestDesk.run { desk in
            let path = "/v1/requests/\(try await desk.request())"
            let json = Array(#"{"subject":"Long"}"#.utf8)
            let full = json + [UInt8](repeating: 0x20, count: (1 << 20) - json.count)
            #expect(full.count == 1 << 20)
            #expect(try await desk.call(.specialist, .patch, path, raw: full)["subject"] == "Long")
        }
        try await TestDesk.run { desk in
            let path = "/v1/requests/\(try await desk.request())"
            let before = try await desk.snapshot()
            let body = [UInt8](repeating: 0x20, count: (1 << 20) + 1)
            let reply = try await desk.call(.specialist, .patch, path, raw: body)
            #expect(reply.status == 413 && reply.json == ["message": "Content Too Large"])
            #expect(try await desk.snapshot() == before)
        }
    }

    @Test("custom fields are merged by id, and a null value takes one out")
    func customFields() async throws {
        try await TestDesk.run { desk in
            let id = try await desk.request(.endUser, [("custom_fields", [["id": "a", "value": 1]])])
            let path = "/v1/requests/\(id)"
            func patch(_ fields: JSON) async throws -> JSON? {
                try await desk.expect(200, .specialist, .patch, path, ["custom_fields": fields])["custom_fields"]
            }
            let nested: JSON = ["deep": [1, "é", .null]]
            #expect(
                try await patch([["id": "b", "value": nested]]) == [
                    ["id": "a", "value": 1], ["id": "b", "value": nested],
                ])
            #expect(
                try await patch([["id": "a", "value": "x"], ["id": "b", "value": .null]]) == [
                    ["id": "a", "value": "x"]
                ])
            #expect(try await patch([]) == [["id": "a", "value": "x"]])
            #expect(try await patch(.null) == [])
        }
    }
}
