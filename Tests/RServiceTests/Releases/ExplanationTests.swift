import ServiceDesk
import Store
import Testing
import Wire

/// Why releases and workflows are as they are: from the rules that made them so.
@Suite struct ExplanationTests {
    @Test("a halted release names its workflow, the task that failed, and who rejected it")
    func halted() async throws {
        try await TestDesk.run { desk in
            let release = try await desk.release()
            let (path, _) = try await desk.bundled(release)
            let approval = try await desk.task(path, "approval", with: [("impact", "top")])
            try await desk.ask(approval, .manager)
            try await desk.set(approval, "rejected", by: .manager)
            let why = try await desk.get(.specialist, "\(release)/explanation")
            let status = try #require(why["status"])
            #expect(status["value"] == "progress_halted" && status["sentence"] == "One of its workflows is halted.")
            let workflow = try #require(status["records"]?.items.first)
            #expect(
                workflow["workflow"] == [
                    "id": .integer(path.number), "subject": "Replace the switch", "status": "progress_halted",
                ])
            let task = try #require(workflow["because"]?["records"]?.items.first)
            #expect(task["task"]?["id"] == .integer(approval) && task["task"]?["status"] == "rejected")
            let answer = try #require(task["because"]?["records"]?.items.first)
            #expect(answer["approval"]?["status"] == "rejected")
            #expect(answer["approval"]?["approver"] == desk.reference(.manager) && answer["because"] == .null)
            #expect(why["impact"]?["value"] == "top")
            #expect(
                why["impact"]?["records"]?.items.first?["because"]?["records"]?.items.map { $0["task"]?["id"] } == [
                    .integer(approval)
                ])
            #expect(why["completion_reason"]?["value"] == .null)
            let record = try await desk.get(.specialist, release)
            for name in ["status", "impact", "completion_target_at", "completion_reason"] {
                #expect(why[name]?["value"] == record[name], "\(name)")
            }
            let own = try await desk.get(.specialist, "\(path)/explanation")
            #expect(own["status"] == workflow["because"])
        }
    }

    @Test("records are named only to those who see them, and by tokens that may read them")
    func discretion() async throws {
        try await TestDesk.run { desk in
            let release = try await desk.release()
            let (path, task) = try await desk.bundled(release)
            try await desk.expect(404, .endUser, .get, "\(release)/explanation")
            try await desk.expect(404, .outsider, .get, "\(path)/explanation")
            for (scopes, records, tasks) in [("release:R", 0, 0), ("release:R workflow:R", 1, 0), ("*", 1, 1)] {
                let token = try await desk.token(.specialist, scopes: scopes)
                let why = try await desk.get(
                    nil, "\(release)/explanation", headers: ["Authorization": "Bearer \(token)"])
                let named = why["status"]?["records"]?.items ?? []
                #expect(named.count == records, "\(scopes)")
                #expect((named.first?["because"]?["records"]?.items.count ?? 0) == tasks, "\(scopes)")
            }
            // Who sees the release alone: its manager whom a workflow in the trash is hidden from.
            try await desk.set(task, "completed")
            try await desk.expect(200, .administrator, .post, "\(path)/trash")
            let why = try await desk.get(.specialist, "\(release)/explanation")
            #expect(why["status"]?["value"] == "registered" && why["status"]?["records"] == [])
        }
    }

    @Test("what is completed says how, and what is empty says so")
    func completed() async throws {
        try await TestDesk.run { desk in
            let release = try await desk.release()
            let empty = try await desk.get(.specialist, "\(release)/explanation")
            #expect(empty["status"]?["sentence"] == "No workflow is linked to it.")
            let (path, task) = try await desk.bundled(release)
            try await desk.set(task, "completed")
            let why = try await desk.get(.specialist, "\(release)/explanation")
            #expect(why["status"]?["value"] == "completed" && why["completion_reason"]?["value"] == "complete")
            let byRules = try await desk.get(.specialist, "\(path)/explanation")
            #expect(
                byRules["completion_reason"]?["sentence"]
                    == "All its tasks are completed, approved or canceled, and no other reason was given.")
            let other = try await desk.workflow()
            _ = try await desk.task(other)
            try await desk.expect(
                200, .workflowManager, .patch, other, ["status": "completed", "completion_reason": "withdrawn"])
            let byHand = try await desk.get(.specialist, "\(other)/explanation")
            #expect(byHand["completion_reason"]?["value"] == "withdrawn")
            #expect(byHand["completion_reason"]?["sentence"] == "Whoever completed it said so.")
            #expect(byHand["status"]?["sentence"] == "Whoever completed it said so.")
            // What is archived keeps what it had, whatever becomes of its workflows.
            try await desk.expect(200, .administrator, .post, "\(release)/archive")
            try await desk.set(task, "assigned")
            let kept = try await desk.get(.specialist, "\(release)/explanation")
            #expect(
                kept["status"] == [
                    "value": "completed", "sentence": "It keeps what it had when it was archived.", "records": [],
                ])
        }
    }
}
