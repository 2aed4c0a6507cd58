import Testing
import Wire

/// What requesters do with their requests without a role.
@Suite struct RequesterTests {
    private static let withdrawal: JSON = ["status": "completed", "completion_reason": "withdrawn"]
    private static let reopening: JSON = ["status": "assigned"]

    private static func request(_ desk: TestDesk) async throws -> String {
        let path = "/v1/requests/\(try await desk.request())"
        try await desk.expect(200, .specialist, .patch, path, ["requested_for_id": .integer(desk.id(.otherUser))])
        return path
    }

    @Test("whoever asked, and for whom was asked, withdraws an open request", arguments: [Who.endUser, .otherUser])
    func withdraw(who: Who) async throws {
        try await TestDesk.run { desk in
            let path = try await Self.request(desk)
            try await desk.expect(200, .specialist, .patch, path, ["status": "in_progress"])
            desk.clock.advance(seconds: 60)
            let done = try await desk.expect(200, who, .patch, path, Self.withdrawal)
            #expect(done["status"] == "completed" && done["completion_reason"] == "withdrawn")
            #expect(done["completed_at"] == "2023-02-01T05:15:45-06:00" && done["updated_at"] == done["completed_at"])
            let line = try #require(try await desk.audit(path).last)
            #expect(line["user"] == desk.reference(who))
            #expect(line["changes"]?["status"] == ["in_progress", "completed"])
            // The same once more is no change.
            let before = try await desk.snapshot()
            try await desk.expect(200, who, .patch, path, Self.withdrawal)
            #expect(try await desk.snapshot() == before)
        }
    }

    @Test("they open a completed request again for 28 days", arguments: [Who.endUser, .otherUser])
    func reopen(who: Who) async throws {
        try await TestDesk.run { desk in
            let path = try await Self.request(desk)
            try await desk.expect(
                200, .specialist, .patch, path, ["status": "completed", "completion_reason": "solved"])
            desk.clock.advance(seconds: 28 * 86_400)
            let open = try await desk.expect(200, who, .patch, path, Self.reopening)
            #expect(open["status"] == "assigned" && open["completed_at"] == .null && open["reopen_count"] == 1)
            #expect(open["updated_at"] == "2023-03-01T05:14:45-06:00")
            #expect(try await desk.audit(path).last?["user"] == desk.reference(who))
            let before = try await desk.snapshot()
            try await desk.expect(200, who, .patch, path, Self.reopening)
            #expect(try await desk.snapshot() == before)

            try await desk.expect(
                200, .specialist, .patch, path, ["status": "completed", "completion_reason": "solved"])
            desk.clock.advance(seconds: 28 * 86_400 + 1)
            try await desk.expect(403, who, .patch, path, Self.reopening)
            try await desk.expect(
                403, who, .post, "\(path)/dissatisfied", ["note": "Broken again", "reopen": true])
            try await desk.expect(200, .specialist, .patch, path, Self.reopening)
        }
    }

    @Test("they change nothing else")
    func nothingElse() async throws {
        try await TestDesk.run { desk in
            let path = try await Self.request(desk)
            let others: [JSON] = [
                [:], ["subject": "Mine"], ["status": "completed"], ["completion_reason": "withdrawn"],
                ["status": "completed", "completion_reason": "solved"], ["status": "in_progress"],
                ["status": "completed", "completion_reason": "withdrawn", "subject": "Mine"],
                ["status": "completed", "completion_reason": "withdrawn", "note": "No more"],
                ["status": "completed", "completion_reason": "withdrawn", "impact": "none at all"],
                ["status": "assigned", "urgent": true], ["status": "nonsense"], ["note": "Hello"],
            ]
            for body in others { try await desk.expect(403, .endUser, .patch, path, body) }
            try await desk.expect(200, .specialist, .patch, path, ["status": "in_progress"])
            try await desk.expect(403, .endUser, .patch, path, Self.reopening)
            try await desk.expect(
                200, .specialist, .patch, path, ["status": "completed", "completion_reason": "solved"])
            for body in others + [Self.withdrawal] { try await desk.expect(403, .endUser, .patch, path, body) }
        }
    }

    @Test("nobody else does, whatever they see")
    func others() async throws {
        try await TestDesk.run { desk in
            let path = "/v1/requests/\(try await desk.request())"
            try await desk.expect(
                200, .specialist, .post, "\(path)/watches", ["person_id": .integer(desk.id(.otherUser))])
            for who in [Who.otherUser, .auditor, .directoryAdministrator] {
                try await desk.expect(403, who, .patch, path, Self.withdrawal)
            }
            try await desk.expect(404, .outsider, .patch, path, Self.withdrawal)
            try await desk.expect(200, .endUser, .patch, path, Self.withdrawal)
            for who in [Who.otherUser, .auditor, .directoryAdministrator] {
                try await desk.expect(403, who, .patch, path, Self.reopening)
            }
            let narrow = ["Authorization": "Bearer \(try await desk.token(.endUser, scopes: "request:R"))"]
            try await desk.expect(403, nil, .patch, path, Self.reopening, headers: narrow)
            try await desk.expect(200, .administrator, .post, "\(path)/archive")
            try await desk.expect(422, .endUser, .patch, path, Self.reopening, refused: ["archived"])
        }
    }

    @Test("a request that others were grouped into is not withdrawn by its requester")
    func group() async throws {
        try await TestDesk.run { desk in
            let path = try await Self.request(desk)
            let member = "/v1/requests/\(try await desk.request(.analyst))"
            let group = JSON.integer(Int64(path.split(separator: "/").last ?? "") ?? 0)
            try await desk.expect(200, .specialist, .patch, member, ["grouped_into_id": group])
            try await desk.expect(403, .endUser, .patch, path, Self.withdrawal)
            // A member is its requester's own.
            try await desk.expect(200, .specialist, .patch, member, ["requested_by_id": .integer(desk.id(.endUser))])
            try await desk.expect(200, .endUser, .patch, member, Self.withdrawal)
            #expect(try await desk.status(path) == "assigned")
        }
    }
}
