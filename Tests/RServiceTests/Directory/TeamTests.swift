import ServiceDesk
import Testing
import Wire

@Suite struct TeamTests {
    @Test("administrators create and change teams, nobody else does")
    func createAndChange() async throws {
        try await TestDesk.run { desk in
            let id = try await desk.create(.administrator, "/v1/teams", ["name": "Storage"])
            let path = "/v1/teams/\(id)"
            let changed = try await desk.expect(
                200, .directoryAdministrator, .patch, path, ["manager_id": .integer(desk.id(.specialist))])
            #expect(changed["manager"] == desk.reference(.specialist))
            for who in [Who.specialist, .analyst, .manager, .auditor] {
                try await desk.expect(403, who, .patch, path, ["name": "X"])
                try await desk.expect(403, who, .post, "/v1/teams", ["name": "X"])
            }
            for who in [Who.endUser, .outsider, .foreigner] {
                try await desk.expect(404, who, .get, path)
                try await desk.expect(404, who, .patch, path, ["name": "X"])
            }
            try await desk.expect(403, .endUser, .post, "/v1/teams", ["name": "X"])
            try await desk.expect(422, .administrator, .post, "/v1/teams", [:], refused: ["name"])
        }
    }

    @Test("members are added once, listed as people, removed one by one or together")
    func members() async throws {
        try await TestDesk.run { desk in
            let path = "/v1/teams/\(desk.company.network)/members"
            let eva = desk.id(.endUser)
            #expect(try await desk.expect(200, .administrator, .post, "\(path)/\(eva)").json == [:])
            let before = try await desk.snapshot()
            try await desk.expect(200, .administrator, .post, "\(path)/\(eva)")
            #expect(try await desk.snapshot() == before)
            #expect(try await desk.get(.specialist, path).itemIDs == [eva, desk.id(.manager)])
            try await desk.expect(204, .administrator, .delete, "\(path)/\(eva)")
            try await desk.expect(404, .administrator, .delete, "\(path)/\(eva)")
            #expect(try await desk.get(.specialist, path).total == 1)
            try await desk.expect(204, .administrator, .delete, path)
            #expect(try await desk.get(.specialist, path).total == 0)
            let lines = try await desk.audit("/v1/teams/\(desk.company.network)").compactMap {
                $0["changes"]?["members"]
            }
            #expect(
                lines == [
                    [.null, desk.reference(.manager)], [.null, desk.reference(.endUser)],
                    [desk.reference(.endUser), .null], [desk.reference(.manager), .null],
                ])
        }
    }

    @Test("who may not be a member is refused, and so is who may not say so")
    func memberRefusals() async throws {
        try await TestDesk.run { desk in
            let path = "/v1/teams/\(desk.company.network)/members"
            try await desk.expect(404, .administrator, .post, "\(path)/999999")
            try await desk.expect(404, .administrator, .post, "\(path)/\(desk.id(.outsider))")
            try await desk.expect(422, .administrator, .post, "\(path)/\(desk.id(.disabled))", refused: ["person"])
            try await desk.expect(403, .specialist, .post, "\(path)/\(desk.id(.endUser))")
            try await desk.expect(403, .specialist, .delete, "\(path)/\(desk.id(.manager))")
            try await desk.expect(403, .specialist, .delete, path)
            try await desk.expect(404, .outsider, .delete, path)
        }
    }

    @Test("a coordinator must be a member")
    func coordinator() async throws {
        try await TestDesk.run { desk in
            let path = "/v1/teams/\(desk.company.serviceDesk)"
            let manager: JSON = ["coordinator_id": .integer(desk.id(.manager))]
            try await desk.expect(422, .administrator, .patch, path, manager, refused: ["coordinator"])
            let analyst: JSON = ["coordinator_id": .integer(desk.id(.analyst))]
            #expect(
                try await desk.expect(200, .administrator, .patch, path, analyst)["coordinator"]
                    == desk.reference(.analyst))
        }
    }

    @Test("a coordinator who leaves the team is its coordinator no longer", arguments: [false, true])
    func leavingCoordinator(all: Bool) async throws {
        try await TestDesk.run { desk in
            let path = "/v1/teams/\(desk.company.serviceDesk)"
            let analyst: JSON = ["coordinator_id": .integer(desk.id(.analyst))]
            try await desk.expect(200, .administrator, .patch, path, analyst)
            try await desk.expect(204, .administrator, .delete, "\(path)/members/\(desk.id(.specialist))")
            #expect(try await desk.get(.administrator, path)["coordinator"] == desk.reference(.analyst))
            desk.clock.advance(seconds: 60)
            let last = all ? "" : "/\(desk.id(.analyst))"
            try await desk.expect(204, .administrator, .delete, "\(path)/members\(last)")
            let team = try await desk.get(.administrator, path)
            #expect(team["coordinator"] == .null && team["updated_at"] == "2023-02-01T05:15:45-06:00")
            let changes = try await desk.audit(path).suffix(2).map { $0["changes"] }
            #expect(
                changes == [
                    ["members": [desk.reference(.analyst), .null]], ["coordinator": [desk.reference(.analyst), .null]],
                ])
            try await desk.expect(200, .administrator, .post, "\(path)/members/\(desk.id(.analyst))")
            #expect(try await desk.get(.administrator, path)["coordinator"] == .null)
        }
    }

    @Test("a person's teams are listed to themselves and to those who see them")
    func teamsOfPerson() async throws {
        try await TestDesk.run { desk in
            let path = "/v1/people/\(desk.id(.specialist))/teams"
            for who in [Who.specialist, .auditor] {
                let list = try await desk.get(who, path)
                #expect(list.itemIDs == [desk.company.serviceDesk] && list.total == 1)
            }
            for who in [Who.endUser, .outsider] { try await desk.expect(404, who, .get, path) }
            #expect(try await desk.get(.endUser, "/v1/people/\(desk.id(.endUser))/teams").total == 0)
        }
    }

    @Test("a person's teams in accounts where the caller may not work stay unseen")
    func foreignTeams() async throws {
        try await TestDesk.run { desk in
            let member = "/v1/teams/\(desk.company.network)/members/\(desk.id(.foreignUser))"
            try await desk.expect(200, .administrator, .post, member)
            // Howard holds a role in pro-product only; the team is wna's.
            #expect(try await desk.get(.foreigner, "/v1/people/\(desk.id(.foreignUser))/teams").itemIDs == [])
        }
    }

    @Test("being in a team shows who else is, not what is kept about them")
    func colleagues() async throws {
        try await TestDesk.run { desk in
            let (eva, mona) = (desk.id(.endUser), desk.id(.manager))
            let secret: JSON = ["information": "Earns too little", "cost_per_hour": "99"]
            try await desk.expect(200, .administrator, .patch, "/v1/people/\(mona)", secret)
            let members = "/v1/teams/\(desk.company.network)/members"
            try await desk.expect(200, .administrator, .post, "\(members)/\(eva)")
            try await desk.expect(404, .endUser, .get, "/v1/people/\(mona)")
            let list = try await desk.call(.endUser, .get, "\(members)?fields=name,information,cost_per_hour")
            #expect(!list.json.compact.contains("Earns too little") && !list.json.compact.contains("99"))
        }
    }

    @Test("a member from a trusted account shows who they are, not what their account keeps about them")
    func foreignMembers() async throws {
        try await TestDesk.run { desk in
            try await desk.grant(.foreigner, Roles(.accountAdministrator), in: "pro-product")
            let tom = desk.id(.foreignUser)
            let secret: JSON = ["information": "Earns too little"]
            try await desk.expect(200, .foreigner, .patch, "/v1/people/\(tom)", secret)
            let members = "/v1/teams/\(desk.company.network)/members"
            try await desk.expect(200, .administrator, .post, "\(members)/\(tom)")
            try await desk.expect(404, .specialist, .get, "/v1/people/\(tom)")
            let list = try await desk.get(.specialist, members)
            let entry = list.items.first { $0["id"] == .integer(tom) }
            #expect(entry?["account"] == ["id": "pro-product", "name": "Widget International"])
            let asked = try await desk.call(.specialist, .get, "\(members)?fields=name,information")
            #expect(!asked.json.compact.contains("Earns too little"))
        }
    }
}
