import Testing
import Wire

@Suite struct CursorTests {
    private func cursor(_ desk: TestDesk, _ path: String) async throws -> String {
        let next = try #require(try await desk.get(.specialist, path).links["next"])
        let place = try #require(next.firstRange(of: "search_after="))
        return String(next[place.upperBound...])
    }

    @Test("a cursor that was changed is refused")
    func tampering() async throws {
        try await TestDesk.run { desk in
            _ = try await desk.pile(4)
            let cursor = try await cursor(desk, "/v1/requests?per_page=2")
            _ = try await desk.get(.specialist, "/v1/requests?per_page=2&search_after=\(cursor)")
            var changed: [String] = ["x", "AAAA", "%00", String(cursor.dropLast()), cursor + "A", cursor + cursor]
            for place in stride(from: 0, to: cursor.count, by: 5) {
                var text = Array(cursor)
                text[place] = text[place] == "A" ? "B" : "A"
                changed.append(String(text))
            }
            for text in changed {
                let reply = try await desk.expect(
                    400, .specialist, .get, "/v1/requests?per_page=2&search_after=\(text)")
                #expect(reply["message"] == "Parameter 'search_after' is not a cursor of this list", "\(text)")
            }
        }
    }

    @Test(
        "a cursor of another list is refused",
        arguments: [
            "/v1/requests?sort=id", "/v1/requests?sort=-subject", "/v1/requests/open", "/v1/requests?status=assigned",
            "/v1/people", "/v1/requests/1/audit", "/v1/requests?team_id=1",
        ])
    func otherList(path: String) async throws {
        try await TestDesk.run { desk in
            _ = try await desk.pile(4)
            let cursor = try await cursor(desk, "/v1/requests?per_page=2")
            let separator = path.contains("?") ? "&" : "?"
            for parameter in ["search_after", "search_before"] {
                try await desk.expect(400, .specialist, .get, "\(path)\(separator)\(parameter)=\(cursor)")
            }
        }
    }

    @Test("a cursor of a list filtered by one value is refused with another")
    func otherValue() async throws {
        try await TestDesk.run { desk in
            _ = try await desk.pile(8)
            let cursor = try await cursor(desk, "/v1/requests?per_page=1&subject=Subject%201")
            try await desk.expect(
                400, .specialist, .get, "/v1/requests?per_page=1&subject=Subject%202&search_after=\(cursor)")
        }
    }

    @Test("a cursor of one person is refused from another who sees other records")
    func otherPerson() async throws {
        try await TestDesk.run { desk in
            _ = try await desk.pile(4)
            let cursor = try await cursor(desk, "/v1/requests?per_page=2")
            try await desk.expect(400, .endUser, .get, "/v1/requests?search_after=\(cursor)")
            try await desk.expect(400, .outsider, .get, "/v1/requests?search_after=\(cursor)")
        }
    }

    @Test("both cursors at once are refused; fields and sizes may change on the way")
    func both() async throws {
        try await TestDesk.run { desk in
            let ids = try await desk.pile(5)
            let cursor = try await cursor(desk, "/v1/requests?per_page=2")
            let path = "/v1/requests?search_after=\(cursor)"
            try await desk.expect(400, .specialist, .get, "\(path)&search_before=\(cursor)")
            let rest = try await desk.get(.specialist, "\(path)&fields=status&per_page=50")
            #expect(rest.itemIDs == [ids[2], ids[1], ids[0]])
        }
    }

    @Test("lists that only differ in what they are sorted by keep their cursors apart", arguments: [true, false])
    func sharedShape(filteredFirst: Bool) async throws {
        try await TestDesk.run { desk in
            let ids = try await desk.pile(11)
            // Fields that no other test asks for together, so that this test alone decides which list comes first.
            let fields = "fields=rfc_type,\(filteredFirst ? "urgent" : "reviewed")&per_page=3"
            let blank = "/v1/requests?\(fields)&member=&sort=id"
            let sorted = "/v1/requests?\(fields)&sort=member"
            for path in filteredFirst ? [blank, sorted] : [sorted, blank] {
                let found = try await desk.walk(from: path, "next").flatMap { $0 }
                #expect(found.count == (path == blank ? ids.count - 2 : ids.count), "\(path)")
            }
        }
    }
}
