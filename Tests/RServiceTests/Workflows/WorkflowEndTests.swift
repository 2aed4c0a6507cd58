import ServiceDesk
import Store
import Testing
import Wire

/// What becomes of the requests that wait for a workflow when it ends.
@Suite struct WorkflowEndTests {
    private static func linked(_ desk: TestDesk, to path: String) async throws -> String {
        let request = try await desk.request(.endUser, [("service_id", .integer(desk.company.laptops))])
        try await desk.expect(200, .workflowManager, .post, "\(path)/requests/\(request)")
        #expect(try await desk.status("/v1/requests/\(request)") == "workflow_pending")
        return "/v1/requests/\(request)"
    }

    private static func end(_ desk: TestDesk, _ path: String, _ reason: String) async throws {
        desk.clock.advance(seconds: 60)
        try await desk.expect(
            200, .workflowManager, .patch, path, ["status": "completed", "completion_reason": .string(reason)])
    }

    @Test("what was done solves them", arguments: ["complete", "partial", "disruptive"])
    func solved(reason: String) async throws {
        try await TestDesk.run { desk in
            let path = try await desk.workflow()
            _ = try await desk.task(path)
            let request = try await Self.linked(desk, to: path)
            try await Self.end(desk, path, reason)
            let done = try await desk.get(.endUser, request)
            #expect(done["status"] == "completed" && done["completion_reason"] == "solved")
            #expect(done["updated_at"] == "2023-02-01T05:15:45-06:00")
            #expect(try await desk.audit(request).last?["user"] == desk.reference(.workflowManager))
            #expect(try await desk.get(.endUser, "\(request)/notes").total == 0)
        }
    }

    @Test(
        "what was not done gives them back to their team, with a note that says why",
        arguments: [
            ("withdrawn", "withdrawn"), ("rejected", "rejected"), ("rolled_back", "rolled back"), ("failed", "failed"),
        ])
    func unsolved(reason: String, words: String) async throws {
        try await TestDesk.run { desk in
            let path = try await desk.workflow()
            _ = try await desk.task(path)
            let request = try await Self.linked(desk, to: path)
            let before = try await desk.get(.endUser, request)
            try await Self.end(desk, path, reason)
            let open = try await desk.get(.endUser, request)
            #expect(open["status"] == "assigned" && open["completion_reason"] == .null)
            #expect(open["team"] == before["team"] && open["workflow"] == before["workflow"])
            #expect(open["updated_at"] == "2023-02-01T05:15:45-06:00")
            #expect(try await desk.audit(request).last?["changes"] == ["status": ["workflow_pending", "assigned"]])
            let notes = try await desk.get(.endUser, "\(request)/notes").items
            #expect(notes.count == 1 && notes[0]["medium"] == "system" && notes[0]["internal"] == false)
            #expect(notes[0]["person"] == desk.reference(.workflowManager))
            let number = path.split(separator: "/").last ?? ""
            #expect(
                notes[0]["text"]
                    == .string(
                        """
                        Workflow \(number) (Replace the switch) was completed as \(words). \
                        This request is assigned to its team again.
                        """))
        }
    }

    @Test("a workflow that does not complete its requests gives them back, however it ends")
    func prevented() async throws {
        try await TestDesk.run { desk in
            let path = try await desk.workflow([("prevent_request_completion", true)])
            let task = try await desk.task(path)
            let request = try await Self.linked(desk, to: path)
            try await desk.set(task, "completed")
            #expect(try await desk.status(path) == "completed")
            #expect(try await desk.status(request) == "assigned")
            let notes = try await desk.get(.endUser, "\(request)/notes").items
            #expect(notes.count == 1 && notes[0]["medium"] == "system")
            #expect(notes[0]["text"]?.text?.contains("does not complete its requests") == true)
        }
    }

    @Test("only what waits is touched, and once")
    func onlyWaiting() async throws {
        try await TestDesk.run { desk in
            let path = try await desk.workflow()
            let task = try await desk.task(path)
            let (taken, waiting) = (try await Self.linked(desk, to: path), try await Self.linked(desk, to: path))
            try await desk.expect(200, .specialist, .patch, taken, ["status": "in_progress"])
            try await Self.end(desk, path, "failed")
            #expect(try await [desk.status(taken), desk.status(waiting)] == ["in_progress", "assigned"])
            #expect(try await desk.get(.specialist, "\(taken)/notes").total == 0)
            // Another reason later ends nothing a second time.
            try await desk.expect(200, .workflowManager, .patch, path, ["completion_reason": "partial"])
            #expect(try await [desk.status(taken), desk.status(waiting)] == ["in_progress", "assigned"])
            // Opened again, it may be waited for again.
            try await desk.set(task, "assigned")
            try await desk.expect(200, .administrator, .patch, waiting, ["status": "workflow_pending"])
            try await desk.set(task, "completed")
            #expect(try await [desk.status(taken), desk.status(waiting)] == ["in_progress", "completed"])
        }
    }

    @Test("a group that waits completes its members with it")
    func group() async throws {
        try await TestDesk.run { desk in
            let path = try await desk.workflow()
            let task = try await desk.task(path)
            let group = try await Self.linked(desk, to: path)
            let member = try await Self.linked(desk, to: path)
            let number = JSON.integer(Int64(group.split(separator: "/").last ?? "") ?? 0)
            try await desk.expect(200, .specialist, .patch, member, ["grouped_into_id": number])
            try await desk.set(task, "completed")
            #expect(try await [desk.status(group), desk.status(member)] == ["completed", "completed"])
            #expect(
                try await desk.audit(member).compactMap { $0["changes"]?["status"] }.last == [
                    "workflow_pending", "completed",
                ])
        }
    }

    @Test(
        "what an older version left waiting is given back when the workflow is archived or trashed",
        arguments: [("archive", "archive"), ("trash", "trash")])
    func moved(move: String, place: String) async throws {
        try await TestDesk.run { desk in
            let path = try await desk.workflow([("prevent_request_completion", true)])
            let request = try await Self.linked(desk, to: path)
            try await Self.end(desk, path, "complete")
            _ = try await desk.installation.store.write { transaction in
                try transaction.execute("UPDATE requests SET status = 70")
            }
            try await desk.expect(200, .administrator, .post, "\(path)/\(move)")
            #expect(try await desk.status(request) == "assigned")
            let notes = try await desk.get(.endUser, "\(request)/notes").items
            #expect(notes.count == 2 && notes.allSatisfy { $0["medium"] == "system" })
            #expect(notes.last?["person"] == desk.reference(.administrator))
        }
    }

    @Test("no link is left that is waited for: ended, set on a completed workflow, or on one that is archived")
    func links() async throws {
        try await TestDesk.run { desk in
            let path = try await desk.workflow()
            let (first, second) = (try await Self.linked(desk, to: path), try await Self.linked(desk, to: path))
            try await desk.expect(204, .workflowManager, .delete, "\(path)/requests")
            #expect(try await [desk.status(first), desk.status(second)] == ["assigned", "assigned"])
            try await Self.end(desk, path, "failed")
            let number = path.split(separator: "/").last ?? ""
            try await desk.expect(
                200, .administrator, .patch, first, ["workflow_id": .integer(Int64(number) ?? 0)])
            try await desk.expect(
                200, .workflowManager, .post, "\(path)/requests/\(second.split(separator: "/").last ?? "")")
            #expect(try await [desk.status(first), desk.status(second)] == ["assigned", "assigned"])
            try await desk.expect(200, .administrator, .post, "\(path)/archive")
            try await desk.expect(
                422, .administrator, .patch, first, ["status": "workflow_pending"], refused: ["workflow"])
        }
    }
}
