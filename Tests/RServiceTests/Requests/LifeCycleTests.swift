import Testing
import Wire

/// Archive, trash and restore (docs/protocol/general.md#archive-trash-restore).
@Suite struct LifeCycleTests {
    @Test("a completed request goes to the archive and back, and lists and totals follow at once")
    func archive() async throws {
        try await TestDesk.run { desk in
            let (id, other) = (try await desk.request(), try await desk.request())
            let path = "/v1/requests/\(id)"
            try await desk.complete(id)
            func lists() async throws -> [Int?] {
                var totals: [Int?] = []
                for list in ["", "/completed", "/open"] {
                    totals.append(try await desk.get(.specialist, "/v1/requests\(list)").total)
                }
                totals.append(try await desk.get(.endUser, "/v1/requests").total)
                return totals
            }
            #expect(try await lists() == [2, 1, 1, 2])
            let archived = try await desk.expect(200, .administrator, .post, "\(path)/archive")
            #expect(archived["archived"] == "true" && archived["trashed"] == nil)
            #expect(try await lists() == [1, 0, 1, 1])
            #expect(try await desk.get(.specialist, "/v1/requests").itemIDs == [other])
            #expect(try await desk.get(.endUser, "/v1/requests").itemIDs == [other])
            #expect(try await desk.get(.endUser, path)["archived"] == "true")
            let restored = try await desk.expect(200, .administrator, .post, "\(path)/restore")
            #expect(restored["archived"] == nil && restored["status"] == "completed")
            #expect(try await lists() == [2, 1, 1, 2])
            let moves = try await desk.audit(path).compactMap { $0["changes"]?["life_cycle"] }
            #expect(moves == [["active", "archived"], ["archived", "active"]])
        }
    }

    @Test("a trashed request is found by nobody, and only restoring brings it back")
    func trash() async throws {
        try await TestDesk.run { desk in
            let id = try await desk.request()
            let path = "/v1/requests/\(id)"
            try await desk.complete(id)
            let trashed = try await desk.expect(200, .directoryAdministrator, .post, "\(path)/trash")
            #expect(trashed["trashed"] == "true" && trashed["archived"] == nil)
            for who in [Who.specialist, .administrator, .endUser] {
                try await desk.expect(404, who, .get, path)
                try await desk.expect(404, who, .get, "\(path)/watches")
                try await desk.expect(404, who, .get, "\(path)/notes")
            }
            try await desk.expect(404, .specialist, .patch, path, ["subject": "x"])
            try await desk.expect(404, .administrator, .post, "\(path)/archive")
            #expect(try await desk.get(.specialist, "/v1/requests").total == 0)
            try await desk.expect(200, .administrator, .post, "\(path)/restore", [:])
            #expect(try await desk.get(.endUser, "/v1/requests").itemIDs == [id])
        }
    }

    @Test("an archived request can be trashed, and one move made twice is one move")
    func archivedThenTrashed() async throws {
        try await TestDesk.run { desk in
            let id = try await desk.request()
            let path = "/v1/requests/\(id)"
            try await desk.complete(id)
            try await desk.expect(200, .administrator, .post, "\(path)/archive")
            let before = try await desk.snapshot()
            try await desk.expect(200, .administrator, .post, "\(path)/archive")
            #expect(try await desk.snapshot() == before)
            try await desk.expect(200, .administrator, .post, "\(path)/trash")
            try await desk.expect(404, .specialist, .get, path)
            try await desk.expect(200, .administrator, .post, "\(path)/restore")
            #expect(try await desk.get(.specialist, "/v1/requests/completed").itemIDs == [id])
        }
    }

    @Test("only account and directory administrators move requests", arguments: ["archive", "trash", "restore"])
    func roles(move: String) async throws {
        try await TestDesk.run { desk in
            let id = try await desk.request()
            let path = "/v1/requests/\(id)/\(move)"
            try await desk.complete(id)
            for who in [Who.specialist, .analyst, .manager, .auditor, .endUser] {
                try await desk.expect(403, who, .post, path)
            }
            for who in [Who.otherUser, .outsider, .foreigner] { try await desk.expect(404, who, .post, path) }
            try await desk.expect(200, .administrator, .post, path)
            try await desk.expect(404, .administrator, .post, "/v1/requests/999999/\(move)")
        }
    }

    @Test("a request that is not completed is neither archived nor trashed", arguments: ["archive", "trash"])
    func notCompleted(move: String) async throws {
        try await TestDesk.run { desk in
            let id = try await desk.request()
            try await desk.expect(
                422, .administrator, .post, "/v1/requests/\(id)/\(move)", refused: ["status"])
        }
    }

    @Test("an archived member of a group is not among the group's requests")
    func groupedRequests() async throws {
        try await TestDesk.run { desk in
            let (group, member) = (try await desk.request(), try await desk.request())
            let body: JSON = ["grouped_into_id": .integer(group)]
            try await desk.expect(200, .specialist, .patch, "/v1/requests/\(member)", body)
            try await desk.complete(member)
            try await desk.expect(200, .administrator, .post, "/v1/requests/\(member)/archive")
            #expect(try await desk.get(.specialist, "/v1/requests/\(group)/grouped_requests").total == 0)
        }
    }
}
