import Resources
import Testing
import Wire

/// Links to neighbouring pages of lists with long queries, and of pages that end early.
@Suite struct LinkTests {
    private func link(_ relation: String, _ reply: Reply) -> String? {
        let part = reply.header("Link")?.split(separator: ",").first { $0.contains("rel=\"\(relation)\"") }
        // `<http://localhost/v1/…>`
        return part?.split(separator: ">").first?.split(separator: "/", maxSplits: 2).last.map { "/" + $0 }
    }

    private func ids(_ reply: Reply) -> [Int64] {
        guard case .array(let items) = reply.json else { return [] }
        return items.compactMap { item in
            if case .integer(let id)? = item["id"] { id } else { nil }
        }
    }

    @Test("a query of five hundred numbers is walked both ways by short links")
    func numbers() async throws {
        try await TestDesk.run { desk in
            var made: [Int64] = []
            for number in 0..<7 {
                let reply = try await desk.expect(
                    201, .specialist, .post, "/v1/requests",
                    ["subject": .string("Number \(number)"), "category": "other"])
                if case .integer(let id)? = reply.json["id"] { made.append(id) }
            }
            let wanted = (made + (1_000..<1_493).map { Int64($0 * 977) }).map(String.init).joined(separator: ",")
            var next: String? = "/v1/requests?ids=\(wanted)&per_page=2&fields=subject"
            var (seen, last): ([Int64], String?) = ([], nil)
            while let path = next {
                let reply = try await desk.get(.specialist, path)
                #expect((reply.header("Link") ?? "").utf8.count <= 4_096)
                #expect(reply.header("X-Pagination-Total-Entries") == "7")
                seen += ids(reply)
                (last, next) = (path, link("next", reply))
            }
            #expect(seen == made.reversed())
            var back: [Int64] = []
            while let path = last {
                let reply = try await desk.get(.specialist, path)
                back = ids(reply) + back
                last = link("prev", reply)
            }
            #expect(back == made.reversed())
        }
    }

    @Test("a query too long to be linked is refused, whatever it finds")
    func text() async throws {
        try await TestDesk.run { desk in
            let long = String(repeating: "x", count: 3_000)
            let reply = try await desk.expect(400, .specialist, .get, "/v1/requests?subject=\(long)")
            #expect(
                reply.json == ["message": "The query is too long: its pages could not be linked to each other"])
            _ = try await desk.get(.specialist, "/v1/requests?subject=\(String(repeating: "x", count: 1_500))")
        }
    }

    @Test("a page that a link leads to ends early once it is long, and the next goes on; others are whole")
    func bytes() async throws {
        try await TestDesk.run { desk in
            let field: JSON = ["id": "text", "value": .string(String(repeating: "x", count: 60_000))]
            for number in 0..<50 {
                try await desk.expect(
                    201, .specialist, .post, "/v1/requests",
                    ["subject": .string("\(number)"), "category": "other", "custom_fields": .array([field])])
            }
            let path = "/v1/requests?fields=custom_fields&per_page=25"
            let first = try await desk.get(.specialist, path)
            #expect(ids(first).count == 25)
            let second = try await desk.get(.specialist, try #require(link("next", first)))
            #expect(ids(second).count > 10 && ids(second).count < 25)
            #expect(second.bytes.count < Limits.pageBytes + 70_000)
            let third = try await desk.get(.specialist, try #require(link("next", second)))
            #expect(Set(ids(first) + ids(second) + ids(third)).count == 50 && link("next", third) == nil)
            let back = try await desk.get(.specialist, try #require(link("prev", third)))
            #expect(ids(back) == ids(second).suffix(ids(back).count))
            #expect(ids(try await desk.get(.specialist, path + "&page=1")) == ids(first))
            #expect(ids(try await desk.get(.specialist, path + "&page=2")) == ids(second) + ids(third))
        }
    }
}
