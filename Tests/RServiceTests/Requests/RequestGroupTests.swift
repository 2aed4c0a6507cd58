import Testing
import Wire

@Suite struct RequestGroupTests {
    @Test("joining and leaving a group makes both what they now are")
    func joinAndLeave() async throws {
        try await TestDesk.run { desk in
            let (group, member) = (try await desk.request(), try await desk.request())
            func grouping(_ id: Int64) async throws -> JSON? {
                try await desk.get(.specialist, "/v1/requests/\(id)")["grouping"]
            }
            let path = "/v1/requests/\(member)"
            let joined = try await desk.expect(200, .specialist, .patch, path, ["grouped_into_id": .integer(group)])
            #expect(joined["grouped_into"] == ["id": .integer(group), "subject": "Broken"])
            #expect(joined["grouping"] == "grouped")
            #expect(try await grouping(group) == "group")
            let list = try await desk.get(.specialist, "/v1/requests/\(group)/grouped_requests")
            #expect(list.itemIDs == [member] && list.total == 1)
            #expect(try await desk.get(.specialist, "/v1/requests?grouped_into=\(group)").itemIDs == [member])
            try await desk.expect(200, .specialist, .patch, path, ["grouped_into_id": .null])
            #expect(try await grouping(group) == "none")
            #expect(try await grouping(member) == "none")
        }
    }

    @Test("a request joins neither itself, nor a grouped one, nor one that is not there; a group joins nothing")
    func refusals() async throws {
        try await TestDesk.run { desk in
            let (group, member) = (try await desk.request(), try await desk.request())
            let other = try await desk.request()
            try await desk.expect(
                200, .specialist, .patch, "/v1/requests/\(member)", ["grouped_into_id": .integer(group)])
            for (id, target) in [(other, other), (other, member), (other, 999_999), (group, other)] {
                try await desk.expect(
                    422, .specialist, .patch, "/v1/requests/\(id)", ["grouped_into_id": .integer(target)],
                    refused: ["grouped_into"])
            }
        }
    }

    @Test("who sees the group sees of its members only those they see anyway")
    func sight() async throws {
        try await TestDesk.run { desk in
            let (group, own) = (try await desk.request(), try await desk.request())
            let foreign = try await desk.request(.otherUser, [("subject", "A secret of somebody else")])
            for id in [own, foreign] {
                try await desk.expect(
                    200, .specialist, .patch, "/v1/requests/\(id)", ["grouped_into_id": .integer(group)])
            }
            let list = try await desk.get(.endUser, "/v1/requests/\(group)/grouped_requests")
            #expect(list.itemIDs == [own] && list.total == 1)
            #expect(try await desk.get(.specialist, "/v1/requests/\(group)/grouped_requests").total == 2)
        }
    }
}
