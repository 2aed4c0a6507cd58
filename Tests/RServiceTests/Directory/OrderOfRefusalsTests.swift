import Testing
import Wire

/// All kinds of records are created and changed by the same steps, so what is refused first is the same for all.
@Suite struct OrderOfRefusalsTests {
    @Test("a right that is missing is said before what is wrong with the values")
    func rights() async throws {
        try await TestDesk.run { desk in
            let organization: JSON = .integer(desk.company.organization)
            let person = try await desk.create(
                .administrator, "/v1/people",
                ["name": "Nina Vale", "primary_email": "nina@widget.example", "organization_id": organization])
            let request = try await desk.create(.specialist, "/v1/requests", ["subject": "x", "category": "other"])
            let before = try await desk.snapshot()
            // Only account administrators change where a record came from.
            for (who, path) in [
                (Who.directoryAdministrator, "/v1/teams/\(desk.company.network)"),
                (.directoryAdministrator, "/v1/people/\(person)"),
                (.directoryAdministrator, "/v1/organizations/\(desk.company.organization)"),
                (.serviceLevelManager, "/v1/services/\(desk.company.laptops)"),
                (.specialist, "/v1/requests/\(request)"),
            ] {
                try await desk.expect(403, who, .patch, path, ["sourceID": "S-1", "name": "", "subject": ""])
                try await desk.expect(
                    422, .administrator, .patch, path, ["sourceID": "S-1", "name": "", "subject": ""])
            }
            #expect(try await desk.snapshot() == before)
        }
    }

    @Test("that is so for values that are wrong by themselves too, and for everything that a call brings with it")
    func wrongValues() async throws {
        try await TestDesk.run { desk in
            let long = JSON.string(String(repeating: "x", count: 300))
            let request = "/v1/requests/\(try await desk.request())"
            let workflow = try await desk.workflow()
            let task = "/v1/tasks/\(try await desk.task(workflow))"
            let narrow = [
                "Authorization": "Bearer \(try await desk.token(.administrator, scopes: "task:RC request:U"))"
            ]
            for (who, verb, path, body, headers) in [
                (
                    .directoryAdministrator, .patch, "/v1/people/\(desk.id(.administrator))", ["primary_email": long],
                    [:]
                ),
                (.specialist, .patch, request, ["sourceID": long], [:]),
                (.specialist, .patch, request, ["workflow_id": "x", "subject": ""], [:]),
                (.specialist, .patch, request, ["workflow_id": 99, "impact": "huge"], [:]),
                (.specialist, .post, "/v1/requests", ["workflow_id": 99, "subject": ""], [:]),
                (.endUser, .post, "\(request)/watches", ["person_id": 999], [:]),
                (nil, .post, "/v1/tasks", ["successor_ids": ["x"], "subject": ""], narrow),
                (nil, .post, "/v1/tasks", ["note": "x", "copy_note_to_workflow": true], narrow),
                (nil, .patch, request, ["workflow_id": "x"], narrow),
            ] as [(Who?, Verb, String, JSON, [String: String])] {
                try await desk.expect(403, who, verb, path, body, headers: headers)
            }
            try await desk.expect(422, .administrator, .patch, request, ["workflow_id": "x"], refused: ["workflow"])
            // An approver answers, and says nothing else.
            try await desk.expect(200, .administrator, .patch, task, ["category": "approval"])
            try await desk.ask(Int64(task.split(separator: "/")[2]) ?? 0, .endUser)
            try await desk.expect(403, .endUser, .patch, task, ["status": "approved", "subject": long])
        }
    }

    @Test("what lies in the archive is said to lie there to those who may change it")
    func archived() async throws {
        try await TestDesk.run { desk in
            let id = try await desk.request()
            try await desk.complete(id)
            let workflow = try await desk.workflow()
            let task = try await desk.task(workflow)
            try await desk.set(task, "completed")
            for path in ["/v1/requests/\(id)", workflow] {
                try await desk.expect(200, .administrator, .post, "\(path)/archive")
            }
            for path in ["/v1/requests/\(id)", workflow, "/v1/tasks/\(task)"] {
                try await desk.expect(403, .auditor, .patch, path, ["subject": ""])
                try await desk.expect(422, .administrator, .patch, path, ["subject": ""], refused: ["archived"])
            }
            try await desk.expect(403, .specialist, .patch, "/v1/requests/\(id)", ["sourceID": "S-1"])
        }
    }

    @Test("what is not seen is not there, whatever else is wrong")
    func sight() async throws {
        try await TestDesk.run { desk in
            let request = try await desk.create(.specialist, "/v1/requests", ["subject": "x", "category": "other"])
            let before = try await desk.snapshot()
            for path in ["/v1/requests/\(request)", "/v1/teams/\(desk.company.network)"] {
                try await desk.expect(404, .outsider, .patch, path, ["subject": "", "name": "", "sourceID": "S-1"])
            }
            #expect(try await desk.snapshot() == before)
        }
    }

    @Test("choices of a person that are cleared are the usual ones")
    func defaults() async throws {
        try await TestDesk.run { desk in
            let reply = try await desk.expect(
                201, .administrator, .post, "/v1/people",
                [
                    "name": "Nina Vale", "primary_email": "nina@widget.example", "send_email_notifications": .null,
                    "vip": .null,
                ])
            #expect(reply.json["send_email_notifications"] == "always" && reply.json["vip"] == false)
        }
    }
}
