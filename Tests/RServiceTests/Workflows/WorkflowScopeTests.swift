import Testing
import Wire

/// Tokens whose scopes name some kinds of record only: no road leads to what they do not name.
@Suite struct WorkflowScopeTests {
    /// The headers of a token of somebody who may do all of this by their roles.
    private func token(_ desk: TestDesk, _ scopes: String) async throws -> [String: String] {
        ["Authorization": "Bearer \(try await desk.token(.administrator, scopes: scopes))"]
    }

    private func id(_ path: String) throws -> JSON {
        .integer(try #require(Int64(path.split(separator: "/").last ?? "")))
    }

    @Test(
        "a request is linked to a workflow and set free by tokens that change workflows, from either side",
        arguments: ["request:*", "request:* task:*", "request:* workflow:RC"])
    func links(scopes: String) async throws {
        try await TestDesk.run { desk in
            let workflow = try await desk.workflow()
            let number = try id(workflow)
            let path = "/v1/requests/\(try await desk.request())"
            let narrow = try await token(desk, scopes)
            let wide = try await token(desk, "request:RCU workflow:U")
            let ending = try await token(desk, "request:RU workflow:D")
            let new: JSON = ["subject": "x", "category": "other", "workflow_id": number]
            let end: JSON = ["workflow_id": .null]
            try await desk.expect(403, nil, .patch, path, ["workflow_id": number], headers: narrow)
            try await desk.expect(403, nil, .post, "/v1/requests", new, headers: narrow)
            try await desk.expect(403, nil, .post, "\(workflow)/requests/\(try id(path).compact)", headers: narrow)

            let linked = try await desk.expect(200, nil, .patch, path, ["workflow_id": number], headers: wide)
            #expect(linked["status"] == "workflow_pending")
            try await desk.expect(201, nil, .post, "/v1/requests", new, headers: wide)
            try await desk.expect(403, nil, .patch, path, end, headers: narrow)
            try await desk.expect(403, nil, .delete, "\(workflow)/requests/\(try id(path).compact)", headers: narrow)
            try await desk.expect(403, nil, .delete, "\(workflow)/requests", headers: narrow)
            // What says nothing new of the link asks for nothing more.
            for change: JSON in [["subject": "New"], ["workflow_id": number]] {
                try await desk.expect(200, nil, .patch, path, change, headers: narrow)
            }
            let freed = try await desk.expect(200, nil, .patch, path, end, headers: wide)
            #expect(freed["status"] == "assigned" && freed["workflow"] == .null)
            // Ending a link is removing it.
            try await desk.expect(403, nil, .patch, path, ["workflow_id": number], headers: ending)
            try await desk.expect(200, nil, .patch, path, ["workflow_id": number], headers: wide)
            try await desk.expect(200, nil, .patch, path, end, headers: ending)
        }
    }

    @Test("linked requests go with their workflow: its scope alone links them, and their status follows")
    func linkedRequests() async throws {
        try await TestDesk.run { desk in
            let workflow = try await desk.workflow()
            let request = try await desk.request()
            let narrow = try await token(desk, "workflow:U")
            try await desk.expect(200, nil, .post, "\(workflow)/requests/\(request)", headers: narrow)
            #expect(try await desk.status("/v1/requests/\(request)") == "workflow_pending")
            try await desk.expect(204, nil, .delete, "\(workflow)/requests/\(request)", headers: narrow)
            #expect(try await desk.status("/v1/requests/\(request)") == "assigned")
            try await desk.expect(403, nil, .patch, "/v1/requests/\(request)", ["urgent": true], headers: narrow)
        }
    }

    @Test("lists under a workflow are read by tokens that read both kinds", arguments: ["requests", "tasks"])
    func lists(noun: String) async throws {
        try await TestDesk.run { desk in
            let path = try await desk.workflow()
            let task = try await desk.task(path)
            let request = try await desk.request()
            try await desk.expect(200, .administrator, .post, "\(path)/requests/\(request)")
            let kind = String(noun.dropLast())
            for scopes in ["\(kind):R", "workflow:R", "\(kind):CUD workflow:R", "\(kind):R workflow:CUD"] {
                for list in ["\(path)/\(noun)", "\(path)/\(noun)/open"] {
                    try await desk.expect(403, nil, .get, list, headers: try await token(desk, scopes))
                }
            }
            let wide = try await token(desk, "\(kind):R workflow:R")
            let reply = try await desk.expect(200, nil, .get, "\(path)/\(noun)", headers: wide)
            #expect(reply.itemIDs == [noun == "tasks" ? task : request])
        }
    }

    @Test("a note is copied to the workflow by tokens that change workflows")
    func copiedNote() async throws {
        try await TestDesk.run { desk in
            let path = try await desk.workflow()
            let task = "/v1/tasks/\(try await desk.task(path))"
            let narrow = try await token(desk, "task:* workflow:RC")
            let wide = try await token(desk, "task:U workflow:U")
            let copied: JSON = ["note": "Told", "copy_note_to_workflow": true]
            try await desk.expect(403, nil, .patch, task, copied, headers: narrow)
            try await desk.expect(403, nil, .post, "\(path)/notes", ["text": "Told"], headers: narrow)
            try await desk.expect(403, nil, .patch, task, ["copy_note_to_workflow": true], headers: narrow)
            try await desk.expect(403, nil, .patch, task, ["copy_note_to_request": true], headers: wide)
            try await desk.expect(
                200, nil, .patch, task, ["note": "Kept here", "copy_note_to_workflow": false], headers: narrow)
            #expect(try await desk.get(.administrator, "\(path)/notes").items == [])
            try await desk.expect(200, nil, .patch, task, copied, headers: wide)
            // What follows from the task takes no scope, and saying again what holds takes none either.
            try await desk.expect(200, nil, .patch, task, copied, headers: narrow)
            #expect(try await desk.get(.administrator, "\(path)/notes").items.map { $0["text"] } == ["Told", "Told"])
            let requests = try await token(desk, "task:CU request:U")
            try await desk.expect(200, nil, .patch, task, ["copy_note_to_request": true], headers: requests)
            let new: JSON = [
                "subject": "New", "category": "implementation", "planned_duration": 60,
                "team_id": .integer(desk.company.serviceDesk), "copy_note_to_workflow": true,
            ]
            try await desk.expect(403, nil, .post, path + "/tasks", new, headers: requests)
        }
    }

    @Test("a new task holds up tasks that are there by tokens that change tasks")
    func successors() async throws {
        try await TestDesk.run { desk in
            let path = try await desk.workflow([("start_at", "2040-01-01")])
            let first = try await desk.task(path)
            let last = try await desk.task(path)
            func body(_ more: (String, JSON)...) -> JSON {
                let fields: [(String, JSON)] = [
                    ("subject", "Between"), ("category", "implementation"), ("planned_duration", 60),
                    ("team_id", .integer(desk.company.serviceDesk)), ("predecessor_ids", [.integer(first)]),
                ]
                return .object(JSONObject(fields + more))
            }
            let narrow = try await token(desk, "task:RC")
            let wide = try await token(desk, "task:CU")
            let before = body(("workflow_id", try id(path)), ("successor_ids", [.integer(last)]))
            try await desk.expect(403, nil, .post, "/v1/tasks", before, headers: narrow)
            try await desk.expect(
                403, nil, .post, path + "/tasks", body(("successor_ids", [.integer(last)])), headers: narrow)
            try await desk.expect(403, nil, .post, "/v1/tasks/\(last)/predecessors/\(first)", headers: narrow)
            for more: JSON in [[], .null] {
                try await desk.expect(
                    201, nil, .post, path + "/tasks", body(("successor_ids", more)), headers: narrow)
            }
            #expect(try await desk.get(.administrator, "/v1/tasks/\(last)/predecessors").itemIDs == [])
            let new = try await desk.expect(201, nil, .post, "/v1/tasks", before, headers: wide)
            #expect(
                try await desk.get(.administrator, "/v1/tasks/\(last)/predecessors").items.map { $0["id"] }
                    == [new["id"]])
        }
    }

    @Test("what follows from the rules asks for no scope")
    func consequences() async throws {
        try await TestDesk.run { desk in
            let path = try await desk.workflow()
            let task = try await desk.task(path)
            let request = try await desk.request()
            try await desk.expect(200, .administrator, .post, "\(path)/requests/\(request)")
            try await desk.expect(
                200, nil, .patch, "/v1/tasks/\(task)", ["status": "completed"],
                headers: try await token(desk, "task:U"))
            #expect(try await desk.status(path) == "completed")
            #expect(try await desk.status("/v1/requests/\(request)") == "completed")
        }
    }
}
