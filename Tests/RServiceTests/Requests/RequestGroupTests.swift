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

    @Test("completing a group completes what is open in it, for the same reason")
    func completion() async throws {
        try await TestDesk.run { desk in
            let group = try await desk.request()
            var members: [Int64] = []
            for _ in 0..<3 { members.append(try await desk.request(.otherUser)) }
            for id in members {
                try await desk.expect(
                    200, .specialist, .patch, "/v1/requests/\(id)", ["grouped_into_id": .integer(group)])
            }
            let done: JSON = ["status": "completed", "completion_reason": "gone"]
            try await desk.expect(200, .specialist, .patch, "/v1/requests/\(members[0])", done)
            let before = try await desk.get(.specialist, "/v1/requests/\(members[0])")
            try await desk.expect(200, .specialist, .patch, "/v1/requests/\(members[1])", ["status": "in_progress"])
            desk.clock.advance(seconds: 60)
            try await desk.expect(
                200, .analyst, .patch, "/v1/requests/\(group)",
                ["status": "completed", "completion_reason": "workaround"])
            #expect(try await desk.get(.specialist, "/v1/requests/\(members[0])").json == before.json)
            for id in members.dropFirst() {
                let member = try await desk.get(.otherUser, "/v1/requests/\(id)")
                #expect(member["status"] == "completed" && member["completion_reason"] == "workaround")
                #expect(member["completed_at"] == "2023-02-01T05:15:45-06:00")
                #expect(member["updated_at"] == member["completed_at"])
                #expect(try await desk.audit("/v1/requests/\(id)").last?["user"] == desk.reference(.analyst))
            }
            #expect(try await desk.get(.specialist, "/v1/requests/open").total == 0)
            // Opening the group again opens nothing else.
            try await desk.expect(200, .specialist, .patch, "/v1/requests/\(group)", ["status": "assigned"])
            #expect(try await desk.get(.specialist, "/v1/requests/open").itemIDs == [group])
        }
    }

    @Test("members are completed with the group alone: another change of it, or of one of them, completes nothing")
    func noCompletion() async throws {
        try await TestDesk.run { desk in
            let (group, member) = (try await desk.request(), try await desk.request())
            let other = try await desk.request()
            for id in [member, other] {
                try await desk.expect(
                    200, .specialist, .patch, "/v1/requests/\(id)", ["grouped_into_id": .integer(group)])
            }
            try await desk.complete(member)
            try await desk.expect(200, .specialist, .patch, "/v1/requests/\(group)", ["status": "in_progress"])
            try await desk.expect(
                422, .specialist, .patch, "/v1/requests/\(group)", ["status": "completed"],
                refused: ["completion_reason"])
            #expect(try await desk.get(.specialist, "/v1/requests/open").itemIDs == [other, group])
        }
    }
}
