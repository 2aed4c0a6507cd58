import ServiceDesk
import Store
import Testing
import Wire

@Suite struct AuthenticationTests {
    @Test(
        "a call without a token that is one is refused, with WWW-Authenticate",
        arguments: [
            "", "Bearer", "Bearer ", "Bearer x", "Basic eDp4", "Token abc",
            "Bearer \(String(repeating: "a", count: 112))", "Bearer \(String(repeating: "é", count: 56))",
            "Bearer \(String(repeating: "a", count: 5_000))",
        ])
    func garbage(header: String) async throws {
        try await TestDesk.run { desk in
            let headers = header.isEmpty ? [:] : ["Authorization": header]
            for path in ["/v1/requests", "/v1/me", "/v1/people/1", "/v1/account"] {
                let reply = try await desk.expect(401, nil, .get, path, headers: headers)
                #expect(reply.json == ["message": "Unauthorized"])
                #expect(reply.header("WWW-Authenticate") == "Bearer")
            }
            let body: JSON = ["subject": "x", "category": "other"]
            try await desk.expect(401, nil, .post, "/v1/requests", body, headers: headers)
        }
    }

    @Test("a token with one letter changed is refused")
    func changed() async throws {
        try await TestDesk.run { desk in
            var text = Array(try #require(desk.tokens[.specialist]))
            text[40] = text[40] == "a" ? "b" : "a"
            try await desk.expect(401, nil, .get, "/v1/me", headers: ["Authorization": "Bearer \(String(text))"])
            for scheme in ["Bearer", "bearer", "BEARER"] {
                let headers = ["Authorization": "\(scheme) \(try #require(desk.tokens[.specialist]))"]
                _ = try await desk.get(nil, "/v1/me", headers: headers)
            }
        }
    }

    @Test("a token stops when it expires")
    func expired() async throws {
        try await TestDesk.run { desk in
            let headers = ["Authorization": "Bearer \(try await desk.token(.specialist, expiresIn: 60))"]
            _ = try await desk.get(nil, "/v1/me", headers: headers)
            desk.clock.advance(seconds: 59)
            _ = try await desk.get(nil, "/v1/me", headers: headers)
            desk.clock.advance(seconds: 1)
            try await desk.expect(401, nil, .get, "/v1/me", headers: headers)
        }
    }

    @Test("a token stops at once when it is revoked; others of the person go on")
    func revoked() async throws {
        try await TestDesk.run { desk in
            let token = try await desk.token(.specialist)
            let headers = ["Authorization": "Bearer \(token)"]
            _ = try await desk.get(nil, "/v1/me", headers: headers)
            try await desk.installation.store.write { transaction in
                let id = try Tokens.list(transaction.db, person: nil).map(\.id).max() ?? 0
                try Tokens.revoke(transaction, id: id)
            }
            try await desk.expect(401, nil, .get, "/v1/me", headers: headers)
            _ = try await desk.get(.specialist, "/v1/me")
        }
    }

    @Test("a disabled person's tokens stop, and go on when they are enabled again")
    func disabled() async throws {
        try await TestDesk.run { desk in
            try await desk.expect(401, .disabled, .get, "/v1/me")
            _ = try await desk.get(.endUser, "/v1/me")
            let path = "/v1/people/\(desk.id(.endUser))"
            try await desk.expect(200, .administrator, .patch, path, ["disabled": true])
            try await desk.expect(401, .endUser, .get, "/v1/me")
            try await desk.expect(200, .administrator, .patch, path, ["disabled": false])
            _ = try await desk.get(.endUser, "/v1/me")
        }
    }

    @Test("a role given or taken counts from the next call on")
    func roles() async throws {
        try await TestDesk.run { desk in
            let id = try await desk.request()
            try await desk.expect(404, .otherUser, .get, "/v1/requests/\(id)")
            try await desk.grant(.otherUser, Roles(.auditor))
            _ = try await desk.get(.otherUser, "/v1/requests/\(id)")
            try await desk.grant(.otherUser, [])
            try await desk.expect(404, .otherUser, .get, "/v1/requests/\(id)")
        }
    }

    @Test(
        "a token does what its scopes say and nothing else",
        arguments: [
            ("request:R", [200, 403, 403, 403, 403]), ("request:C", [403, 201, 403, 403, 403]),
            ("request:U", [403, 403, 200, 200, 403]), ("request:*", [200, 201, 200, 200, 403]),
            ("person:*", [403, 403, 403, 403, 200]), ("request:R person:R", [200, 403, 403, 403, 200]),
            ("request:D", [403, 403, 403, 403, 403]),
        ])
    func scopes(scopes: String, statuses: [Int]) async throws {
        try await TestDesk.run { desk in
            let path = "/v1/requests/\(try await desk.request())"
            let headers = ["Authorization": "Bearer \(try await desk.token(.specialist, scopes: scopes))"]
            let calls: [(Verb, String, JSON?)] = [
                (.get, path, nil), (.post, "/v1/requests", ["subject": "x", "category": "other"]),
                (.patch, path, ["urgent": true]),
                (.post, "\(path)/watches", ["person_id": .integer(desk.id(.auditor))]), (.get, "/v1/people", nil),
            ]
            for ((verb, path, body), status) in zip(calls, statuses) {
                let reply = try await desk.expect(status, nil, verb, path, body, headers: headers)
                if status == 403 { #expect(reply.json == ["message": "Forbidden"]) }
            }
            // Who one is may always be asked.
            _ = try await desk.get(nil, "/v1/me", headers: headers)
        }
    }

    @Test("a token that may not read is answered the id of what it writes, and nothing else")
    func idAlone() async throws {
        try await TestDesk.run { desk in
            func token(_ scopes: String) async throws -> [String: String] {
                ["Authorization": "Bearer \(try await desk.token(.administrator, scopes: scopes))"]
            }
            let blind = try await token("request:CUD person:CUD workflow:CUD task:CUD")
            let seeing = try await token("request:RCU")
            let created = try await desk.expect(
                201, nil, .post, "/v1/requests", ["subject": "x", "category": "other"], headers: blind)
            let id = try #require(created["id"]?.integer)
            #expect(created.json.keys == ["id"])
            #expect(created.header("Location")?.hasSuffix("/v1/requests/\(id)") == true)
            let path = "/v1/requests/\(id)"
            let done: JSON = ["status": "completed", "completion_reason": "solved"]
            let watch: JSON = ["person_id": .integer(desk.id(.auditor))]
            let added = try await desk.expect(200, nil, .post, "\(path)/watches", watch, headers: blind)
            #expect(added.json.keys == ["id"])
            let one = "\(path)/watches/\(added["id"]?.integer ?? 0)"
            let other: JSON = ["person_id": .integer(desk.id(.analyst))]
            for (verb, path, body) in [
                (Verb.patch, path, done), (.patch, one, other), (.post, "\(path)/archive", nil),
                (.post, "\(path)/restore", nil),
                (.patch, "/v1/people/\(desk.id(.endUser))", ["job_title": "Baker"]),
            ] as [(Verb, String, JSON?)] {
                #expect(try await desk.expect(200, nil, verb, path, body, headers: blind).json.keys == ["id"])
            }
            #expect(try await desk.get(.administrator, one)["person"] == desk.reference(.analyst))
            let whole = try await desk.expect(200, nil, .patch, path, ["urgent": true], headers: seeing)
            #expect(whole["status"] == "completed" && whole["urgent"] == true)

            let workflow = try await desk.workflow()
            let task: JSON = [
                "subject": "x", "category": "approval", "team_id": .integer(desk.company.serviceDesk),
                "planned_duration": 5,
            ]
            let made = try await desk.expect(201, nil, .post, "\(workflow)/tasks", task, headers: blind)
            #expect(made.json.keys == ["id"])
            let approvals = "/v1/tasks/\(made["id"]?.integer ?? 0)/approvals"
            let asked = try await desk.expect(
                200, nil, .post, approvals, ["approver_id": .integer(desk.id(.endUser))], headers: blind)
            let phase = try await desk.expect(
                201, nil, .post, "\(workflow)/phases", ["name": "Build"], headers: blind)
            #expect(asked.json.keys == ["id"] && phase.json.keys == ["id"])
        }
    }

    @Test("removing takes a token that may remove or change", arguments: ["D", "U", "RC"])
    func removal(letters: String) async throws {
        try await TestDesk.run { desk in
            let kinds = ["request", "team", "task", "workflow"].map { "\($0):\(letters)" }.joined(separator: " ")
            let token = try await desk.token(.administrator, scopes: kinds)
            let request = "/v1/requests/\(try await desk.request())"
            let people: [Who] = [.auditor, .analyst]
            var watches: [Int64] = []
            for who in people {
                watches.append(
                    try await desk.create(.specialist, "\(request)/watches", ["person_id": .integer(desk.id(who))]))
            }
            let workflow = try await desk.workflow([("start_at", "2040-01-01")])
            let task = try await desk.task(workflow)
            let next = try await desk.task(workflow, after: [task])
            let phase = try await desk.create(.workflowManager, "\(workflow)/phases", ["name": "Build"])
            let team = "/v1/teams/\(desk.company.serviceDesk)/members"
            for path in [
                "\(request)/watches/\(watches[0])", "\(request)/watches/", "\(team)/\(desk.id(.analyst))", team,
                "/v1/tasks/\(next)/predecessors/\(task)", "\(workflow)/phases/\(phase)",
            ] {
                try await desk.expect(
                    letters == "RC" ? 403 : 204, nil, .delete, path, headers: ["Authorization": "Bearer \(token)"])
            }
            let post = letters == "U" ? 200 : 403
            try await desk.expect(
                post, nil, .post, "\(team)/\(desk.id(.endUser))", headers: ["Authorization": "Bearer \(token)"])
        }
    }

    @Test(
        "the account header is understood under its three names",
        arguments: [
            "X-4me-Account", "X-Xurrent-Account", "X-R-Service-Account", "x-4me-account",
        ])
    func accountHeader(name: String) async throws {
        try await TestDesk.run { desk in
            let id = try await desk.request()
            try await desk.grant(.foreigner, Roles(.specialist))
            #expect(try await desk.get(.foreigner, "/v1/account", headers: [name: "wna"])["id"] == "wna")
            #expect(try await desk.get(.foreigner, "/v1/requests", headers: [name: "wna"]).itemIDs == [id])
            #expect(try await desk.get(.foreigner, "/v1/requests", headers: [name: "pro-product"]).total == 0)
            #expect(try await desk.get(.foreigner, "/v1/requests", headers: [name: ""]).total == 0)
            for account in ["wdc", "nowhere", "WNA", "wna,wdc"] {
                let reply = try await desk.expect(403, .foreigner, .get, "/v1/requests", headers: [name: account])
                #expect(reply.json == ["message": "Forbidden"])
            }
        }
    }

    @Test("one works in accounts that trust one's own or give one a role, and in no other")
    func foreignAccounts() async throws {
        try await TestDesk.run { desk in
            let (wna, wdc, pro) = (["X-4me-Account": "wna"], ["X-4me-Account": "wdc"], ["X-4me-Account": "pro-product"])
            // Trust: sees what they are named on, and nothing else.
            _ = try await desk.request()
            #expect(try await desk.get(.foreignUser, "/v1/requests", headers: wna).total == 0)
            // Trust is directed, and gives no role: a specialist of pro-product is none in wna.
            try await desk.expect(403, .specialist, .get, "/v1/requests", headers: pro)
            #expect(try await desk.get(.foreigner, "/v1/requests", headers: wna).total == 0)
            try await desk.expect(403, .outsider, .get, "/v1/requests", headers: wna)
            try await desk.grant(.outsider, Roles(.auditor))
            #expect(try await desk.get(.outsider, "/v1/requests", headers: wna).total == 1)
            try await desk.expect(403, .foreigner, .get, "/v1/requests", headers: wdc)
        }
    }

    @Test("a caller from a trusted account registers nothing there without a role, not even for themselves")
    func foreignRequest() async throws {
        try await TestDesk.run { desk in
            try await desk.expect(
                403, .foreignUser, .post, "/v1/requests", ["subject": "From afar", "category": "other"],
                headers: ["X-4me-Account": "wna"])
            #expect(try await desk.get(.specialist, "/v1/requests").total == 0)
        }
    }
}
