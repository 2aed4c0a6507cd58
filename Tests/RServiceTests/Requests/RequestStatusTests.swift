import Testing
import Wire

/// What a status brings with it (docs/protocol/requests.md#status).
@Suite struct RequestStatusTests {
    @Test("completing needs a reason, stamps the request, and reopening takes it back and counts")
    func completion() async throws {
        try await TestDesk.run { desk in
            let path = "/v1/requests/\(try await desk.request())"
            try await desk.expect(
                422, .specialist, .patch, path, ["status": "completed"], refused: ["completion_reason"])
            desk.clock.advance(seconds: 600)
            let done = try await desk.expect(
                200, .specialist, .patch, path, ["status": "completed", "completion_reason": "solved"])
            #expect(done["completed_at"] == "2023-02-01T05:24:45-06:00")
            #expect(done["resolution_duration"] == 10)
            #expect(done["next_target_at"] == "no_target")
            #expect(done["reviewed"] == true && done["new_assignment"] == false)
            let again = try await desk.expect(200, .specialist, .patch, path, ["status": "assigned"])
            #expect(again["completed_at"] == .null && again["completion_reason"] == .null)
            #expect(again["reopen_count"] == 1 && again["resolution_duration"] == .null)
            #expect(again["next_target_at"] == "best_effort")
            let changes = try await desk.audit(path).map { $0["changes"]?["status"] }
            #expect(changes == [[.null, "assigned"], ["assigned", "completed"], ["completed", "assigned"]])
        }
    }

    @Test("waiting needs an end, which any other status clears")
    func waiting() async throws {
        try await TestDesk.run { desk in
            let path = "/v1/requests/\(try await desk.request())"
            try await desk.expect(
                422, .specialist, .patch, path, ["status": "waiting_for"], refused: ["waiting_until"])
            let waits = try await desk.expect(
                200, .specialist, .patch, path, ["status": "waiting_for", "waiting_until": "2023-03-01T09:00"])
            #expect(waits["waiting_until"] == "2023-03-01T09:00:00-06:00")
            let works = try await desk.expect(200, .specialist, .patch, path, ["status": "in_progress"])
            #expect(works["waiting_until"] == .null)
        }
    }

    @Test(
        "a pending status needs what it is pending on",
        arguments: [
            "workflow_pending", "project_pending", "reservation_pending",
        ])
    func pending(status: String) async throws {
        try await TestDesk.run { desk in
            let path = "/v1/requests/\(try await desk.request())"
            try await desk.expect(422, .specialist, .patch, path, ["status": .string(status)], refused: ["status"])
        }
    }

    @Test(
        "every other status is taken as it is",
        arguments: [
            "declined", "on_backlog", "in_progress", "waiting_for_customer",
        ])
    func free(status: String) async throws {
        try await TestDesk.run { desk in
            let path = "/v1/requests/\(try await desk.request())"
            let reply = try await desk.expect(200, .specialist, .patch, path, ["status": .string(status)])
            #expect(reply["status"] == .string(status))
            #expect(reply["new_assignment"] == .bool(status == "declined"))
        }
    }

    @Test("accepting makes the caller the member, when the caller is in the team")
    func accepted() async throws {
        try await TestDesk.run { desk in
            let team: [(String, JSON)] = [("team_id", .integer(desk.company.serviceDesk))]
            let path = "/v1/requests/\(try await desk.request(.analyst, team))"
            try await desk.expect(422, .administrator, .patch, path, ["status": "accepted"], refused: ["member"])
            let reply = try await desk.expect(200, .specialist, .patch, path, ["status": "accepted"])
            #expect(reply["member"] == desk.reference(.specialist))
        }
    }

    @Test("who says that there is no member does not become the member, of a request or a task")
    func acceptedForNobody() async throws {
        try await TestDesk.run { desk in
            let team: [(String, JSON)] = [("team_id", .integer(desk.company.serviceDesk))]
            let request = "/v1/requests/\(try await desk.request(.analyst, team))"
            let task = "/v1/tasks/\(try await desk.task(try await desk.workflow()))"
            for path in [request, task] {
                for nobody: JSON in [.null, ""] {
                    try await desk.expect(
                        422, .specialist, .patch, path, ["status": "accepted", "member_id": nobody], refused: ["member"]
                    )
                }
                try await desk.expect(200, .specialist, .patch, path, ["status": "accepted"])
                try await desk.expect(422, .specialist, .patch, path, ["member_id": .null], refused: ["member"])
                let back = try await desk.expect(
                    200, .specialist, .patch, path, ["status": "assigned", "member_id": .null])
                #expect(back["member"] == .null)
            }
        }
    }

    @Test("that the provider was not accountable is kept once a request was completed so")
    func accountability() async throws {
        try await TestDesk.run { desk in
            let path = "/v1/requests/\(try await desk.request())"
            func change(_ body: JSON) async throws -> JSON? {
                try await desk.expect(200, .specialist, .patch, path, body)["provider_was_not_accountable"]
            }
            #expect(try await change(["provider_not_accountable": true]) == false)
            #expect(try await change(["status": "completed", "completion_reason": "solved"]) == true)
            #expect(try await change(["status": "assigned", "provider_not_accountable": false]) == true)
            #expect(try await change(["status": "completed", "completion_reason": "solved"]) == true)
            #expect(
                try await desk.audit(path).compactMap { $0["changes"]?["provider_was_not_accountable"] }.last
                    == [false, true])
        }
    }

    @Test("a member must be in the team")
    func memberOfTeam() async throws {
        try await TestDesk.run { desk in
            let team: [(String, JSON)] = [("team_id", .integer(desk.company.serviceDesk))]
            let path = "/v1/requests/\(try await desk.request(.analyst, team))"
            let outside: JSON = ["member_id": .integer(desk.id(.manager))]
            try await desk.expect(422, .specialist, .patch, path, outside, refused: ["member"])
            try await desk.expect(200, .specialist, .patch, path, ["member_id": .integer(desk.id(.analyst))])
        }
    }

    @Test("a change of team clears a member who is not in it, counts, and begins the work anew")
    func teamChange() async throws {
        try await TestDesk.run { desk in
            let path =
                "/v1/requests/"
                + String(
                    try await desk.request(
                        .analyst,
                        [
                            ("team_id", .integer(desk.company.serviceDesk)), ("member_id", .integer(desk.id(.analyst))),
                            ("status", "in_progress"),
                        ]))
            let moved = try await desk.expect(
                200, .specialist, .patch, path, ["team_id": .integer(desk.company.network)])
            #expect(moved["member"] == .null && moved["status"] == "assigned" && moved["assignment_count"] == 2)
            let named = try await desk.expect(
                200, .specialist, .patch, path,
                [
                    "team_id": .integer(desk.company.serviceDesk), "member_id": .integer(desk.id(.specialist)),
                    "status": "accepted",
                ])
            #expect(named["member"] == desk.reference(.specialist) && named["status"] == "accepted")
            #expect(named["assignment_count"] == 3)
        }
    }

    @Test("a member of the team sees its requests, and no longer once they are another team's")
    func teamSight() async throws {
        try await TestDesk.run { desk in
            let team = "/v1/teams/\(desk.company.network)"
            try await desk.expect(200, .administrator, .post, "\(team)/members/\(desk.id(.otherUser))")
            let id = try await desk.request(.analyst, [("team_id", .integer(desk.company.network))])
            let own = try await desk.request(.otherUser)
            _ = try await desk.get(.otherUser, "/v1/requests/\(id)")
            let list = try await desk.get(.otherUser, "/v1/requests")
            #expect(list.itemIDs == [own, id] && list.total == 2)
            let moved: JSON = ["team_id": .integer(desk.company.serviceDesk)]
            try await desk.expect(200, .specialist, .patch, "/v1/requests/\(id)", moved)
            try await desk.expect(404, .otherUser, .get, "/v1/requests/\(id)")
            try await desk.expect(204, .administrator, .delete, "\(team)/members/\(desk.id(.otherUser))")
            #expect(try await desk.get(.otherUser, "/v1/requests").itemIDs == [own])
        }
    }

    @Test("the desired completion is the next target while the request is open")
    func target() async throws {
        try await TestDesk.run { desk in
            let id = try await desk.request(.endUser, [("desired_completion_at", "2023-02-03T12:00:00Z")])
            let path = "/v1/requests/\(id)"
            #expect(try await desk.get(.endUser, path)["next_target_at"] == "2023-02-03T06:00:00-06:00")
            try await desk.complete(id)
            #expect(try await desk.get(.endUser, path)["next_target_at"] == "no_target")
        }
    }

    @Test("a change that changes nothing writes nothing")
    func nothing() async throws {
        try await TestDesk.run { desk in
            let path = "/v1/requests/\(try await desk.request())"
            let before = try await desk.snapshot()
            desk.clock.advance(seconds: 5)
            try await desk.expect(200, .specialist, .patch, path, ["subject": "Broken", "urgent": false, "who": 1])
            #expect(try await desk.snapshot() == before)
        }
    }

    @Test("what was cleared on an incident that needs it is refused")
    func clearedImpact() async throws {
        try await TestDesk.run { desk in
            let id = try await desk.request(.specialist, [("impact", "low")])
            let path = "/v1/requests/\(id)"
            try await desk.expect(200, .specialist, .patch, path, ["category": "incident"])
            try await desk.expect(422, .specialist, .patch, path, ["impact": .null], refused: ["impact"])
            for field in ["subject", "category", "requested_by_id", "requested_for_id"] {
                let body = JSON.object(JSONObject([(field, .null)]))
                try await desk.expect(
                    422, .specialist, .patch, path, body, refused: [field.replacing("_id", with: "")])
            }
            // A status that is cleared is the status there was.
            #expect(try await desk.expect(200, .specialist, .patch, path, ["status": .null])["status"] == "assigned")
        }
    }
}
