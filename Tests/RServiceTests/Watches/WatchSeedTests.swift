import ServiceDesk
import Testing
import Wire

/// The watches of docs/protocol/requests.md#watches, call by call.
@Suite struct WatchSeedTests {
    @Test("the list, one watch and the answer to adding look exactly as in the seed")
    func theSeedsShape() async throws {
        try await TestDesk.run { desk in
            try await desk.grant(.foreigner, Roles(.specialist))
            let request = try await desk.request()
            let path = "/v1/requests/\(request)/watches"
            let added = try await desk.expect(
                200, .foreigner, .post, path, ["person_id": .integer(desk.id(.foreignUser))],
                headers: ["X-4me-Account": "wna"])
            let id = try #require(added["id"]?.integer)
            let account = #"{"id":"pro-product","name":"Widget International"}"#
            let watch = """
                {"added_by":{"id":\(desk.id(.foreigner)),"name":"Howard Tanner","account":\(account)},\
                "created_at":"2023-02-01T05:14:45-06:00","id":\(id),\
                "person":{"id":\(desk.id(.foreignUser)),"name":"Tom Waters","account":\(account)},\
                "updated_at":"2023-02-01T05:14:45-06:00","account":\(account)}
                """
            #expect(added.json.compact == watch)
            #expect(try await desk.get(.specialist, path).json.compact == "[\(watch)]")
            #expect(try await desk.get(.specialist, "\(path)/\(id)").json.compact == watch)
        }
    }

    @Test("the account is left out where it is the account of the call")
    func ownAccount() async throws {
        try await TestDesk.run { desk in
            let request = try await desk.request()
            let watch = try await desk.expect(
                200, .specialist, .post, "/v1/requests/\(request)/watches",
                ["person_id": .integer(desk.id(.otherUser))])
            #expect(watch["account"] == nil)
            #expect(watch["person"] == desk.reference(.otherUser))
            #expect(watch["added_by"] == desk.reference(.specialist))
            #expect(watch.json.keys == ["added_by", "created_at", "id", "person", "updated_at"])
        }
    }

    @Test("a change of the watcher keeps who added it and stamps the change")
    func change() async throws {
        try await TestDesk.run { desk in
            let request = try await desk.request()
            let path = "/v1/requests/\(request)/watches"
            let id = try await desk.create(.specialist, path, ["person_id": .integer(desk.id(.otherUser))])
            desk.clock.advance(seconds: 60)
            let changed = try await desk.expect(
                200, .analyst, .patch, "\(path)/\(id)", ["person_id": .integer(desk.id(.auditor))])
            #expect(changed["person"] == desk.reference(.auditor))
            #expect(changed["added_by"] == desk.reference(.specialist))
            #expect(changed["created_at"] == "2023-02-01T05:14:45-06:00")
            #expect(changed["updated_at"] == "2023-02-01T05:15:45-06:00")
            let lines = try await desk.audit("/v1/requests/\(request)")
            let (old, new) = (desk.reference(.otherUser), desk.reference(.auditor))
            #expect(lines.last?["changes"] == ["watches": [[old], [new]]])
            // Naming the same person again changes nothing, so nothing is written.
            let before = try await desk.snapshot()
            try await desk.expect(
                200, .analyst, .put, "\(path)/\(id)", ["person_id": .integer(desk.id(.auditor))])
            #expect(try await desk.snapshot() == before)
        }
    }

    @Test("one watch is removed with one line of history, and is then gone")
    func remove() async throws {
        try await TestDesk.run { desk in
            let request = try await desk.request()
            let path = "/v1/requests/\(request)/watches"
            let kept = try await desk.create(.specialist, path, ["person_id": .integer(desk.id(.auditor))])
            let id = try await desk.create(.specialist, path, ["person_id": .integer(desk.id(.otherUser))])
            let before = try await desk.audit("/v1/requests/\(request)").count
            let gone = try await desk.expect(204, .specialist, .delete, "\(path)/\(id)")
            #expect(gone.bytes.isEmpty && gone.header("Content-Type") == nil)
            #expect(try await desk.get(.specialist, path).itemIDs == [kept])
            let lines = try await desk.audit("/v1/requests/\(request)")
            #expect(lines.count == before + 1)
            #expect(lines.last?["changes"] == ["watches": [[desk.reference(.otherUser)], []]])
            #expect(lines.last?["user"] == desk.reference(.specialist))
            try await desk.expect(404, .specialist, .delete, "\(path)/\(id)")
            try await desk.expect(404, .specialist, .get, "\(path)/\(id)")
            try await desk.expect(404, .specialist, .patch, "\(path)/\(id)", ["person_id": .integer(desk.id(.analyst))])
        }
    }

    @Test("removing all removes what the caller may remove, with one line of history", arguments: ["", "/"])
    func removeAll(slash: String) async throws {
        try await TestDesk.run { desk in
            let request = try await desk.request()
            let path = "/v1/requests/\(request)/watches"
            let byAnalyst = try await desk.create(.analyst, path, ["person_id": .integer(desk.id(.auditor))])
            try await desk.create(.specialist, path, ["person_id": .integer(desk.id(.otherUser))])
            try await desk.create(.specialist, path, ["person_id": .integer(desk.id(.specialist))])
            let before = try await desk.audit("/v1/requests/\(request)").count
            try await desk.expect(204, .specialist, .delete, path + slash)
            #expect(try await desk.get(.specialist, path).itemIDs == [byAnalyst])
            let lines = try await desk.audit("/v1/requests/\(request)")
            #expect(lines.count == before + 1)
            let there: JSON = [
                desk.reference(.auditor), desk.reference(.otherUser), desk.reference(.specialist),
            ]
            #expect(lines.last?["changes"] == ["watches": [there, [desk.reference(.auditor)]]])
            // Somebody is left whom they may not remove, and nothing was removed.
            try await desk.expect(403, .specialist, .delete, path + slash)
            try await desk.expect(204, .administrator, .delete, path + slash)
            #expect(try await desk.get(.specialist, path).itemIDs == [])
            // Where nobody watches there is nothing to refuse, and nothing to write.
            let snapshot = try await desk.snapshot()
            try await desk.expect(204, .specialist, .delete, path + slash)
            #expect(try await desk.snapshot() == snapshot)
        }
    }
}
