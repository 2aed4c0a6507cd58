import Testing
import Wire

/// What is refused when a watch is added or changed.
@Suite struct WatchInputTests {
    @Test(
        "a watch without a person is refused naming person",
        arguments: [
            JSON.object(JSONObject()), ["person_id": .null], ["person_id": ""],
        ])
    func missingPerson(body: JSON) async throws {
        try await TestDesk.run { desk in
            let request = try await desk.request()
            let reply = try await desk.expect(
                422, .specialist, .post, "/v1/requests/\(request)/watches", body, refused: ["person"])
            #expect(reply["message"] == "Validation Failed")
            #expect(reply["errors"] == [["person", "Person can't be blank"]])
        }
    }

    @Test(
        "a person nobody knows is refused naming person",
        arguments: [
            999_999, 0, -1, "x", .number("1.5"), "99999999999999999999", true, [1], ["id": 1],
        ] as [JSON])
    func unknownPerson(person: JSON) async throws {
        try await TestDesk.run { desk in
            let request = try await desk.request()
            let path = "/v1/requests/\(request)/watches"
            try await desk.expect(422, .specialist, .post, path, ["person_id": person], refused: ["person"])
            let id = try await desk.create(.specialist, path, ["person_id": .integer(desk.id(.auditor))])
            try await desk.expect(422, .specialist, .patch, "\(path)/\(id)", ["person_id": person], refused: ["person"])
        }
    }

    @Test("a person of an account that is not trusted is refused as if there were none")
    func untrustedPerson() async throws {
        try await TestDesk.run { desk in
            let path = "/v1/requests/\(try await desk.request())/watches"
            let body: JSON = ["person_id": .integer(desk.id(.outsider))]
            let reply = try await desk.expect(422, .administrator, .post, path, body, refused: ["person"])
            #expect(reply["errors"] == [["person", "Person must exist"]])
        }
    }

    @Test("a disabled person is refused")
    func disabledPerson() async throws {
        try await TestDesk.run { desk in
            let path = "/v1/requests/\(try await desk.request())/watches"
            let body: JSON = ["person_id": .integer(desk.id(.disabled))]
            let reply = try await desk.expect(422, .specialist, .post, path, body, refused: ["person"])
            #expect(reply["errors"] == [["person", "Person is disabled"]])
        }
    }

    @Test("a watcher added twice is refused and nothing changes")
    func twice() async throws {
        try await TestDesk.run { desk in
            let path = "/v1/requests/\(try await desk.request())/watches"
            let body: JSON = ["person_id": .integer(desk.id(.auditor))]
            try await desk.create(.specialist, path, body)
            let reply = try await desk.expect(422, .analyst, .post, path, body, refused: ["person"])
            #expect(reply["errors"] == [["person", "Person has already been taken"]])
            let other = try await desk.create(.specialist, path, ["person_id": .integer(desk.id(.otherUser))])
            try await desk.expect(422, .specialist, .patch, "\(path)/\(other)", body, refused: ["person"])
        }
    }

    @Test("read-only and unknown keys are ignored")
    func ignoredKeys() async throws {
        try await TestDesk.run { desk in
            let path = "/v1/requests/\(try await desk.request())/watches"
            let watch = try await desk.expect(
                200, .specialist, .post, path,
                [
                    "person_id": .integer(desk.id(.auditor)), "added_by_id": .integer(desk.id(.analyst)), "id": 77,
                    "created_at": "2001-01-01T00:00:00Z", "status": "registered", "...": "...",
                ])
            #expect(watch["added_by"] == desk.reference(.specialist))
            #expect(watch["id"] != 77)
            #expect(watch["created_at"] == "2023-02-01T05:14:45-06:00")
        }
    }

    @Test("a watch is found only under its own request")
    func otherRequest() async throws {
        try await TestDesk.run { desk in
            let (one, other) = (try await desk.request(), try await desk.request())
            let body: JSON = ["person_id": .integer(desk.id(.auditor))]
            let id = try await desk.create(.specialist, "/v1/requests/\(one)/watches", body)
            for verb in [Verb.get, .patch, .delete] {
                try await desk.expect(404, .specialist, verb, "/v1/requests/\(other)/watches/\(id)")
            }
            try await desk.expect(404, .specialist, .post, "/v1/requests/999999/watches", body)
            try await desk.expect(404, .specialist, .get, "/v1/requests/999999/watches")
        }
    }
}
