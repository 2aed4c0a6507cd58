import ServiceDesk
import Testing
import Wire

/// To whom a new request goes, and what it names.
@Suite struct RequestAssignmentTests {
    @Test("the team is the service's first line, else its support team, else the account's")
    func defaultTeam() async throws {
        try await TestDesk.run { desk in
            let (serviceDesk, network) = (desk.company.serviceDesk, desk.company.network)
            func team(_ more: [(String, JSON)]) async throws -> JSON? {
                let id = try await desk.request(.endUser, more)
                let request = try await desk.get(.specialist, "/v1/requests/\(id)")
                #expect(request["assignment_count"] == (request["team"] == .null ? 0 : 1))
                return request["team"]?["id"]
            }
            let service: [(String, JSON)] = [("service_id", .integer(desk.company.laptops))]
            #expect(try await team([]) == nil)
            #expect(try await team(service) == .integer(serviceDesk))
            let path = "/v1/services/\(desk.company.laptops)"
            try await desk.expect(200, .administrator, .patch, path, ["first_line_team_id": .integer(network)])
            #expect(try await team(service) == .integer(network))
            try await desk.setDefaultTeam(serviceDesk)
            #expect(try await team([]) == .integer(serviceDesk))
        }
    }

    @Test("a disabled team is nobody's default, so the request goes to the next")
    func disabledDefaultTeam() async throws {
        try await TestDesk.run { desk in
            let service: [(String, JSON)] = [("service_id", .integer(desk.company.laptops))]
            let path = "/v1/teams/\(desk.company.serviceDesk)"
            try await desk.expect(200, .administrator, .patch, path, ["disabled": true])
            let first = try await desk.request(.endUser, service)
            #expect(try await desk.get(.endUser, "/v1/requests/\(first)")["team"] == .null)
            try await desk.setDefaultTeam(desk.company.network)
            let second = try await desk.request(.endUser, service)
            let team = try await desk.get(.endUser, "/v1/requests/\(second)")["team"]
            #expect(team == ["id": .integer(desk.company.network), "name": "Network"])
        }
    }

    @Test("a team, service and member of a trusted account are named with their account")
    func foreignReferences() async throws {
        try await TestDesk.run { desk in
            try await desk.grant(.foreigner, Roles(.specialist, .accountAdministrator), in: "pro-product")
            let team = try await desk.create(.foreigner, "/v1/teams", ["name": "Experts"])
            try await desk.expect(
                200, .foreigner, .post, "/v1/teams/\(team)/members/\(desk.id(.foreignUser))")
            let id = try await desk.request(
                .analyst, [("team_id", .integer(team)), ("member_id", .integer(desk.id(.foreignUser)))])
            let request = try await desk.get(.specialist, "/v1/requests/\(id)")
            let account: JSON = ["id": "pro-product", "name": "Widget International"]
            #expect(request["team"] == ["id": .integer(team), "name": "Experts", "account": account])
            #expect(request["member"] == desk.reference(.foreignUser, foreign: true))
            // The member sees it where it is, and there the references are seen from wna; from home, from there.
            let seen = try await desk.get(
                .foreignUser, "/v1/requests/\(id)", headers: ["X-4me-Account": "wna"])
            #expect(seen["team"] == request["team"] && seen["created_by"] == desk.reference(.analyst))
            let home = try await desk.get(.foreignUser, "/v1/requests/\(id)")
            #expect(home["team"] == ["id": .integer(team), "name": "Experts"] && home["account"]?["id"] == "wna")
            #expect(home["created_by"] == desk.reference(.analyst, foreign: true))
        }
    }
}
