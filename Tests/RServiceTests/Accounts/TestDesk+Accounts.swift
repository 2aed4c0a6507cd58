import ServiceDesk
import Testing
import Wire

extension TestDesk {
    static let pro: JSON = ["id": "pro-product", "name": "Widget International"]
    static let wna: JSON = ["id": "wna", "name": "Widget North America"]

    /// A team of pro-product, and its members.
    func experts(_ members: Who..., at location: SourceLocation = #_sourceLocation) async throws -> Int64 {
        try await grant(.foreigner, Roles(.specialist, .accountAdministrator), in: "pro-product")
        let team = try await create(.foreigner, "/v1/teams", ["name": "Experts"], at: location)
        for member in members {
            try await expect(200, .foreigner, .post, "/v1/teams/\(team)/members/\(id(member))", at: location)
        }
        return team
    }

    /// Has somebody watch a request.
    func watch(_ request: Int64, _ who: Who, at location: SourceLocation = #_sourceLocation) async throws {
        try await create(
            .specialist, "/v1/requests/\(request)/watches", ["person_id": .integer(id(who))], at: location)
    }
}
