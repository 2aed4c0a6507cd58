import Testing
import Wire

@Suite struct ArchivedRequestTests {
    @Test("nothing is done to an archived request before it is restored")
    func staysAsItIs() async throws {
        try await TestDesk.run { desk in
            let id = try await desk.request()
            try await desk.complete(id)
            let path = "/v1/requests/\(id)"
            try await desk.expect(200, .administrator, .post, "\(path)/archive")
            try await desk.expect(
                422, .specialist, .patch, path, ["subject": "Changed"], refused: ["archived"])
            try await desk.expect(422, .specialist, .post, "\(path)/notes", ["text": "Late"], refused: ["archived"])
            try await desk.expect(
                422, .specialist, .post, "\(path)/watches", ["person_id": .integer(desk.id(.analyst))],
                refused: ["archived"])
            try await desk.expect(
                304, .endUser, .post, "\(path)/dissatisfied", ["note": "Still broken", "reopen": true])
            try await desk.expect(200, .administrator, .post, "\(path)/restore")
            try await desk.expect(201, .specialist, .post, "\(path)/notes", ["text": "In time"])
        }
    }

    @Test("a satisfied requester does not reopen")
    func satisfiedStaysCompleted() async throws {
        try await TestDesk.run { desk in
            let id = try await desk.request()
            try await desk.complete(id)
            try await desk.expect(204, .endUser, .post, "/v1/requests/\(id)/satisfied", ["reopen": true])
            #expect(try await desk.get(.endUser, "/v1/requests/\(id)")["status"] == "completed")
        }
    }

    @Test("a group follows what becomes of its members")
    func groups() async throws {
        try await TestDesk.run { desk in
            let (group, member) = (try await desk.request(), try await desk.request())
            func grouping() async throws -> JSON? {
                try await desk.get(.specialist, "/v1/requests/\(group)")["grouping"]
            }
            try await desk.expect(
                200, .specialist, .patch, "/v1/requests/\(member)", ["grouped_into_id": .integer(group)])
            try await desk.complete(group)
            try await desk.complete(member)
            try await desk.expect(
                422, .administrator, .post, "/v1/requests/\(group)/archive", refused: ["grouping"])
            try await desk.expect(200, .administrator, .post, "/v1/requests/\(member)/trash")
            #expect(try await grouping() == "none")
            try await desk.expect(200, .administrator, .post, "/v1/requests/\(group)/archive")
            try await desk.expect(
                422, .administrator, .post, "/v1/requests/\(member)/restore", refused: ["grouped_into"])
            try await desk.expect(200, .administrator, .post, "/v1/requests/\(group)/restore")
            try await desk.expect(200, .administrator, .post, "/v1/requests/\(member)/restore")
            #expect(try await grouping() == "group")
        }
    }
}
