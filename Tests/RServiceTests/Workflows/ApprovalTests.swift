import Testing
import Wire

@Suite struct ApprovalTests {
    /// A workflow with an approval task, and a task after it.
    private func asked(
        _ desk: TestDesk, required: Int64 = 2, _ people: [Who] = [.analyst, .endUser, .auditor]
    ) async throws -> (task: Int64, after: Int64) {
        let path = try await desk.workflow()
        let task = try await desk.task(path, "approval", with: [("required_approvals", .integer(required))])
        for who in people { try await desk.ask(task, who) }
        return (task, try await desk.task(path, after: [task]))
    }

    @Test("an approval has the seed's fields")
    func fields() async throws {
        try await TestDesk.run { desk in
            let path = try await desk.workflow()
            let task = try await desk.task(path, "approval")
            let reply = try await desk.expect(
                200, .workflowManager, .post, "/v1/tasks/\(task)/approvals",
                ["approver_id": .integer(desk.id(.specialist)), "planned_effort": "2:30"])
            #expect(
                reply.json.keys == [
                    "approver", "attachment", "created_at", "id", "planned_effort", "status", "updated_at",
                ])
            #expect(reply["approver"] == desk.reference(.specialist))
            #expect(reply["planned_effort"] == 150 && reply["status"] == "assigned")
            let name = path.split(separator: "/").last ?? ""
            #expect(reply["attachment"]?["name"] == .string("workflow-\(name)-summary-for-mark-camillo.pdf"))
            let pdf = try await desk.read(reply["attachment"]?["uri"])
            #expect(pdf.bytes.starts(with: Array("%PDF".utf8)))
            #expect(reply["attachment"]?["size"] == .integer(Int64(pdf.bytes.count)))
            let one = "/v1/tasks/\(task)/approvals/\(reply["id"]?.integer ?? 0)"
            #expect(try await desk.get(.workflowManager, one).json == reply.json)
            #expect(try await desk.get(.workflowManager, "/v1/tasks/\(task)/approvals").items == [reply.json])
            let foreign = try await desk.expect(
                200, .workflowManager, .post, "/v1/tasks/\(task)/approvals",
                ["approver_id": .integer(desk.id(.foreigner))])
            #expect(foreign["account"]?["id"] == "pro-product")
        }
    }

    @Test("what does not fit an approval is refused by name and changes nothing")
    func refusals() async throws {
        try await TestDesk.run { desk in
            let (task, after) = try await asked(desk)
            let path = "/v1/tasks/\(task)/approvals"
            for (body, field) in [
                ([:], "approver"), (["approver_id": .integer(desk.id(.analyst))], "approver"),
                (["approver_id": 999], "approver"), (["approver_id": .integer(desk.id(.disabled))], "approver"),
                (["approver_id": .integer(desk.id(.outsider))], "approver"),
                (["approver_id": .integer(desk.id(.manager)), "planned_effort": 600_001], "planned_effort"),
                (["approver_id": .integer(desk.id(.manager)), "planned_effort": -1], "planned_effort"),
            ] as [(JSON, String)] {
                try await desk.expect(422, .workflowManager, .post, path, body, refused: [field])
            }
            try await desk.expect(
                422, .workflowManager, .post, "/v1/tasks/\(after)/approvals",
                ["approver_id": .integer(desk.id(.manager))], refused: ["task"])
            try await desk.expect(403, .manager, .post, path, ["approver_id": .integer(desk.id(.manager))])
            try await desk.expect(404, .otherUser, .get, path)
            try await desk.expect(400, .specialist, .get, path + "?approver=5")
            #expect(try await desk.get(.specialist, path + "?status=assigned").items.count == 3)
            #expect(try await desk.get(.specialist, path + "?status=approved").items.count == 0)
            let id = try await desk.get(.specialist, path).itemIDs[0]
            try await desk.expect(200, .workflowManager, .patch, "\(path)/\(id)", ["status": "approved"])
            #expect(try await desk.approvals(task) == ["assigned", "assigned", "assigned"], "the status is read-only")
        }
    }

    @Test("two of three are enough, and the third need not answer any more")
    func enough() async throws {
        try await TestDesk.run { desk in
            let (task, after) = try await asked(desk)
            #expect(try await desk.get(.specialist, "/v1/tasks/\(task)")["member"] == .null)
            try await desk.expect(
                200, .endUser, .patch, "/v1/tasks/\(task)", ["status": "approved", "note": "Fine by me"])
            #expect(try await desk.approvals(task) == ["assigned", "approved", "assigned"])
            #expect(try await desk.statuses(task, after) == ["assigned", "registered"])
            let line = try #require(try await desk.audit("/v1/tasks/\(task)").last)
            #expect(line["user"] == desk.reference(.endUser))
            #expect(line["changes"]?["approval"]?.items.map { $0["status"] } == ["assigned", "approved"])
            // Each sees their own summary: it tells of the whole workflow.
            let own = try await desk.get(.endUser, "/v1/tasks/\(task)/approvals").items
            #expect(own.map { $0["attachment"] == .null } == [true, false, true])
            try await desk.expect(
                422, .workflowManager, .patch, "/v1/tasks/\(task)", ["category": "implementation"],
                refused: ["category"])
            desk.clock.advance(milliseconds: 60_000)
            // For others answers who runs the account, and nobody else.
            let forAnna: JSON = ["status": "approved", "member_id": .integer(desk.id(.analyst))]
            try await desk.expect(403, .workflowManager, .patch, "/v1/tasks/\(task)", forAnna)
            try await desk.expect(403, .specialist, .patch, "/v1/tasks/\(task)", forAnna)
            try await desk.expect(
                422, .administrator, .patch, "/v1/tasks/\(task)", ["status": "approved"], refused: ["member"])
            #expect(try await desk.approvals(task) == ["assigned", "approved", "assigned"])
            try await desk.expect(200, .administrator, .patch, "/v1/tasks/\(task)", forAnna)
            let answer = try #require(
                try await desk.audit("/v1/tasks/\(task)").last { $0["changes"]?["approval"] != nil })
            #expect(answer["user"] == desk.reference(.administrator))
            #expect(answer["changes"]?["approval"]?.items.last?["approver"] == desk.reference(.analyst))
            #expect(try await desk.approvals(task) == ["approved", "approved", "canceled"])
            #expect(try await desk.statuses(task, after) == ["approved", "assigned"])
            let done = try await desk.get(.specialist, "/v1/tasks/\(task)")
            #expect(done["finished_at"] == "2023-02-01T05:15:45-06:00" && done["member"] == .null)
            #expect(try await desk.get(.endUser, "/v1/tasks/\(task)/notes").items.map { $0["text"] } == ["Fine by me"])
            let lines = try await desk.audit("/v1/tasks/\(task)").count
            for late in ["rejected", "approved"] as [JSON] {
                try await desk.expect(
                    422, .auditor, .patch, "/v1/tasks/\(task)", ["status": late], refused: ["status"])
            }
            try await desk.set(task, "approved", by: .endUser)
            #expect(try await desk.audit("/v1/tasks/\(task)").count == lines, "what was said is not said twice")
            #expect(try await desk.approvals(task) == ["approved", "approved", "canceled"])
        }
    }

    @Test("rejections reject once the others are too few")
    func rejections() async throws {
        try await TestDesk.run { desk in
            let (task, after) = try await asked(desk)
            try await desk.set(task, "rejected", by: .analyst)
            #expect(try await desk.statuses(task) == ["assigned"])
            try await desk.set(task, "rejected", by: .auditor)
            #expect(try await desk.statuses(task, after) == ["rejected", "registered"])
            #expect(try await desk.approvals(task) == ["rejected", "canceled", "rejected"])
            let reply = try await desk.get(.specialist, "/v1/tasks/\(task)")
            #expect(reply["rejection_count"] == 1)
            #expect(
                try await desk.status("/v1/workflows/\(reply["workflow"]?["id"]?.integer ?? 0)") == "progress_halted")
        }
    }

    @Test("one may change one's mind while others are asked")
    func changedMind() async throws {
        try await TestDesk.run { desk in
            let (task, _) = try await asked(desk)
            try await desk.set(task, "rejected", by: .analyst)
            try await desk.set(task, "approved", by: .analyst)
            #expect(try await desk.approvals(task) == ["approved", "assigned", "assigned"])
        }
    }

    @Test("an approver who is removed no longer counts, nor sees the task")
    func removed() async throws {
        try await TestDesk.run { desk in
            let (task, _) = try await asked(desk, required: 1, [.analyst, .endUser])
            let path = "/v1/tasks/\(task)/approvals"
            let ids = try await desk.get(.specialist, path).itemIDs
            try await desk.set(task, "rejected", by: .analyst)
            #expect(try await desk.statuses(task) == ["assigned"])
            try await desk.expect(403, .endUser, .delete, "\(path)/\(ids[1])")
            try await desk.expect(204, .workflowManager, .delete, "\(path)/\(ids[1])")
            #expect(try await desk.statuses(task) == ["rejected"])
            try await desk.expect(404, .endUser, .get, "/v1/tasks/\(task)")
            try await desk.expect(404, .workflowManager, .delete, "\(path)/\(ids[1])")
            try await desk.expect(422, .workflowManager, .delete, path + "/", refused: ["approver"])
            #expect(try await desk.approvals(task) == ["rejected"])
            try await desk.set(task, "assigned")
            try await desk.expect(204, .workflowManager, .delete, path + "/")
            #expect(try await desk.approvals(task) == [])
        }
    }

    @Test("set back, all are asked again, with a new summary")
    func setBack() async throws {
        try await TestDesk.run { desk in
            let (task, after) = try await asked(desk, required: 1, [.analyst])
            let path = "/v1/tasks/\(task)/approvals"
            let first = try await desk.get(.specialist, path).items[0]["attachment"]
            try await desk.set(task, "approved", by: .analyst)
            desk.clock.advance(milliseconds: 5_000)
            try await desk.set(task, "assigned")
            #expect(try await desk.approvals(task) == ["assigned"])
            let reply = try await desk.get(.specialist, "/v1/tasks/\(task)")
            #expect(reply["finished_at"] == .null && reply["assigned_at"] == "2023-02-01T05:14:50-06:00")
            let second = try await desk.get(.specialist, path).items[0]["attachment"]
            #expect(second?["uri"] != first?["uri"] && second?["name"] == first?["name"])
            #expect(try await desk.status("/v1/tasks/\(after)") == "assigned", "what has begun goes on")
            try await desk.set(task, "registered")
            #expect(try await desk.approvals(task) == ["assigned"], "it begins at once, having nothing to wait for")
        }
    }

    @Test("who is asked sees the task, may answer and nothing else")
    func endUsers() async throws {
        try await TestDesk.run { desk in
            let (task, after) = try await asked(desk, required: 1, [.endUser])
            let path = "/v1/tasks/\(task)"
            #expect(try await desk.get(.specialist, path)["member"] == desk.reference(.endUser))
            #expect(try await desk.get(.endUser, "/v1/tasks").itemIDs == [task])
            let workflow = try await desk.get(.endUser, path)["workflow"]?["id"]?.integer ?? 0
            let around = ["/v1/workflows/\(workflow)", "/v1/tasks/\(after)", "/v1/workflows/\(workflow)/notes"]
            for path in around { _ = try await desk.get(.endUser, path) }
            #expect(
                Set(try await desk.get(.endUser, "/v1/workflows/\(workflow)/tasks").itemIDs) == [task, after])
            try await desk.expect(403, .endUser, .patch, "/v1/workflows/\(workflow)", ["subject": "Mine"])
            try await desk.expect(403, .endUser, .patch, "/v1/tasks/\(after)", ["subject": "Mine"])
            for path in around + [path] { try await desk.expect(404, .otherUser, .get, path) }
            try await desk.expect(403, .endUser, .patch, path, ["subject": "Mine"])
            try await desk.expect(403, .endUser, .patch, path, ["status": "canceled"])
            try await desk.expect(403, .endUser, .patch, path, ["status": "approved", "subject": "Mine"])
            try await desk.expect(
                403, .endUser, .patch, path, ["status": "approved", "member_id": .integer(desk.id(.analyst))])
            try await desk.expect(403, .analyst, .patch, path, ["status": "approved"])
            try await desk.expect(200, .endUser, .patch, path, ["status": "approved"])
            #expect(try await desk.status(path) == "approved")
            // The task stays theirs to read, the rest only as long as they are asked.
            _ = try await desk.get(.endUser, path)
            for path in around { try await desk.expect(404, .endUser, .get, path) }
            try await desk.set(task, "assigned")
            for path in around { _ = try await desk.get(.endUser, path) }
        }
    }

    @Test("an approval task without approvers is decided by those who may change it")
    func nobodyAsked() async throws {
        try await TestDesk.run { desk in
            let task = try await desk.task(try await desk.workflow(), "approval")
            try await desk.set(task, "approved")
            #expect(try await desk.statuses(task) == ["approved"])
            try await desk.expect(
                422, .workflowManager, .post, "/v1/tasks/\(task)/approvals",
                ["approver_id": .integer(desk.id(.analyst))], refused: ["approver"])
            #expect(try await desk.approvals(task) == [])
        }
    }

    @Test("when fewer must say yes, those who did are counted anew")
    func fewer() async throws {
        try await TestDesk.run { desk in
            let (task, after) = try await asked(desk)
            try await desk.set(task, "approved", by: .analyst)
            try await desk.expect(
                200, .workflowManager, .patch, "/v1/tasks/\(task)", ["required_approvals": 1])
            #expect(try await desk.statuses(task, after) == ["approved", "assigned"])
            #expect(try await desk.approvals(task) == ["approved", "canceled", "canceled"])
        }
    }

    @Test("the only approver is the member, whoever is named")
    func soleApprover() async throws {
        try await TestDesk.run { desk in
            let (task, _) = try await asked(desk, required: 1, [.analyst])
            let reply = try await desk.expect(
                200, .workflowManager, .patch, "/v1/tasks/\(task)",
                ["member_id": .integer(desk.id(.specialist)), "status": "canceled"])
            #expect(reply["member"] == desk.reference(.analyst) && reply["status"] == "canceled")
        }
    }

    @Test("an approval may pass to another person")
    func passedOn() async throws {
        try await TestDesk.run { desk in
            let (task, _) = try await asked(desk, required: 1, [.endUser])
            let path = "/v1/tasks/\(task)/approvals"
            let id = try await desk.get(.specialist, path).itemIDs[0]
            let reply = try await desk.expect(
                200, .workflowManager, .patch, "\(path)/\(id)",
                ["approver_id": .integer(desk.id(.otherUser)), "planned_effort": 5])
            #expect(reply["approver"] == desk.reference(.otherUser) && reply["planned_effort"] == 5)
            #expect(reply["attachment"]?["name"]?.text?.hasSuffix("otto-byrne.pdf") == true)
            try await desk.expect(404, .endUser, .get, "/v1/tasks/\(task)")
            _ = try await desk.get(.otherUser, "/v1/tasks/\(task)")
            let effort = try #require(
                try await desk.audit("/v1/tasks/\(task)").last { $0["changes"]?["approval"] != nil })
            #expect(effort["changes"]?["approval"]?.items.map { $0["planned_effort"] } == [.null, 5])
            try await desk.set(task, "approved", by: .otherUser)
            for verb in [Verb.patch, .delete] {
                try await desk.expect(
                    422, .workflowManager, verb, "\(path)/\(id)", ["approver_id": .integer(desk.id(.endUser))],
                    refused: ["approver"])
            }
        }
    }

    @Test("an answer stands: who gave it is neither replaced nor removed while others are still asked")
    func answered() async throws {
        try await TestDesk.run { desk in
            let (task, _) = try await asked(desk)
            let path = "/v1/tasks/\(task)/approvals"
            let id = try await desk.get(.specialist, path).itemIDs[0]
            try await desk.set(task, "approved", by: .analyst)
            try await desk.expect(
                422, .workflowManager, .patch, "\(path)/\(id)", ["approver_id": .integer(desk.id(.otherUser))],
                refused: ["approver"])
            try await desk.expect(422, .workflowManager, .delete, "\(path)/\(id)", refused: ["approver"])
            #expect(try await desk.approvals(task) == ["approved", "assigned", "assigned"])
        }
    }

    @Test("who may only edit a task says neither who approves it nor how many must")
    func editors() async throws {
        try await TestDesk.run { desk in
            let (task, _) = try await asked(desk)
            let path = "/v1/tasks/\(task)"
            let me: JSON = ["approver_id": .integer(desk.id(.specialist))]
            let id = try await desk.get(.specialist, path + "/approvals").itemIDs[0]
            try await desk.expect(403, .specialist, .post, path + "/approvals", me)
            try await desk.expect(403, .specialist, .patch, "\(path)/approvals/\(id)", me)
            try await desk.expect(403, .specialist, .delete, "\(path)/approvals/\(id)")
            try await desk.expect(403, .specialist, .patch, path, ["required_approvals": 1])
            try await desk.expect(403, .specialist, .patch, path, ["status": "canceled"])
            #expect(try await desk.approvals(task) == ["assigned", "assigned", "assigned"])
            try await desk.expect(200, .specialist, .patch, path, ["subject": "Approve it"])
        }
    }

    @Test("how many must say yes changes together with a status, and not once the task ended")
    func fewerWithAStatus() async throws {
        try await TestDesk.run { desk in
            let (task, after) = try await asked(desk)
            let path = "/v1/tasks/\(task)"
            try await desk.set(task, "approved", by: .analyst)
            try await desk.expect(
                200, .workflowManager, .patch, path, ["status": "in_progress", "required_approvals": 1])
            #expect(try await desk.statuses(task, after) == ["approved", "assigned"])
            try await desk.expect(
                422, .workflowManager, .patch, path, ["required_approvals": 3], refused: ["required_approvals"])
            try await desk.expect(
                200, .workflowManager, .patch, path, ["status": "assigned", "required_approvals": 3])
            #expect(try await desk.approvals(task) == ["assigned", "assigned", "assigned"])
        }
    }
}
