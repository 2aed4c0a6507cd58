import ServiceDesk
import Testing
import Wire

/// The links of the API document lead from what is made to everything that can be done with it.
@Suite struct DocumentLinkTests {
    /// One call of the document.
    private struct Described {
        let verb: String
        let path: String
        let operation: JSON

        var name: String { operation["operationId"]?.text ?? "" }
        /// The links of its success, each with the name of the call it leads to.
        var links: [(name: String, link: JSON)] {
            guard case .object(let responses)? = operation["responses"] else { return [] }
            return responses.members.flatMap { status, response -> [(name: String, link: JSON)] in
                guard status.hasPrefix("2"), case .object(let links)? = response["links"] else { return [] }
                return links.members.map { (name: $0.value["operationId"]?.text ?? "", link: $0.value) }
            }
        }
        var parameters: [JSON] { operation["parameters"]?.items ?? [] }
        var ids: Set<String> {
            Set(parameters.filter { $0["in"] == "path" && $0["name"] != "list" }.compactMap { $0["name"]?.text })
        }
    }

    private static func document(_ desk: TestDesk) async throws -> [Described] {
        guard case .object(let paths)? = try await desk.get(nil, "/v1/openapi.json")["paths"] else { return [] }
        return paths.members.flatMap { path, item in
            item.keys.map { Described(verb: $0, path: path, operation: item[$0] ?? .null) }
        }
    }

    @Test("each link names a call and ids that are in its path")
    func names() async throws {
        try await TestDesk.run { desk in
            let calls = try await Self.document(desk)
            let byName = Dictionary(grouping: calls, by: \.name)
            #expect(byName.values.allSatisfy { $0.count == 1 }, "each call has a name of its own")
            for call in calls {
                #expect(call.verb == "post" || call.links.isEmpty)
                for (name, link) in call.links {
                    let target = try #require(byName[name]?.first, "\(call.name): \(name)")
                    let ids = Set(link["parameters"]?.keys ?? [])
                    #expect(!ids.isEmpty && ids.isSubset(of: target.ids), "\(call.name): \(name)")
                }
            }
        }
    }

    /// Only a list tells the id of an entry in the archive or the trash.
    private static let listed = ["/v1/archive/{id}", "/v1/trash/{id}"]

    @Test("links lead to every call below a record, all its ids known")
    func reach() async throws {
        try await TestDesk.run { desk in
            let calls = try await Self.document(desk)
            var reached: [String: Set<String>] = [:]
            for (name, link) in calls.flatMap(\.links) {
                reached[name, default: []].formUnion(link["parameters"]?.keys ?? [])
            }
            for call in calls where !call.ids.isEmpty && !Self.listed.contains(call.path) {
                #expect(reached[call.name] == call.ids, "\(call.name)")
            }
        }
    }

    /// What was made by a call of the document: the ids in its path, and that of what is new.
    private struct Made {
        var ids: [String: Int64] = [:]
        var new: Int64 = 0

        func value(_ expression: JSON) -> Int64? {
            switch expression {
            case "$response.body#/id": new
            case "$request.path.id": ids["id"]
            case "$request.path.entry_id": ids["entry_id"]
            default: nil
            }
        }
    }

    private static func number(_ path: String) throws -> Int64 {
        try #require(Int64(path.split(separator: "/").last ?? ""))
    }

    /// Makes a call of the document succeed.
    private static func make(_ desk: TestDesk, _ path: String) async throws -> Made {
        let parts = path.split(separator: "/").dropFirst().map(String.init)
        var made = Made()
        if parts.count > 1 { made.ids["id"] = try await create(desk, parts[0], isFor: parts.last ?? "") }
        if parts.count > 3 { made.ids["entry_id"] = try await entry(desk, parts, made.ids["id"] ?? 0) }
        if parts.count == 1 {
            made.new = try await create(desk, parts[0], isFor: "")
            return made
        }
        let target = path.replacing("{id}", with: String(made.ids["id"] ?? 0))
            .replacing("{entry_id}", with: String(made.ids["entry_id"] ?? 0))
        let person = JSON.integer(desk.id(.otherUser))
        let body: JSON? =
            switch parts.last {
            case "watches": ["person_id": person]
            case "approvals": ["approver_id": person]
            case "phases": ["name": "First"]
            case "notes": ["text": "Told"]
            case "dissatisfied": ["note": "No"]
            case "tasks": try await fields(desk, "tasks")
            default: nil
            }
        let who: Who = target.hasSuffix("satisfied") ? .endUser : .administrator
        let reply = try await desk.call(who, .post, target, body)
        #expect((200..<300).contains(reply.status), "POST \(target): \(reply.json.compact)")
        made.new = reply["id"]?.integer ?? 0
        return made
    }

    /// What links a record to another, if the call does that.
    private static func entry(_ desk: TestDesk, _ parts: [String], _ id: Int64) async throws -> Int64 {
        switch parts[2] {
        case "members": desk.id(.otherUser)
        case "requests": try await desk.request()
        case "workflows": try await desk.workflow().number
        default:
            try await desk.task(
                "/v1/workflows/\(try #require(try await desk.get(.specialist, "/v1/tasks/\(id)")["workflow"]?["id"]?.integer))"
            )
        }
    }

    /// Who creates what administrators do not.
    private static let creators: [String: Who] = [
        "requests": .endUser, "workflows": .workflowManager, "releases": .releaseManager,
    ]

    /// Creates a record, in the state that what is done with it takes.
    private static func create(_ desk: TestDesk, _ noun: String, isFor verb: String) async throws -> Int64 {
        let id = try await desk.create(
            creators[noun] ?? .administrator, "/v1/\(noun)", try await fields(desk, noun))
        guard ["archive", "trash", "restore", "satisfied", "dissatisfied"].contains(verb) else { return id }
        if noun == "requests" { try await desk.complete(id) }
        if noun == "workflows" {
            try await desk.expect(
                200, .workflowManager, .patch, "/v1/workflows/\(id)",
                ["status": "completed", "completion_reason": "withdrawn"])
        }
        if noun == "releases" {
            let (_, task) = try await desk.bundled("/v1/releases/\(id)")
            try await desk.set(task, "completed")
        }
        if verb == "restore" { try await desk.expect(200, .administrator, .post, "/v1/\(noun)/\(id)/archive") }
        return id
    }

    /// What a new record needs.
    private static func fields(_ desk: TestDesk, _ noun: String) async throws -> JSON {
        switch noun {
        case "people":
            let total = try await desk.get(.administrator, "/v1/people").total ?? 0
            return ["name": "New", "primary_email": .string("new\(total)@x.example")]
        case "requests": return ["subject": "New", "category": "other"]
        case "releases": return ["subject": "New"]
        case "services": return ["name": "New", "provider_id": .integer(desk.company.organization)]
        case "workflows":
            return [
                "subject": "New", "category": "standard", "justification": "move",
                "service_id": .integer(desk.company.laptops),
            ]
        case "tasks":
            return [
                "subject": "New", "category": "approval", "planned_duration": 1,
                "team_id": .integer(desk.company.serviceDesk),
                "workflow_id": .integer(try number(try await desk.workflow())),
            ]
        default: return ["name": "New"]
        }
    }

    @Test("what a link leads to is there")
    func walk() async throws {
        try await TestDesk.run { desk in
            // Who may do everything.
            try await desk.grant(.administrator, Roles(.accountAdministrator, .releaseManager))
            let calls = try await Self.document(desk)
            var followed: Set<String> = []
            for call in calls {
                for (name, link) in call.links {
                    guard let target = calls.first(where: { $0.name == name }),
                        case .object(let ids)? = link["parameters"],
                        Set(link["parameters"]?.keys ?? []) == target.ids
                    else { continue }
                    let made = try await Self.make(desk, call.path)
                    var path = target.path
                    for (id, expression) in ids.members {
                        let value = try #require(made.value(expression), "\(call.name): \(name)")
                        path = path.replacing("{\(id)}", with: String(value))
                    }
                    let lists = target.parameters.first { $0["name"] == "list" }?["schema"]?["enum"]?.items ?? []
                    path = path.replacing("{list}", with: lists.first?.text ?? "")
                    let verb = try #require(Verb(rawValue: target.verb))
                    let reply = try await desk.call(.administrator, verb, path, verb == .post ? [:] : nil)
                    // A body is missing at most; a record that the call before has put away is gone.
                    let isAway = call.path.hasSuffix("/trash") && !path.hasSuffix("/restore")
                    let allowed: Set<Int> = isAway ? [404] : [200, 201, 204, 304, 422]
                    #expect(
                        allowed.contains(reply.status),
                        "\(call.name) → \(verb) \(path): \(reply.status) \(reply.json.compact)")
                    followed.insert(name)
                }
            }
            // Only what links two records needs a second one that no link gives.
            let unfollowed = calls.filter { !$0.ids.isEmpty && !followed.contains($0.name) }
            #expect(
                unfollowed.allSatisfy { $0.verb == "post" && $0.ids.count == 2 || Self.listed.contains($0.path) },
                "\(unfollowed.map(\.name))")
        }
    }
}
