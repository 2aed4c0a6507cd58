import Testing
import Wire

/// What hangs together in a workflow: tasks with tasks, phases and requests.
@Suite struct WorkflowLinkTests {
    @Test("parallel branches join")
    func branches() async throws {
        try await TestDesk.run { desk in
            let path = try await desk.workflow()
            let left = try await desk.task(path)
            let right = try await desk.task(path)
            let joint = try await desk.task(path, after: [left, right])
            try await desk.set(left, "completed")
            #expect(try await desk.status("/v1/tasks/\(joint)") == "registered")
            try await desk.set(right, "canceled")
            #expect(try await desk.status("/v1/tasks/\(joint)") == "assigned")
        }
    }

    @Test("a failure halts the workflow unless a task takes over")
    func failures() async throws {
        try await TestDesk.run { desk in
            let path = try await desk.workflow()
            let rescue = try await desk.task(path, with: [("start_at", "2040-01-01")])
            let work = try await desk.task(path, with: [("failure_task_id", .integer(rescue))])
            try await desk.expect(
                200, .workflowManager, .patch, "/v1/tasks/\(rescue)", ["start_at": .null])
            let after = try await desk.task(path, after: [work])
            #expect(try await desk.statuses(rescue, work, after) == ["registered", "assigned", "registered"])
            try await desk.set(work, "failed")
            #expect(try await desk.statuses(rescue, work, after) == ["assigned", "failed", "registered"])
            #expect(try await desk.status(path) == "in_progress")
            try await desk.set(rescue, "failed")
            #expect(try await desk.status(path) == "progress_halted")
            try await desk.set(work, "completed")
            #expect(try await desk.status("/v1/tasks/\(after)") == "assigned")
        }
    }

    @Test("no two tasks take over for each other")
    func failureCircles() async throws {
        try await TestDesk.run { desk in
            let path = try await desk.workflow([("start_at", "2040-01-01")])
            let first = try await desk.task(path)
            let second = try await desk.task(path, with: [("failure_task_id", .integer(first))])
            for other in [first, second] {
                try await desk.expect(
                    422, .workflowManager, .patch, "/v1/tasks/\(first)", ["failure_task_id": .integer(other)],
                    refused: ["failure_task"])
            }
            let reply = try await desk.expect(
                200, .workflowManager, .patch, "/v1/tasks/\(first)", ["required_approvals": .null, "impact": .null])
            #expect(reply["required_approvals"] == 1 && reply["impact"] == "none")
        }
    }

    @Test("who only works on a task gives it neither who takes over nor a phase, whether they see those or not")
    func linksOfEditors() async throws {
        try await TestDesk.run { desk in
            let path = try await desk.workflow()
            let (task, other) = (try await desk.task(path), try await desk.task(path))
            let phase = try await desk.create(.workflowManager, "\(path)/phases", ["name": "First"])
            for body in [
                ["failure_task_id": .integer(other)], ["failure_task_id": 999], ["failure_task_id": "x"],
                ["phase_id": .integer(phase)], ["phase_id": 999],
            ] as [JSON] {
                try await desk.expect(403, .specialist, .patch, "/v1/tasks/\(task)", body)
            }
            try await desk.expect(
                200, .workflowManager, .patch, "/v1/tasks/\(task)",
                ["failure_task_id": .integer(other), "phase_id": .integer(phase)])
            // What is there already may be said again.
            try await desk.expect(
                200, .specialist, .patch, "/v1/tasks/\(task)",
                ["failure_task_id": .integer(other), "phase_id": .integer(phase), "subject": "Do it"])
        }
    }

    @Test("a circle is refused and named, from every side")
    func circles() async throws {
        try await TestDesk.run { desk in
            let path = try await desk.workflow([("start_at", "2040-01-01")])
            let first = try await desk.task(path)
            let second = try await desk.task(path, after: [first])
            let third = try await desk.task(path, after: [second])
            let reply = try await desk.expect(
                422, .workflowManager, .post, "/v1/tasks/\(first)/predecessors/\(third)", refused: ["predecessor"])
            #expect(reply.json.compact.contains("\(first) → \(second) → \(third) → \(first)"))
            try await desk.expect(
                422, .workflowManager, .post, "/v1/tasks/\(third)/successors/\(first)", refused: ["successor"])
            try await desk.expect(
                422, .workflowManager, .post, "/v1/tasks/\(first)/successors/\(first)", refused: ["successor"])
            let other = try await desk.task(try await desk.workflow())
            try await desk.expect(404, .workflowManager, .post, "/v1/tasks/\(first)/successors/\(other)")
            try await desk.expect(403, .specialist, .post, "/v1/tasks/\(first)/successors/\(third)")
            try await desk.expect(200, .workflowManager, .post, "/v1/tasks/\(first)/successors/\(third)")
            #expect(try await desk.get(.specialist, "/v1/tasks/\(third)/predecessors").itemIDs == [second, first])
            #expect(try await desk.get(.specialist, "/v1/tasks/\(first)/successors").itemIDs == [third, second])
            func named(_ task: Int64) -> JSON { ["id": .integer(task), "subject": "Do it"] }
            let history: [Int64: JSON] = [
                first: ["successor": [.null, named(third)]], third: ["predecessor": [.null, named(first)]],
            ]
            for (task, change) in history {
                #expect(try await desk.audit("/v1/tasks/\(task)").last?["changes"] == change)
            }
            let linked = try await desk.snapshot()
            try await desk.expect(200, .workflowManager, .post, "/v1/tasks/\(first)/successors/\(third)")
            #expect(try await desk.snapshot() == linked, "linking twice is linking once")
            try await desk.expect(204, .workflowManager, .delete, "/v1/tasks/\(third)/predecessors/\(second)")
            try await desk.expect(404, .workflowManager, .delete, "/v1/tasks/\(third)/predecessors/\(second)")
            try await desk.expect(204, .workflowManager, .delete, "/v1/tasks/\(first)/successors/")
            #expect(try await desk.get(.specialist, "/v1/tasks/\(third)/predecessors").itemIDs == [])
        }
    }

    @Test("requests wait for their workflow and are completed with it")
    func requests() async throws {
        try await TestDesk.run { desk in
            let path = try await desk.workflow()
            let task = try await desk.task(path)
            let request = try await desk.request()
            let other = try await desk.request()
            for id in [request, other] {
                try await desk.expect(200, .workflowManager, .post, "\(path)/requests/\(id)")
            }
            #expect(try await desk.get(.specialist, "\(path)/requests").itemIDs == [other, request])
            #expect(try await desk.status("/v1/requests/\(request)") == "workflow_pending")
            try await desk.expect(204, .workflowManager, .delete, "\(path)/requests/\(other)")
            #expect(try await desk.status("/v1/requests/\(other)") == "assigned")
            try await desk.expect(403, .endUser, .post, "/v1/requests/\(request)/archive")
            #expect(try await desk.get(.endUser, "/v1/requests/\(request)")["reviewed"] == false)
            try await desk.set(task, "completed")
            let done = try await desk.get(.endUser, "/v1/requests/\(request)")
            #expect(done["reviewed"] == true)
            #expect(done["status"] == "completed" && done["completion_reason"] == "solved")
            #expect(done["workflow"]?["subject"] == "Replace the switch")
        }
    }

    @Test("a link on the request itself is held to the same rules")
    func requestsOwnLink() async throws {
        try await TestDesk.run { desk in
            let path = try await desk.workflow()
            let workflow = JSON.integer(Int64(path.split(separator: "/").last ?? "") ?? 0)
            let request = "/v1/requests/\(try await desk.request())"
            try await desk.expect(403, .analyst, .patch, request, ["workflow_id": workflow])
            try await desk.expect(422, .administrator, .patch, request, ["workflow_id": 99], refused: ["workflow"])
            let linked = try await desk.expect(200, .administrator, .patch, request, ["workflow_id": workflow])
            #expect(linked["status"] == "workflow_pending")
            let other = JSON.integer(Int64(try await desk.workflow().split(separator: "/").last ?? "") ?? 0)
            try await desk.expect(422, .administrator, .patch, request, ["workflow_id": other], refused: ["workflow"])
            let freed = try await desk.expect(200, .administrator, .patch, request, ["workflow_id": .null])
            #expect(freed["status"] == "assigned" && freed["workflow"] == .null)
            try await desk.expect(
                200, .workflowManager, .patch, path, ["status": "completed", "completion_reason": "withdrawn"])
            try await desk.expect(
                422, .administrator, .patch, request, ["workflow_id": workflow, "status": "workflow_pending"],
                refused: ["workflow"])
        }
    }

    @Test("requests that lie in the archive stay linked, and so do those of a workflow that lies there")
    func archivedRequests() async throws {
        try await TestDesk.run { desk in
            let path = try await desk.workflow()
            let (archived, open) = (try await desk.request(), try await desk.request())
            for id in [archived, open] {
                try await desk.expect(200, .workflowManager, .post, "\(path)/requests/\(id)")
            }
            try await desk.complete(archived)
            try await desk.expect(200, .administrator, .post, "/v1/requests/\(archived)/archive")
            try await desk.expect(
                422, .workflowManager, .delete, "\(path)/requests/\(archived)", refused: ["request"])
            try await desk.expect(204, .workflowManager, .delete, "\(path)/requests")
            #expect(try await desk.get(.specialist, "/v1/requests/\(open)")["workflow"] == .null)
            #expect(try await desk.get(.specialist, "/v1/requests/\(archived)")["workflow"] != .null)
            try await desk.expect(422, .workflowManager, .delete, "\(path)/requests", refused: ["request"])

            try await desk.expect(200, .administrator, .post, "/v1/requests/\(archived)/restore")
            try await desk.expect(
                200, .workflowManager, .patch, path, ["status": "completed", "completion_reason": "withdrawn"])
            try await desk.expect(200, .administrator, .post, "\(path)/archive")
            try await desk.expect(
                422, .workflowManager, .delete, "\(path)/requests/\(archived)", refused: ["archived"])
            try await desk.expect(
                422, .administrator, .patch, "/v1/requests/\(archived)", ["workflow_id": .null],
                refused: ["workflow"])
            try await desk.expect(200, .administrator, .post, "\(path)/restore")
            try await desk.expect(200, .administrator, .patch, "/v1/requests/\(archived)", ["workflow_id": .null])
        }
    }

    @Test("phases follow their tasks")
    func phases() async throws {
        try await TestDesk.run { desk in
            let path = try await desk.workflow()
            let reply = try await desk.expect(201, .workflowManager, .post, path + "/phases", ["name": "Prepare"])
            let phase = try #require(reply["id"])
            #expect(reply["status"] == "registered" && reply["position"] == 1)
            let task = try await desk.task(path, with: [("phase_id", phase)])
            func phaseNow() async throws -> JSON { try await desk.get(.specialist, "\(path)/phases").items[0] }
            #expect(try await phaseNow()["status"] == "in_progress")
            try await desk.set(task, "completed")
            #expect(try await phaseNow()["status"] == "completed")
            #expect(try await phaseNow()["completed_at"] != .null)
            let other = try await desk.workflow()
            try await desk.expect(
                422, .workflowManager, .post, other + "/tasks",
                [
                    "subject": "x", "category": "implementation", "team_id": .integer(desk.company.network),
                    "planned_duration": 5, "phase_id": phase,
                ], refused: ["phase"])
            try await desk.expect(422, .workflowManager, .post, path + "/phases", ["name": ""], refused: ["name"])
            try await desk.expect(403, .specialist, .delete, path + "/phases")
            desk.clock.advance(seconds: 60)
            try await desk.expect(
                200, .workflowManager, .patch, "\(path)/phases/\(phase.compact)", ["name": "Build", "position": 3])
            try await desk.expect(204, .workflowManager, .delete, path + "/phases")
            let free = try await desk.get(.specialist, "/v1/tasks/\(task)")
            #expect(free["phase"] == .null && free["updated_at"] == "2023-02-01T05:15:45-06:00")
            #expect(
                try await desk.audit("/v1/tasks/\(task)").last?["changes"]
                    == ["phase": [["id": phase, "name": "Build"], .null]])
            let before: JSON = ["id": phase, "name": "Prepare", "position": 1]
            let after: JSON = ["id": phase, "name": "Build", "position": 3]
            #expect(
                try await desk.audit(path).compactMap { $0["changes"]?["phases"] } == [
                    [[], [before]], [[before], [after]], [[after], []],
                ])
        }
    }
}
