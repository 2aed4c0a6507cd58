import Testing
import Wire

/// Notes on a task that are copied to its workflow and to the workflow's requests.
@Suite struct CopiedNoteTests {
    /// A workflow with a task, carried out for two requests, of which one lies in the archive.
    private struct Work {
        let path: String
        let task: String
        let request: String
        let archived: String
    }

    private func work(_ desk: TestDesk) async throws -> Work {
        let path = try await desk.workflow()
        let task = try await desk.task(path)
        let request = try await desk.request()
        let archived = try await desk.request()
        for id in [request, archived] { try await desk.expect(200, .administrator, .post, "\(path)/requests/\(id)") }
        try await desk.complete(archived)
        try await desk.expect(200, .administrator, .post, "/v1/requests/\(archived)/archive")
        return Work(
            path: path, task: "/v1/tasks/\(task)", request: "/v1/requests/\(request)",
            archived: "/v1/requests/\(archived)")
    }

    private func texts(_ desk: TestDesk, _ who: Who, _ path: String) async throws -> [String] {
        try await desk.get(who, "\(path)/notes").items.compactMap { $0["text"]?.text }
    }

    @Test("whether they are is kept, shown and selected, and is no by default")
    func flags() async throws {
        try await TestDesk.run { desk in
            let path = try await desk.workflow()
            let task = "/v1/tasks/\(try await desk.task(path))"
            for name in ["copy_note_to_workflow", "copy_note_to_request"] {
                #expect(try await desk.get(.specialist, task)[name] == false)
                let reply = try await desk.expect(
                    200, .workflowManager, .patch, task, .object(JSONObject([(name, true)])))
                #expect(reply[name] == true)
                #expect(try await desk.get(.specialist, "/v1/tasks?fields=\(name)").items.map { $0[name] } == [true])
                #expect(try await desk.audit(task).last?["changes"]?[name] == [false, true])
                try await desk.expect(400, .specialist, .get, "/v1/tasks?\(name)=true")
            }
            let new = try await desk.task(path, with: [("copy_note_to_request", true), ("note", "First")])
            #expect(try await desk.get(.specialist, "/v1/tasks/\(new)")["copy_note_to_request"] == true)
            try await desk.expect(403, .auditor, .patch, task, ["copy_note_to_workflow": false])
            try await desk.expect(
                422, .workflowManager, .patch, task, ["copy_note_to_workflow": []], refused: ["copy_note_to_workflow"])
        }
    }

    @Test("a note goes to the workflow, whichever call adds it, until that is ended")
    func toWorkflow() async throws {
        try await TestDesk.run { desk in
            let work = try await work(desk)
            try await desk.create(.specialist, "\(work.task)/notes", ["text": "Before"])
            try await desk.expect(
                200, .workflowManager, .patch, work.task, ["copy_note_to_workflow": true, "note": "With it"])
            try await desk.create(.specialist, "\(work.task)/notes", ["text": "Later"])
            try await desk.expect(200, .specialist, .patch, work.task, ["note": "And later"])
            try await desk.create(.specialist, "\(work.task)/notes", ["text": "Inside", "internal": true])
            #expect(try await texts(desk, .specialist, work.path) == ["With it", "Later", "And later", "Inside"])
            #expect(
                try await desk.get(.specialist, "\(work.path)/notes/internal").items.map { $0["text"] } == ["Inside"])
            #expect(
                try await texts(desk, .specialist, work.task) == ["Before", "With it", "Later", "And later", "Inside"])
            #expect(try await texts(desk, .specialist, work.request) == [])
            try await desk.expect(200, .workflowManager, .patch, work.task, ["copy_note_to_workflow": false])
            try await desk.create(.specialist, "\(work.task)/notes", ["text": "After"])
            #expect(try await texts(desk, .specialist, work.path).count == 4)
        }
    }

    @Test("a note goes to the requests of the workflow, except what is archived, with its files")
    func toRequests() async throws {
        try await TestDesk.run { desk in
            let work = try await work(desk)
            try await desk.expect(200, .workflowManager, .patch, work.task, ["copy_note_to_request": true])
            let key = try await desk.upload()
            try await desk.create(
                .specialist, "\(work.task)/notes",
                ["text": "It takes until Monday", "attachments": [["key": .string(key)]]])
            try await desk.create(.specialist, "\(work.task)/notes", ["text": "Between us", "internal": true])
            // Whoever asked reads what is said to them, and no more.
            #expect(try await texts(desk, .endUser, work.request) == ["It takes until Monday"])
            let note = try await desk.get(.endUser, "\(work.request)/notes").items.first
            #expect(note?["person"] == desk.reference(.specialist))
            #expect(note?["attachments"]?.items.map { $0["key"] } == [.string(key)])
            #expect(try await texts(desk, .specialist, work.request) == ["It takes until Monday", "Between us"])
            #expect(try await texts(desk, .specialist, work.archived) == [])
            #expect(try await texts(desk, .specialist, work.path) == [])
        }
    }

    @Test("an approver's answer is copied too, and one that is refused is nowhere")
    func answers() async throws {
        try await TestDesk.run { desk in
            let path = try await desk.workflow()
            let task = try await desk.task(
                path, "approval", with: [("copy_note_to_workflow", true), ("copy_note_to_request", true)])
            try await desk.ask(task, .endUser)
            let request = try await desk.request(.otherUser)
            try await desk.expect(200, .administrator, .post, "\(path)/requests/\(request)")
            let answer: JSON = ["status": "approved", "note": "Go ahead"]
            try await desk.expect(404, .otherUser, .patch, "/v1/tasks/\(task)", answer)
            try await desk.expect(
                403, .endUser, .patch, "/v1/tasks/\(task)",
                ["status": "approved", "note": "x", "copy_note_to_workflow": false])
            try await desk.expect(200, .endUser, .patch, "/v1/tasks/\(task)", answer)
            for path in [path, "/v1/tasks/\(task)", "/v1/requests/\(request)"] {
                #expect(try await texts(desk, .specialist, path) == ["Go ahead"])
            }
        }
    }
}
