import Testing
import Wire

@Suite struct RequestCreateTests {
    @Test("a request of an end user has the defaults, the caller as requester, and answers 201 with its address")
    func defaults() async throws {
        try await TestDesk.run { desk in
            let reply = try await desk.expect(
                201, .endUser, .post, "/v1/requests", ["subject": "Broken", "category": "other"],
                headers: ["User-Agent": "curl/8"])
            let id = try #require(reply["id"]?.integer)
            #expect(reply.header("Location")?.hasSuffix("/v1/requests/\(id)") == true)
            let expected: [String: JSON] = [
                "status": "assigned", "impact": .null, "team": .null, "member": .null, "grouping": "none",
                "assignment_count": 0, "reopen_count": 0, "new_assignment": true, "next_target_at": "best_effort",
                "completed_at": .null, "urgent": false, "reviewed": false, "addressed": false, "custom_fields": [],
                "attachments": [], "satisfaction": .null, "source": "curl/8", "sourceID": .null,
                "created_by": desk.reference(.endUser), "requested_by": desk.reference(.endUser),
                "requested_for": desk.reference(.endUser), "created_at": "2023-02-01T05:14:45-06:00",
                "updated_at": "2023-02-01T05:14:45-06:00", "workflow": .null, "service_instance": .null,
            ]
            for (field, value) in expected { #expect(reply[field] == value, "\(field)") }
            for never in ["note", "internal_note", "account", "archived", "trashed", "time_spent"] {
                #expect(reply[never] == nil, "\(never)")
            }
            #expect(try await desk.get(.endUser, "/v1/requests/\(id)").bytes == reply.bytes)
            let lines = try await desk.audit("/v1/requests/\(id)")
            #expect(lines.map { $0["action"] } == ["create"])
            #expect(lines.first?["changes"]?["subject"] == [.null, "Broken"])
        }
    }

    @Test("the beneficiary is the requester by default, and the organization is the beneficiary's")
    func beneficiary() async throws {
        try await TestDesk.run { desk in
            let body: JSON = ["organization_id": .integer(desk.company.organization)]
            try await desk.expect(200, .administrator, .patch, "/v1/people/\(desk.id(.otherUser))", body)
            let id = try await desk.request(.analyst, [("requested_by_id", .integer(desk.id(.otherUser)))])
            let request = try await desk.get(.analyst, "/v1/requests/\(id)")
            #expect(request["created_by"] == desk.reference(.analyst))
            #expect(request["requested_for"] == desk.reference(.otherUser))
            let organization: JSON = ["id": .integer(desk.company.organization), "name": "Widget IT"]
            #expect(request["organization"] == organization)
            _ = try await desk.get(.otherUser, "/v1/requests/\(id)")
        }
    }

    @Test("a request without what it needs is refused, naming every field")
    func required() async throws {
        try await TestDesk.run { desk in
            let reply = try await desk.expect(422, .specialist, .post, "/v1/requests", [:])
            #expect(
                reply["errors"] == [["subject", "Subject can't be blank"], ["category", "Category can't be blank"]])
            let blank: JSON = ["subject": "  ", "category": "other"]
            try await desk.expect(422, .specialist, .post, "/v1/requests", blank, refused: ["subject"])
            let incident: JSON = ["subject": "Down", "category": "incident"]
            try await desk.expect(422, .specialist, .post, "/v1/requests", incident, refused: ["impact"])
            let complete: JSON = ["subject": "Down", "category": "incident", "impact": "top"]
            try await desk.expect(201, .specialist, .post, "/v1/requests", complete)
        }
    }

    @Test(
        "an end user cannot say what is the service desk's to say",
        arguments: [
            ("status", "completed"), ("urgent", true), ("team_id", 1), ("member_id", 1), ("internal_note", "x"),
            ("major_incident_status", "accepted"), ("planned_effort", 5), ("grouped_into_id", 1), ("reviewed", true),
        ] as [(String, JSON)])
    func endUserLimits(field: String, value: JSON) async throws {
        try await TestDesk.run { desk in
            let body = JSON.object(JSONObject([("subject", "Broken"), ("category", "other"), (field, value)]))
            let name = field.hasSuffix("_id") ? String(field.dropLast(3)) : field
            try await desk.expect(422, .endUser, .post, "/v1/requests", body, refused: [name])
        }
    }

    @Test("an end user registers requests for themselves only", arguments: ["requested_by", "requested_for"])
    func endUserForOthers(field: String) async throws {
        try await TestDesk.run { desk in
            let body = JSON.object(
                JSONObject([
                    ("subject", "Broken"), ("category", "other"), ("\(field)_id", .integer(desk.id(.otherUser))),
                ]))
            let reply = try await desk.expect(422, .endUser, .post, "/v1/requests", body)
            #expect(reply.refusedFields.contains(field))
            try await desk.expect(201, .analyst, .post, "/v1/requests", body)
        }
    }

    @Test("who sees a request without the role to edit it is refused; who does not see it finds nothing")
    func whoMayChange() async throws {
        try await TestDesk.run { desk in
            let path = "/v1/requests/\(try await desk.request())"
            for who in [Who.endUser, .auditor, .serviceLevelManager, .directoryAdministrator] {
                try await desk.expect(403, who, .patch, path, ["subject": "Mine"])
            }
            for who in [Who.otherUser, .outsider, .foreigner] {
                try await desk.expect(404, who, .patch, path, ["subject": "Mine"])
            }
            for who in [Who.specialist, .analyst, .manager, .administrator] {
                try await desk.expect(200, who, .patch, path, ["subject": .string(who.rawValue)])
            }
            #expect(try await desk.audit(path).count == 5)
        }
    }

    @Test("only a service desk manager says that a request was addressed")
    func addressed() async throws {
        try await TestDesk.run { desk in
            let path = "/v1/requests/\(try await desk.request())"
            try await desk.expect(403, .specialist, .patch, path, ["addressed": true])
            #expect(try await desk.expect(200, .manager, .patch, path, ["addressed": true])["addressed"] == true)
        }
    }

    @Test("notes on create become notes, internal ones only by those who may write them")
    func notes() async throws {
        try await TestDesk.run { desk in
            let id = try await desk.request(.specialist, [("note", "For all"), ("internal_note", "For us")])
            let notes = try await desk.get(.specialist, "/v1/requests/\(id)/notes").items
            #expect(notes.map { $0["text"] } == ["For all", "For us"])
            #expect(notes.map { $0["internal"] } == [false, true])
            let refused: JSON = ["subject": "Broken", "category": "other", "internal_note": "For us"]
            try await desk.expect(403, .analyst, .post, "/v1/requests", refused)
        }
    }

    @Test(
        "files that are not there are refused by name, not dropped; an empty list is none",
        arguments: [
            "note_attachments", "internal_note_attachments", "custom_fields_attachments",
        ])
    func attachments(field: String) async throws {
        try await TestDesk.run { desk in
            func body(_ files: JSON) -> JSON {
                .object(JSONObject([("subject", "Broken"), ("category", "other"), (field, files)]))
            }
            let file: JSON = [["key": "attachments/5/a.txt", "filesize": "16"]]
            try await desk.expect(422, .specialist, .post, "/v1/requests", body(file), refused: [field])
            try await desk.expect(201, .specialist, .post, "/v1/requests", body([]))
        }
    }
}
