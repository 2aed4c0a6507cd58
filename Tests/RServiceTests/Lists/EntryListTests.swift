import Testing
import Wire

/// Lists of what hangs on a record: watches, notes, history.
@Suite struct EntryListTests {
    /// A request with seven watches, notes and lines of history or more.
    private func filled(_ desk: TestDesk) async throws -> String {
        let path = "/v1/requests/\(try await desk.request())"
        let people: [Who] = [
            .administrator, .specialist, .analyst, .manager, .auditor, .endUser, .otherUser, .foreignUser,
        ]
        for who in people {
            try await desk.create(.analyst, "\(path)/watches", ["person_id": .integer(desk.id(who))])
            try await desk.create(.specialist, "\(path)/notes", ["text": .string(who.name)])
            desk.clock.advance(seconds: 1)
        }
        return path
    }

    @Test(
        "they are walked forward and backward like any list",
        arguments: [
            ("watches", ""), ("notes", ""), ("notes", "sort=-id&"), ("notes", "sort=person,-created_at&"),
            ("audit", ""),
            ("notes/public", ""), ("watches", "fields=person&"),
        ])
    func walk(list: String, query: String) async throws {
        try await TestDesk.run { desk in
            let path = try await filled(desk)
            let all = try await desk.get(.specialist, "\(path)/\(list)?\(query)per_page=100")
            #expect(all.items.count >= 8 && all.total == all.items.count)
            let start = "\(path)/\(list)?\(query)per_page=3"
            let forward = try await desk.walk(from: start, "next")
            #expect(forward.flatMap { $0 } == all.itemIDs)
            let backward = try await desk.walk(from: "\(start)&page=\(forward.count)", "prev")
            #expect(backward == forward.reversed())
        }
    }

    @Test("watches are filtered by id and person, oldest first, and by nothing else")
    func watches() async throws {
        try await TestDesk.run { desk in
            let path = "\(try await filled(desk))/watches"
            let all = try await desk.get(.specialist, path)
            #expect(all.itemIDs == all.itemIDs.sorted())
            let eva = desk.id(.endUser)
            let found = try await desk.get(.specialist, "\(path)?person_id=\(eva)")
            #expect(found.total == 1 && found.items.first?["person"] == desk.reference(.endUser))
            let id = try #require(found.itemIDs.first)
            #expect(try await desk.get(.specialist, "\(path)?id=\(id)").itemIDs == [id])
            let slim = try await desk.get(.specialist, "\(path)?person=\(eva)&fields=person")
            #expect(slim.items == [["id": .integer(id), "person": desk.reference(.endUser)]])
            for query in ["added_by=1", "sort=person", "fields=subject", "per_page=0", "status=x"] {
                try await desk.expect(400, .specialist, .get, "\(path)?\(query)")
            }
        }
    }

    @Test("the history is newest first, by time too, and hidden with its record")
    func history() async throws {
        try await TestDesk.run { desk in
            let path = try await filled(desk)
            let lines = try await desk.get(.auditor, "\(path)/audit")
            #expect(lines.itemIDs == lines.itemIDs.sorted(by: >) && lines.total == 9)
            #expect(lines.items.last?["action"] == "create")
            let late = try await desk.get(.auditor, "\(path)/audit?created_at=>2023-02-01T11:14:50Z")
            #expect(late.total == 2)
            for who in [Who.outsider, .foreigner] { try await desk.expect(404, who, .get, "\(path)/audit") }
            try await desk.expect(405, .administrator, .delete, "\(path)/audit")
        }
    }
}
