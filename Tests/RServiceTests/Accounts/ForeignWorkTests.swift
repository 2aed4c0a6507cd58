import ServiceDesk
import Testing
import Wire

/// What may be done to a record follows from the team it was given to, and from the roles held in its own account.
@Suite struct ForeignWorkTests {
    @Test("a member of the team completes the request, from another account and without any role")
    func completes() async throws {
        try await TestDesk.run { desk in
            let team = try await desk.experts(.foreignUser)
            let id = try await desk.request(.endUser, [("service_id", .integer(desk.company.laptops))])
            let path = "/v1/requests/\(id)"
            try await desk.expect(404, .foreignUser, .patch, path, ["status": "accepted"])
            try await desk.expect(200, .analyst, .patch, path, ["team_id": .integer(team)])
            let accepted = try await desk.expect(200, .foreignUser, .patch, path, ["status": "accepted"])
            #expect(accepted["member"] == desk.reference(.foreignUser) && accepted["account"] == TestDesk.wna)
            let work: JSON = [
                "impact": "low", "category": "incident", "planned_effort": 30, "urgent": true, "note": "On it",
                "supplier_requestID": "S-1",
            ]
            try await desk.expect(200, .foreignUser, .patch, path, work)
            try await desk.expect(
                200, .foreignUser, .patch, path, ["status": "completed", "completion_reason": "solved"])
            // As the seed shows it: completed by a member of a team from a different account.
            let seen = try await desk.get(.endUser, path)
            #expect(seen["status"] == "completed" && seen["account"] == nil)
            #expect(seen["team"] == ["id": .integer(team), "name": "Experts", "account": TestDesk.pro])
            #expect(seen["member"] == desk.reference(.foreignUser, foreign: true))
            #expect(try await desk.get(.endUser, "\(path)/notes").items.map { $0["text"] } == ["On it"])
        }
    }

    @Test("a member of the team without a role works on it in their own account too")
    func inOnesOwnAccount() async throws {
        try await TestDesk.run { desk in
            let id = try await desk.request(.otherUser, [("service_id", .integer(desk.company.laptops))])
            let path = "/v1/requests/\(id)"
            try await desk.expect(404, .endUser, .patch, path, ["status": "accepted"])
            let members = "/v1/teams/\(desk.company.serviceDesk)/members/\(desk.id(.endUser))"
            try await desk.expect(200, .administrator, .post, members)
            let reply = try await desk.expect(200, .endUser, .patch, path, ["status": "accepted"])
            #expect(reply["member"] == desk.reference(.endUser))
            // The requester is in no team of it.
            try await desk.expect(403, .otherUser, .patch, path, ["status": "completed"])
        }
    }

    @Test("who gives a request to another team hears how it then is, and sees it no more")
    func givesAway() async throws {
        try await TestDesk.run { desk in
            let team = try await desk.experts(.foreignUser)
            let path = "/v1/requests/\(try await desk.request(.analyst, [("team_id", .integer(team))]))"
            let given = try await desk.expect(
                200, .foreignUser, .patch, path, ["team_id": .integer(desk.company.network)])
            #expect(given["team"]?["name"] == "Network" && given["assignment_count"] == 2)
            try await desk.expect(404, .foreignUser, .get, path)
            try await desk.expect(404, .foreignUser, .patch, path, ["team_id": .integer(team)])
            #expect(try await desk.get(.foreignUser, "/v1/requests").total == 0)
            // One cannot take what one does not work on yet.
            let other = "/v1/requests/\(try await desk.request())"
            try await desk.expect(404, .foreignUser, .patch, other, ["team_id": .integer(team)])
        }
    }

    @Test("the team does not say for whom a request is, and does not archive it")
    func limits() async throws {
        try await TestDesk.run { desk in
            let team = try await desk.experts(.foreignUser, .foreigner)
            let id = try await desk.request(.endUser)
            let path = "/v1/requests/\(id)"
            try await desk.expect(200, .analyst, .patch, path, ["team_id": .integer(team)])
            let workflow = try #require(Int64(try await desk.workflow().split(separator: "/").last ?? ""))
            // The one has no role, the other runs the account of the team.
            for who in [Who.foreignUser, .foreigner] {
                let me = JSON.integer(desk.id(who))
                for body in [
                    ["requested_for_id": me], ["requested_by_id": me],
                    ["requested_by_id": .integer(desk.id(.otherUser))],
                    ["requested_by_id": 999_999], ["internal_note": "Psst"], ["source": "x"], ["sourceID": "x"],
                    ["category": "complaint", "addressed": true], ["workflow_id": .integer(workflow)],
                ] as [JSON] { try await desk.expect(403, who, .patch, path, body) }
                try await desk.expect(403, who, .post, "\(path)/notes", ["text": "Psst", "internal": true])
                try await desk.expect(
                    403, who, .post, "\(path)/watches", ["person_id": .integer(desk.id(.otherUser))])
                // What it is already may be said.
                try await desk.expect(
                    200, who, .patch, path, ["requested_by_id": .integer(desk.id(.endUser)), "urgent": true])
            }
            try await desk.complete(id)
            for who in [Who.foreignUser, .foreigner] {
                for move in ["archive", "trash", "restore"] {
                    try await desk.expect(403, who, .post, "\(path)/\(move)")
                }
            }
        }
    }

    @Test("roles of one's own account say nothing about a record of another")
    func rolesAtHome() async throws {
        try await TestDesk.run { desk in
            let all = Roles(
                .accountAdministrator, .directoryAdministrator, .specialist, .serviceDeskAnalyst, .serviceDeskManager,
                .workflowManager, .auditor, .accountOwner)
            try await desk.grant(.foreigner, all, in: "pro-product")
            let id = try await desk.request()
            let path = "/v1/requests/\(id)"
            try await desk.create(.specialist, "\(path)/notes", ["text": "Between us", "internal": true])
            let watch = try await desk.create(
                .specialist, "\(path)/watches", ["person_id": .integer(desk.id(.otherUser))])
            try await desk.watch(id, .foreigner)
            #expect(try await desk.get(.foreigner, "\(path)/notes").total == 0)
            #expect(try await desk.get(.foreigner, "\(path)/note_attachments").total == 0)
            for body in [
                ["subject": "Mine"], ["status": "completed", "completion_reason": "solved"], ["source": "x"],
                ["team_id": 1], ["internal_note": "x"], ["note": "x"], ["workflow_id": 1],
            ] as [JSON] { try await desk.expect(403, .foreigner, .patch, path, body) }
            try await desk.expect(403, .foreigner, .post, "\(path)/notes", ["text": "x", "internal": true])
            try await desk.expect(403, .foreigner, .delete, "\(path)/watches/\(watch)")
            try await desk.expect(
                403, .foreigner, .post, "\(path)/watches", ["person_id": .integer(desk.id(.auditor))])
            try await desk.complete(id)
            for move in ["archive", "trash", "restore"] {
                try await desk.expect(403, .foreigner, .post, "\(path)/\(move)")
            }
        }
    }

    @Test("roles held in the account of the record count, wherever one works")
    func rolesThere() async throws {
        try await TestDesk.run { desk in
            try await desk.grant(.foreigner, Roles(.specialist))
            let id = try await desk.request()
            let path = "/v1/requests/\(id)"
            try await desk.create(.specialist, "\(path)/notes", ["text": "Between us", "internal": true])
            // The role alone shows nothing from afar.
            try await desk.expect(404, .foreigner, .get, path)
            try await desk.watch(id, .foreigner)
            #expect(try await desk.get(.foreigner, "\(path)/notes").items.map { $0["text"] } == ["Between us"])
            try await desk.expect(200, .foreigner, .patch, path, ["subject": "Ours", "internal_note": "Done"])
            #expect(try await desk.get(.specialist, "\(path)/notes/internal").total == 2)
            try await desk.expect(403, .foreigner, .post, "\(path)/archive")
        }
    }

    @Test("what is foreign groups nothing, and no workflow carries it out")
    func links() async throws {
        try await TestDesk.run { desk in
            try await desk.grant(
                .foreigner, Roles(.specialist, .workflowManager, .accountAdministrator), in: "pro-product")
            let foreign = try await desk.request()
            let own = try await desk.request(.foreigner)
            try await desk.watch(foreign, .foreigner)
            try await desk.expect(
                422, .foreigner, .patch, "/v1/requests/\(own)", ["grouped_into_id": .integer(foreign)],
                refused: ["grouped_into"])
            let organization = try await desk.create(.foreigner, "/v1/organizations", ["name": "IT"])
            let service = try await desk.create(
                .foreigner, "/v1/services", ["name": "Mail", "provider_id": .integer(organization)])
            let workflow = try await desk.create(
                .foreigner, "/v1/workflows",
                [
                    "subject": "Ours", "category": "standard", "justification": "replacement",
                    "service_id": .integer(service),
                ])
            try await desk.expect(404, .foreigner, .post, "/v1/workflows/\(workflow)/requests/\(foreign)")
            try await desk.expect(200, .foreigner, .post, "/v1/workflows/\(workflow)/requests/\(own)")
            // A foreign request does not name the workflow either.
            let team = try await desk.create(.foreigner, "/v1/teams", ["name": "Experts"])
            try await desk.expect(200, .foreigner, .post, "/v1/teams/\(team)/members/\(desk.id(.foreigner))")
            try await desk.expect(200, .analyst, .patch, "/v1/requests/\(foreign)", ["team_id": .integer(team)])
            try await desk.expect(
                403, .foreigner, .patch, "/v1/requests/\(foreign)", ["workflow_id": .integer(workflow)])
        }
    }

    @Test("a request that a group hides shows the group to those who see all of its own account")
    func confidential() async throws {
        try await TestDesk.run { desk in
            let (group, member) = (try await desk.request(), try await desk.request())
            let body: JSON = ["grouped_into_id": .integer(group)]
            try await desk.expect(200, .specialist, .patch, "/v1/requests/\(member)", body)
            try await desk.watch(member, .foreigner)
            let path = "/v1/requests/\(member)"
            #expect(try await desk.get(.foreigner, path)["grouped_into"] == .null)
            #expect(try await desk.get(.foreigner, "/v1/requests").items.map { $0["grouped_into"] } == [.null])
            #expect(try await desk.get(.foreigner, "/v1/requests?grouped_into=\(group)").items.isEmpty)
            try await desk.grant(.foreigner, Roles(.auditor))
            #expect(try await desk.get(.foreigner, path)["grouped_into"]?["id"] == .integer(group))
        }
    }

    @Test("files that were uploaded at home come with a note on a foreign record")
    func files() async throws {
        try await TestDesk.run { desk in
            let id = try await desk.request()
            try await desk.watch(id, .foreignUser)
            let path = "/v1/requests/\(id)/notes"
            let key = try await desk.upload(.foreignUser)
            try await desk.expect(
                201, .foreignUser, .post, path, ["text": "See this", "attachments": [["key": .string(key)]]])
            let note = try #require(try await desk.get(.endUser, path).items.first)
            let file = try #require(note["attachments"]?.items.first)
            #expect(try await desk.read(file["uri"]).bytes == Array("hello world".utf8))
            // A file of another account than the call works in is none.
            let there = try await desk.upload(.endUser)
            try await desk.expect(
                422, .foreignUser, .post, path, ["text": "And this", "attachments": [["key": .string(there)]]],
                refused: ["attachments"])
        }
    }
}
