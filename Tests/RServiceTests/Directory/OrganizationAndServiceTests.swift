import ServiceDesk
import Testing
import Wire

@Suite struct OrganizationAndServiceTests {
    @Test("administrators keep organizations, nobody else does")
    func organizations() async throws {
        try await TestDesk.run { desk in
            let parent = desk.company.organization
            let id = try await desk.create(
                .directoryAdministrator, "/v1/organizations",
                ["name": "Help", "parent_id": .integer(parent), "financialID": "F-1"])
            let path = "/v1/organizations/\(id)"
            let organization = try await desk.get(.auditor, path)
            #expect(organization["parent"] == ["id": .integer(parent), "name": "Widget IT"])
            #expect(try await desk.get(.auditor, "/v1/organizations?financialID=F-1").itemIDs == [id])
            let manager: JSON = ["manager_id": .integer(desk.id(.auditor))]
            try await desk.expect(200, .administrator, .patch, path, manager)
            #expect(try await desk.get(.auditor, "/v1/organizations/managed_by_me").itemIDs == [id])
            for who in [Who.specialist, .analyst, .auditor] {
                try await desk.expect(403, who, .patch, path, ["name": "X"])
                try await desk.expect(403, who, .post, "/v1/organizations", ["name": "X"])
            }
            try await desk.expect(404, .endUser, .patch, path, ["name": "X"])
        }
    }

    @Test("an end user sees the organization they work for, as long as they do, and no other")
    func sight() async throws {
        try await TestDesk.run { desk in
            let own = try await desk.create(.administrator, "/v1/organizations", ["name": "Sales"])
            let person = "/v1/people/\(desk.id(.endUser))"
            #expect(try await desk.get(.endUser, "/v1/organizations").total == 0)
            try await desk.expect(200, .administrator, .patch, person, ["organization_id": .integer(own)])
            #expect(try await desk.get(.endUser, "/v1/organizations").itemIDs == [own])
            _ = try await desk.get(.endUser, "/v1/organizations/\(own)")
            try await desk.expect(404, .endUser, .get, "/v1/organizations/\(desk.company.organization)")
            try await desk.expect(200, .administrator, .patch, person, ["organization_id": .null])
            #expect(try await desk.get(.endUser, "/v1/organizations").total == 0)
        }
    }

    @Test("an organization of a trusted account is in no list of the account of those who work for it")
    func foreignOrganization() async throws {
        try await TestDesk.run { desk in
            try await desk.grant(.foreigner, Roles(.accountAdministrator), in: "pro-product")
            let foreign = try await desk.create(.foreigner, "/v1/organizations", ["name": "Afar"])
            let body: JSON = ["organization_id": .integer(foreign)]
            try await desk.expect(200, .administrator, .patch, "/v1/people/\(desk.id(.endUser))", body)
            #expect(try await desk.get(.endUser, "/v1/organizations").itemIDs == [])
            try await desk.expect(404, .endUser, .get, "/v1/organizations/\(foreign)")
            #expect(try await desk.get(.endUser, "/v1/me")["organization"]?["account"]?["id"] == "pro-product")
        }
    }

    @Test("an organization is no part of itself")
    func circle() async throws {
        try await TestDesk.run { desk in
            let top = desk.company.organization
            let part = try await desk.create(
                .administrator, "/v1/organizations", ["name": "Part", "parent_id": .integer(top)])
            for parent in [top, part] {
                try await desk.expect(
                    422, .administrator, .patch, "/v1/organizations/\(top)", ["parent_id": .integer(parent)],
                    refused: ["parent"])
            }
        }
    }

    @Test("administrators and service level managers keep services, nobody else does")
    func services() async throws {
        try await TestDesk.run { desk in
            let body: JSON = ["name": "E-mail", "provider_id": .integer(desk.company.organization)]
            for who in [Who.administrator, .serviceLevelManager] {
                let id = try await desk.create(who, "/v1/services", body)
                let service = try await desk.expect(200, who, .patch, "/v1/services/\(id)", ["keywords": "mail"])
                #expect(service["localized_name"] == "E-mail" && service["localized_keywords"] == "mail")
            }
            for who in [Who.specialist, .analyst, .directoryAdministrator] {
                try await desk.expect(403, who, .post, "/v1/services", body)
                try await desk.expect(403, who, .patch, "/v1/services/\(desk.company.laptops)", ["name": "X"])
            }
            try await desk.expect(422, .administrator, .post, "/v1/services", ["name": "X"], refused: ["provider"])
            try await desk.expect(
                422, .administrator, .patch, "/v1/services/\(desk.company.laptops)", ["provider_id": .null],
                refused: ["provider"])
        }
    }

    @Test("a reference says when what it names is disabled, and no new one is taken")
    func disabled() async throws {
        try await TestDesk.run { desk in
            let id = try await desk.request(.analyst, [("service_id", .integer(desk.company.laptops))])
            let path = "/v1/services/\(desk.company.laptops)"
            let team = desk.company.serviceDesk
            _ = try await desk.get(.specialist, path)
            try await desk.expect(200, .administrator, .patch, "/v1/teams/\(team)", ["disabled": true])
            let reference: JSON = ["id": .integer(team), "name": "Service Desk", "disabled": true]
            #expect(try await desk.get(.specialist, path)["support_team"] == reference)
            #expect(try await desk.get(.specialist, "/v1/services").items.first?["support_team"] == reference)
            #expect(try await desk.get(.specialist, "/v1/requests/\(id)")["team"] == reference)
            let body: JSON = [
                "name": "X", "provider_id": .integer(desk.company.organization), "support_team_id": .integer(team),
            ]
            try await desk.expect(422, .administrator, .post, "/v1/services", body, refused: ["support_team"])
            try await desk.expect(200, .administrator, .patch, "/v1/teams/\(team)", ["disabled": false])
            #expect(
                try await desk.get(.specialist, path)["support_team"] == ["id": .integer(team), "name": "Service Desk"])
        }
    }

    @Test("a reference carries the source id when there is one, at once after it changes")
    func sourceID() async throws {
        try await TestDesk.run { desk in
            let path = "/v1/services/\(desk.company.laptops)"
            let organization = "/v1/organizations/\(desk.company.organization)"
            _ = try await desk.get(.specialist, path)
            try await desk.expect(200, .administrator, .patch, organization, ["sourceID": "HR-1", "name": "IT"])
            let id = JSON.integer(desk.company.organization)
            #expect(try await desk.get(.specialist, path)["provider"] == ["id": id, "name": "IT", "sourceID": "HR-1"])
            try await desk.expect(403, .directoryAdministrator, .patch, organization, ["sourceID": "HR-2"])
        }
    }

    @Test("the account of the call describes itself")
    func account() async throws {
        try await TestDesk.run { desk in
            let account = try await desk.get(.endUser, "/v1/account")
            #expect(account["id"] == "wna" && account["name"] == "Widget North America")
            #expect(account["time_zone"] == "Central Time (US & Canada)" && account["currency"] == "usd")
            #expect(account.json["directory_account"] == .null)
            #expect(try await desk.get(.foreigner, "/v1/account")["id"] == "pro-product")
            let away = try await desk.get(.foreigner, "/v1/account", headers: ["X-Xurrent-Account": "wna"])
            #expect(away["id"] == "wna")
        }
    }
}
