import Testing
import Wire

@Suite struct ConditionalTests {
    @Test("what has not changed is not sent again", arguments: ["", "/1"])
    func notModified(suffix: String) async throws {
        try await TestDesk.run { desk in
            let id = try await desk.request()
            let path = "/v1/requests" + (suffix.isEmpty ? "" : "/\(id)")
            let tag = try #require(try await desk.get(.specialist, path).header("ETag"))
            for known in [tag, "W/\(tag)", "\"other\", \(tag)", "*"] {
                let reply = try await desk.expect(304, .specialist, .get, path, headers: ["If-None-Match": known])
                #expect(reply.bytes.isEmpty && reply.header("ETag") == tag)
            }
            let other = try await desk.get(.specialist, path, headers: ["If-None-Match": "\"other\""])
            #expect(other.header("ETag") == tag)
            try await desk.expect(200, .specialist, .patch, "/v1/requests/\(id)", ["subject": "New"])
            let changed = try await desk.get(.specialist, path, headers: ["If-None-Match": tag])
            #expect(changed.header("ETag") != tag)
        }
    }

    @Test("a tag belongs to the viewer's own sight of the record")
    func perViewer() async throws {
        try await TestDesk.run { desk in
            let path = "/v1/requests/\(try await desk.request())"
            let tag = try await desk.get(.specialist, path).header("ETag")
            #expect(try await desk.get(.endUser, path).header("ETag") == tag)
            let zone: JSON = ["time_zone": "Europe/Amsterdam"]
            try await desk.expect(200, .administrator, .patch, "/v1/people/\(desk.id(.endUser))", zone)
            let other = try await desk.get(.endUser, path)
            #expect(other.header("ETag") != tag && other["created_at"] == "2023-02-01T12:14:45+01:00")
        }
    }

    @Test("a change is made only to the state that was seen, when that is asked for")
    func ifMatch() async throws {
        try await TestDesk.run { desk in
            let id = try await desk.request()
            let path = "/v1/requests/\(id)"
            let tag = try #require(try await desk.get(.specialist, path).header("ETag"))
            let body: JSON = ["subject": "Second"]
            try await desk.expect(412, .specialist, .patch, path, body, headers: ["If-Match": "\"other\""])
            try await desk.expect(412, .specialist, .patch, path, body, headers: ["If-Match": "W/\(tag)"])
            // A right that is missing is said first, and what is wrong with the values last.
            try await desk.expect(403, .endUser, .patch, path, body, headers: ["If-Match": "\"other\""])
            try await desk.expect(412, .specialist, .patch, path, ["subject": ""], headers: ["If-Match": "\"other\""])
            try await desk.expect(422, .specialist, .patch, path, ["subject": ""], headers: ["If-Match": tag])
            try await desk.expect(200, .specialist, .patch, path, body, headers: ["If-Match": "\"other\", \(tag)"])
            let reply = try await desk.expect(
                412, .specialist, .patch, path, ["subject": "Third"], headers: ["If-Match": tag])
            #expect(reply.json == ["message": "Precondition Failed"])
            try await desk.expect(200, .specialist, .patch, path, ["subject": "Third"], headers: ["If-Match": "*"])
            try await desk.complete(id)
            try await desk.expect(412, .administrator, .post, "\(path)/archive", headers: ["If-Match": tag])
        }
    }

    @Test("the same for approvals and phases, changed and removed")
    func entries() async throws {
        try await TestDesk.run { desk in
            let workflow = try await desk.workflow()
            let task = try await desk.task(workflow, "approval")
            let asked = try await desk.expect(
                200, .workflowManager, .post, "/v1/tasks/\(task)/approvals",
                ["approver_id": .integer(desk.id(.specialist))])
            let phase = try await desk.create(.workflowManager, "\(workflow)/phases", ["name": "Build"])
            for (path, body) in [
                ("/v1/tasks/\(task)/approvals/\(asked["id"]?.integer ?? 0)", ["planned_effort": 15] as JSON),
                ("\(workflow)/phases/\(phase)", ["name": "Test"]),
            ] {
                let tag = try #require(try await desk.get(.workflowManager, path).header("ETag"))
                let other = ["If-Match": "\"other\""]
                try await desk.expect(412, .workflowManager, .patch, path, body, headers: other)
                try await desk.expect(412, .workflowManager, .delete, path, headers: other)
                #expect(try await desk.get(.workflowManager, path).header("ETag") == tag)
                try await desk.expect(200, .workflowManager, .patch, path, body, headers: ["If-Match": tag])
                try await desk.expect(412, .workflowManager, .delete, path, headers: ["If-Match": tag])
                try await desk.expect(204, .workflowManager, .delete, path, headers: ["If-Match": "*"])
            }
        }
    }

    @Test("the same for watches, changed and removed")
    func watches() async throws {
        try await TestDesk.run { desk in
            let path = "/v1/requests/\(try await desk.request())/watches"
            let id = try await desk.create(.specialist, path, ["person_id": .integer(desk.id(.auditor))])
            let one = "\(path)/\(id)"
            let tag = try #require(try await desk.get(.specialist, one).header("ETag"))
            let body: JSON = ["person_id": .integer(desk.id(.otherUser))]
            try await desk.expect(412, .specialist, .patch, one, body, headers: ["If-Match": "\"x\""])
            try await desk.expect(412, .specialist, .delete, one, headers: ["If-Match": "\"x\""])
            desk.clock.advance(seconds: 1)
            try await desk.expect(200, .specialist, .patch, one, body, headers: ["If-Match": tag])
            try await desk.expect(412, .specialist, .delete, one, headers: ["If-Match": tag])
            let fresh = try #require(try await desk.get(.specialist, one).header("ETag"))
            try await desk.expect(204, .specialist, .delete, one, headers: ["If-Match": fresh])
        }
    }

    @Test("what is added to a record, or linked to it, is held to the record's state")
    func onRecords() async throws {
        try await TestDesk.run { desk in
            let request = "/v1/requests/\(try await desk.request())"
            try await desk.create(.specialist, "\(request)/watches", ["person_id": .integer(desk.id(.auditor))])
            let workflow = try await desk.workflow([("start_at", "2040-01-01")])
            let (first, second) = (try await desk.task(workflow), try await desk.task(workflow))
            let approval = try await desk.task(workflow, "approval")
            let team = "/v1/teams/\(desk.company.network)"
            let task: JSON = [
                "subject": "x", "category": "implementation", "team_id": .integer(desk.company.network),
                "planned_duration": 5,
            ]
            let eva = desk.id(.endUser)
            for (who, verb, record, rest, body) in [
                (.administrator, .post, request, "/watches", ["person_id": .integer(eva)]),
                (.administrator, .post, request, "/notes", ["text": "Hello"]),
                (.administrator, .delete, request, "/watches/", nil),
                (.administrator, .post, team, "/members/\(eva)", nil),
                (.administrator, .delete, team, "/members/\(eva)", nil),
                (.administrator, .delete, team, "/members", nil),
                (.workflowManager, .post, "/v1/tasks/\(first)", "/successors/\(second)", nil),
                (.workflowManager, .delete, "/v1/tasks/\(first)", "/successors", nil),
                (.workflowManager, .post, "/v1/tasks/\(approval)", "/approvals", ["approver_id": .integer(eva)]),
                (.workflowManager, .post, workflow, "/phases", ["name": "Build"]),
                (.workflowManager, .post, workflow, "/tasks", task),
                (.workflowManager, .post, workflow, "/requests/\(request.split(separator: "/")[2])", nil),
                (.workflowManager, .delete, workflow, "/requests", nil),
            ] as [(Who, Verb, String, String, JSON?)] {
                for tag in ["\"other\"", "W/\"other\""] {
                    try await desk.expect(412, who, verb, record + rest, body, headers: ["If-Match": tag])
                }
                let tag = try #require(try await desk.get(who, record).header("ETag"))
                let reply = try await desk.call(who, verb, record + rest, body, headers: ["If-Match": tag])
                #expect(reply.status < 300, "\(verb) \(record)\(rest): \(reply.json.compact)")
            }
        }
    }

    @Test("a rating is of the outcome that was seen")
    func ratings() async throws {
        try await TestDesk.run { desk in
            let id = try await desk.request()
            let path = "/v1/requests/\(id)"
            let before = try #require(try await desk.get(.endUser, path).header("ETag"))
            try await desk.complete(id)
            try await desk.expect(412, .endUser, .post, "\(path)/satisfied", headers: ["If-Match": before])
            let tag = try #require(try await desk.get(.endUser, path).header("ETag"))
            try await desk.expect(204, .endUser, .post, "\(path)/satisfied", headers: ["If-Match": tag])
        }
    }

    @Test("a precondition tells nothing to those who do not see the record", arguments: ["*", "\"x\""])
    func unseen(tag: String) async throws {
        try await TestDesk.run { desk in
            let path = "/v1/requests/\(try await desk.request())"
            try await desk.expect(404, .otherUser, .patch, path, ["subject": "x"], headers: ["If-Match": tag])
            try await desk.expect(404, .outsider, .patch, path, ["subject": "x"], headers: ["If-Match": tag])
        }
    }
}
