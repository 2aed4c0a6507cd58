import ServiceDesk
import Testing
import Wire

@Suite struct WorkflowTests {
    @Test("a workflow is registered with defaults, by those who may")
    func created() async throws {
        try await TestDesk.run { desk in
            let path = try await desk.workflow()
            let reply = try await desk.get(.workflowManager, path)
            #expect(reply["manager"] == desk.reference(.workflowManager))
            #expect(reply["status"] == "registered" && reply["impact"] == "none" && reply["planned_effort"] == 0)
            #expect(reply["completed_at"] == .null && reply["completion_target_at"] == .null)
            // What is counted is 0 where there is none yet; what is not known yet is null.
            #expect(reply["actual_effort"] == 0 && reply["actual_vs_planned_effort_percentage"] == 0)
            #expect(reply["resolution_duration"] == .null)
            try await desk.expect(200, .workflowManager, .patch, path, ["actual_effort": 5])
            let list = "/v1/workflows?fields=actual_effort,%20actual_vs_planned_effort_percentage"
            let entry = try await desk.get(.workflowManager, list).items.first
            #expect(entry?["actual_effort"] == 0 && entry?["actual_vs_planned_effort_percentage"] == 0)
            #expect(try await desk.audit(path).map { $0["action"] } == ["create"])
            let body: JSON = [
                "subject": "x", "category": "standard", "justification": "move",
                "service_id": .integer(desk.company.laptops),
            ]
            try await desk.expect(403, .specialist, .post, "/v1/workflows", body)
            try await desk.expect(403, .endUser, .post, "/v1/workflows", body)
            try await desk.expect(
                422, .administrator, .post, "/v1/workflows", body, refused: ["manager"])
            try await desk.expect(
                422, .workflowManager, .post, "/v1/workflows", ["subject": "x"],
                refused: ["category", "service", "justification"])
        }
    }

    @Test("status, impact, effort, target and reason follow from the tasks")
    func derived() async throws {
        try await TestDesk.run { desk in
            let path = try await desk.workflow()
            let first = try await desk.task(
                path, "risk_and_impact", with: [("impact", "low"), ("planned_effort", "0:30")])
            let second = try await desk.task(path, after: [first], with: [("impact", "top"), ("planned_effort", 10)])
            var workflow = try await desk.get(.specialist, path)
            #expect(
                workflow["status"] == "in_progress" && workflow["impact"] == "top" && workflow["planned_effort"] == 40)
            #expect(workflow["completion_target_at"] == "2023-02-01T07:14:45-06:00")
            #expect(try await desk.statuses(first, second) == ["assigned", "registered"])
            let forecast = try await desk.get(.specialist, "/v1/tasks/\(second)")
            #expect(forecast["anticipated_assignment_at"] == "2023-02-01T06:14:45-06:00")
            #expect(forecast["completion_target_at"] == .null)

            desk.clock.advance(milliseconds: 600_000)
            try await desk.set(first, "completed", by: .specialist)
            #expect(try await desk.statuses(first, second) == ["completed", "assigned"])
            #expect(try await desk.get(.specialist, "/v1/tasks/\(second)")["anticipated_assignment_at"] == .null)
            workflow = try await desk.get(.specialist, path)
            #expect(workflow["completion_target_at"] == "2023-02-01T06:24:45-06:00")

            try await desk.set(second, "completed")
            workflow = try await desk.get(.specialist, path)
            #expect(workflow["status"] == "completed" && workflow["completion_reason"] == "complete")
            #expect(workflow["completed_at"] == "2023-02-01T05:24:45-06:00" && workflow["resolution_duration"] == 10)

            try await desk.set(second, "assigned")
            workflow = try await desk.get(.specialist, path)
            #expect(workflow["status"] == "in_progress" && workflow["completion_reason"] == .null)
            #expect(workflow["completed_at"] == .null)
        }
    }

    @Test("whoever completes a workflow by hand says why, and gives up what is open")
    func byHand() async throws {
        try await TestDesk.run { desk in
            let path = try await desk.workflow()
            let failed = try await desk.task(path)
            let open = try await desk.task(path)
            try await desk.set(failed, "failed")
            try await desk.expect(
                422, .workflowManager, .patch, path, ["status": "completed"], refused: ["completion_reason"])
            try await desk.expect(
                422, .workflowManager, .patch, path, ["status": "completed", "completion_reason": "complete"],
                refused: ["completion_reason"])
            for status in ["registered", "in_progress", "being_created"] {
                try await desk.expect(
                    422, .workflowManager, .patch, path, ["status": .string(status)], refused: ["status"])
            }
            let reply = try await desk.expect(
                200, .workflowManager, .patch, path,
                ["status": "completed", "completion_reason": "failed", "note": "We give up"])
            #expect(reply["status"] == "completed" && reply["completion_reason"] == "failed")
            #expect(try await desk.statuses(failed, open) == ["failed", "canceled"])
            try await desk.expect(
                200, .workflowManager, .patch, path, ["completion_reason": "rolled_back"])
            _ = try await desk.task(path)
            #expect(try await desk.status(path) == "progress_halted")
            #expect(try await desk.get(.specialist, path)["completion_reason"] == .null)
        }
    }

    @Test("a workflow without tasks stays as it was ended")
    func noTasks() async throws {
        try await TestDesk.run { desk in
            let path = try await desk.workflow([("status", "completed"), ("completion_reason", "complete")])
            var reply = try await desk.get(.specialist, path)
            #expect(
                reply["status"] == "completed" && reply["completed_at"] != .null && reply["resolution_duration"] == 0)
            reply = try await desk.expect(200, .workflowManager, .patch, path, ["subject": "Other"])
            #expect(reply["status"] == "completed" && reply["completion_reason"] == "complete")
        }
    }

    @Test("tasks go with their workflow into the archive and come back")
    func archive() async throws {
        try await TestDesk.run { desk in
            let path = try await desk.workflow()
            let task = try await desk.task(path)
            let other = try await desk.task(try await desk.workflow())
            try await desk.expect(422, .administrator, .post, path + "/archive", refused: ["status"])
            try await desk.set(task, "completed")
            try await desk.expect(403, .workflowManager, .post, path + "/archive")
            try await desk.expect(200, .administrator, .post, path + "/archive")
            let tasks = try await desk.get(.specialist, "/v1/tasks")
            #expect(tasks.itemIDs == [other] && tasks.total == 1)
            #expect(try await desk.get(.specialist, "/v1/workflows").total == 1)
            #expect(
                try await desk.audit("/v1/tasks/\(task)").last?["changes"] == ["life_cycle": ["active", "archived"]])
            #expect(try await desk.get(.specialist, "/v1/tasks/finished").total == 0)
            try await desk.expect(
                422, .workflowManager, .patch, "/v1/tasks/\(task)", ["subject": "y"], refused: ["archived"])
            try await desk.expect(200, .administrator, .post, path + "/restore")
            #expect(try await desk.get(.specialist, "/v1/tasks").total == 2)
            #expect(try await desk.get(.specialist, "/v1/tasks/finished").total == 1)
        }
    }

    @Test("lists filter, sort and know their predefined ones")
    func lists() async throws {
        try await TestDesk.run { desk in
            let path = try await desk.workflow()
            let task = try await desk.task(path, with: [("subject", "First")])
            let approval = try await desk.task(path, "approval", after: [task])
            try await desk.ask(approval, .analyst)
            func tasks(_ query: String, _ who: Who = .specialist) async throws -> [Int64] {
                try await desk.get(who, "/v1/tasks\(query)").itemIDs
            }
            #expect(try await tasks("") == [approval, task])
            #expect(try await tasks("?sort=subject") == [approval, task])
            #expect(
                try await tasks("?workflow=\(path.split(separator: "/").last ?? "")&category=approval") == [approval])
            #expect(try await tasks("/open") == [approval, task])
            #expect(try await tasks("/managed_by_me", .workflowManager) == [approval, task])
            #expect(try await tasks("/managed_by_me") == [])
            #expect(try await tasks("/assigned_to_my_team") == [approval, task])
            #expect(try await tasks("/approval_by_me", .analyst) == [])
            try await desk.set(task, "completed")
            #expect(try await tasks("/approval_by_me", .analyst) == [approval])
            #expect(try await tasks("/assigned_to_me", .analyst) == [approval])
            #expect(try await tasks("/finished") == [task])
            #expect(try await desk.get(.specialist, "\(path)/tasks/open").itemIDs == [approval])
            try await desk.expect(400, .specialist, .get, "/v1/tasks?note=x")
            #expect(try await desk.get(.specialist, "/v1/workflows?status=implementation").items.count == 1)
            #expect(try await desk.get(.specialist, "/v1/workflows?status=completed,approval").items.count == 1)
            try await desk.expect(422, .workflowManager, .patch, path, ["status": "approval"], refused: ["status"])
            for list in ["open", "managed_by_me"] {
                #expect(try await desk.get(.workflowManager, "/v1/workflows/\(list)").items.count == 1)
            }
            #expect(try await desk.get(.workflowManager, "/v1/workflows/completed").items.count == 0)
        }
    }

    @Test("a task may be created by the path or by the body's workflow, and stays in it")
    func createdElsewhere() async throws {
        try await TestDesk.run { desk in
            let path = try await desk.workflow()
            let id = try #require(Int64(path.split(separator: "/").last ?? ""))
            var body: [(String, JSON)] = [
                ("subject", "x"), ("category", "implementation"), ("team_id", .integer(desk.company.network)),
                ("planned_duration", "1:30"),
            ]
            try await desk.expect(
                422, .workflowManager, .post, "/v1/tasks", .object(JSONObject(body)), refused: ["workflow"])
            body.append(("workflow_id", .integer(id)))
            let reply = try await desk.expect(201, .workflowManager, .post, "/v1/tasks", .object(JSONObject(body)))
            #expect(reply["workflow"]?["id"] == .integer(id) && reply["planned_duration"] == 90)
            #expect(reply.header("Location")?.hasSuffix("/v1/tasks/\(reply["id"]?.integer ?? 0)") == true)
            let other = try await desk.workflow()
            let moved = try await desk.expect(
                200, .workflowManager, .patch, "/v1/tasks/\(reply["id"]?.integer ?? 0)",
                ["workflow_id": .integer(Int64(other.split(separator: "/").last ?? "") ?? 0)])
            #expect(moved["workflow"]?["id"] == .integer(id))
            try await desk.expect(404, .workflowManager, .post, "/v1/workflows/99/tasks", .object(JSONObject(body)))
        }
    }

    @Test("another manager takes over the tasks and sees them")
    func managers() async throws {
        try await TestDesk.run { desk in
            let path = try await desk.workflow()
            let task = try await desk.task(path)
            try await desk.expect(
                422, .workflowManager, .patch, path, ["manager_id": .integer(desk.id(.specialist))],
                refused: ["manager"])
            #expect(try await desk.get(.specialist, "/v1/tasks/\(task)")["manager"] == desk.reference(.workflowManager))

            try await desk.grant(.otherUser, Roles(.workflowManager))
            desk.clock.advance(seconds: 60)
            try await desk.expect(
                200, .workflowManager, .patch, path, ["manager_id": .integer(desk.id(.otherUser))])
            try await desk.grant(.otherUser, [])
            let given = try await desk.get(.otherUser, "/v1/tasks/\(task)")
            #expect(given["manager"] == desk.reference(.otherUser))
            #expect(given["updated_at"] == "2023-02-01T05:15:45-06:00")
            #expect(
                try await desk.audit("/v1/tasks/\(task)").last?["changes"]
                    == ["manager": [desk.reference(.workflowManager), desk.reference(.otherUser)]])
        }
    }
}
