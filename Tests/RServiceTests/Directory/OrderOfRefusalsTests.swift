import Testing
import Wire

/// All kinds of records are created and changed by the same steps, so what is refused first is the same for all.
@Suite struct OrderOfRefusalsTests {
    @Test("a right that is missing is said before what is wrong with the values")
    func rights() async throws {
        try await TestDesk.run { desk in
            let organization: JSON = .integer(desk.company.organization)
            let person = try await desk.create(
                .administrator, "/v1/people",
                ["name": "Nina Vale", "primary_email": "nina@widget.example", "organization_id": organization])
            let request = try await desk.create(.specialist, "/v1/requests", ["subject": "x", "category": "other"])
            let before = try await desk.snapshot()
            // Only account administrators change where a record came from.
            for (who, path) in [
                (Who.directoryAdministrator, "/v1/teams/\(desk.company.network)"),
                (.directoryAdministrator, "/v1/people/\(person)"),
                (.directoryAdministrator, "/v1/organizations/\(desk.company.organization)"),
                (.serviceLevelManager, "/v1/services/\(desk.company.laptops)"),
                (.specialist, "/v1/requests/\(request)"),
            ] {
                try await desk.expect(403, who, .patch, path, ["sourceID": "S-1", "name": "", "subject": ""])
                try await desk.expect(
                    422, .administrator, .patch, path, ["sourceID": "S-1", "name": "", "subject": ""])
            }
            #expect(try await desk.snapshot() == before)
        }
    }

    @Test("what is not seen is not there, whatever else is wrong")
    func sight() async throws {
        try await TestDesk.run { desk in
            let request = try await desk.create(.specialist, "/v1/requests", ["subject": "x", "category": "other"])
            let before = try await desk.snapshot()
            for path in ["/v1/requests/\(request)", "/v1/teams/\(desk.company.network)"] {
                try await desk.expect(404, .outsider, .patch, path, ["subject": "", "name": "", "sourceID": "S-1"])
            }
            #expect(try await desk.snapshot() == before)
        }
    }

    @Test("choices of a person that are cleared are the usual ones")
    func defaults() async throws {
        try await TestDesk.run { desk in
            let reply = try await desk.expect(
                201, .administrator, .post, "/v1/people",
                [
                    "name": "Nina Vale", "primary_email": "nina@widget.example", "send_email_notifications": .null,
                    "vip": .null,
                ])
            #expect(reply.json["send_email_notifications"] == "always" && reply.json["vip"] == false)
        }
    }
}
