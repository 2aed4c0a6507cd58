import Testing
import Wire

@Suite struct PagingTests {
    private static let sorts = [
        "id", "-id", "sourceID", "-sourceID", "subject", "-subject", "category", "-category", "impact", "-impact",
        "status", "-status", "next_target_at", "-next_target_at", "completed_at", "-completed_at", "team", "-team",
        "member", "-member", "service", "-service", "created_at", "-created_at", "updated_at", "-updated_at",
        "service_instance", "-status,impact,-id", "impact,-team", "-member,sourceID", "team,-impact,subject",
        "-completed_at,-sourceID", "subject,id", "completed_at,-id", "-status,-id",
    ]

    @Test("links lead forward and backward over every record exactly once, whatever the order", arguments: sorts)
    func walk(sort: String) async throws {
        try await TestDesk.run { desk in
            let ids = try await desk.pile(23)
            let all = try await desk.get(.specialist, "/v1/requests?sort=\(sort)&per_page=100").itemIDs
            #expect(all.sorted() == ids)
            let path = "/v1/requests?sort=\(sort)&per_page=4"
            let forward = try await desk.walk(from: path, "next")
            #expect(forward.flatMap { $0 } == all)
            #expect(forward.map(\.count) == [4, 4, 4, 4, 4, 3])
            // By number alone the pages are the same.
            for (index, page) in forward.enumerated() {
                #expect(try await desk.get(.specialist, "\(path)&page=\(index + 1)").itemIDs == page)
            }
            let backward = try await desk.walk(from: "\(path)&page=6", "prev")
            #expect(backward == forward.reversed())
        }
    }

    @Test(
        "who holds no role walks the same way over what was granted",
        arguments: [
            "-id", "id", "subject", "-impact", "completed_at", "-team,impact",
        ])
    func walkGranted(sort: String) async throws {
        try await TestDesk.run { desk in
            let ids = try await desk.pile(9)
            let watch: JSON = ["person_id": .integer(desk.id(.endUser))]
            for id in ids where id % 3 != 0 {
                try await desk.create(.specialist, "/v1/requests/\(id)/watches", watch)
            }
            func check() async throws {
                let all = try await desk.get(.endUser, "/v1/requests?sort=\(sort)")
                #expect(all.itemIDs.sorted() == ids.filter { $0 % 3 != 0 } && all.total == all.itemIDs.count)
                let path = "/v1/requests?sort=\(sort)&per_page=2"
                let forward = try await desk.walk(.endUser, from: path, "next")
                #expect(forward.flatMap { $0 } == all.itemIDs)
                let backward = try await desk.walk(.endUser, from: "\(path)&page=\(forward.count)", "prev")
                #expect(backward == forward.reversed())
            }
            try await check()
            // The same for a member of a team, to whom a request may be granted twice.
            let member = "/v1/teams/\(desk.company.network)/members/\(desk.id(.endUser))"
            try await desk.expect(200, .administrator, .post, member)
            let team: JSON = ["team_id": .integer(desk.company.network)]
            let twice = try #require(ids.first { $0 % 3 != 0 })
            try await desk.expect(200, .specialist, .patch, "/v1/requests/\(twice)", team)
            try await check()
        }
    }

    @Test("names in the directory are walked too", arguments: ["name", "-name", "organization", "-sourceID,name"])
    func people(sort: String) async throws {
        try await TestDesk.run { desk in
            let all = try await desk.get(.auditor, "/v1/people?sort=\(sort)").itemIDs
            let pages = try await desk.walk(.auditor, from: "/v1/people?sort=\(sort)&per_page=3", "next")
            #expect(pages.flatMap { $0 } == all && all.count == 12)
        }
    }

    @Test("what is added while one walks neither repeats nor hides a record")
    func added() async throws {
        try await TestDesk.run { desk in
            let ids = try await desk.pile(6)
            let first = try await desk.get(.specialist, "/v1/requests?per_page=3")
            _ = try await desk.pile(3)
            let second = try await desk.get(.specialist, try #require(first.links["next"]))
            #expect(first.itemIDs + second.itemIDs == ids.reversed())
        }
    }

    @Test("a page says its size, its number, and the totals; a single record says nothing of the kind")
    func headers() async throws {
        try await TestDesk.run { desk in
            let ids = try await desk.pile(7)
            let page = try await desk.get(.specialist, "/v1/requests?per_page=3&page=2")
            let names = ["Per-Page", "Current-Page", "Total-Pages", "Total-Entries"].map { "X-Pagination-\($0)" }
            #expect(names.map { page.header($0) } == ["3", "2", "3", "7"])
            #expect(Set(page.links.keys) == ["first", "prev", "next"])
            #expect(page.header("Link")?.hasPrefix("<http://") == true)
            let first = try await desk.get(.specialist, "/v1/requests?per_page=3")
            #expect(Set(first.links.keys) == ["next"])
            let last = try await desk.get(.specialist, "/v1/requests?per_page=3&page=3")
            #expect(Set(last.links.keys) == ["first", "prev"])
            #expect(try await desk.get(.specialist, "/v1/requests").header("Link") == nil)
            let one = "/v1/requests/\(ids[0])"
            for path in [one, "/v1/me", "/v1/account", "/v1/rate_limit", "/v1"] {
                let record = try await desk.get(.specialist, path)
                #expect((names + ["Link"]).compactMap { record.header($0) } == [], "\(path)")
            }
            for path in [
                "\(one)/watches", "\(one)/notes", "\(one)/audit", "\(one)/grouped_requests", "/v1/people/1/teams",
            ] {
                #expect(try await desk.get(.specialist, path).total != nil, "\(path)")
            }
        }
    }

    @Test("twenty a page by default, at most a hundred, and past the end nothing but the totals")
    func sizes() async throws {
        try await TestDesk.run { desk in
            _ = try await desk.pile(25)
            #expect(try await desk.get(.specialist, "/v1/requests").items.count == 20)
            let large = try await desk.get(.specialist, "/v1/requests?per_page=101")
            #expect(large.header("X-Pagination-Per-Page") == "100" && large.items.count == 25)
            for page in ["3", "999999999", "9223372036854775807"] {
                let reply = try await desk.get(.specialist, "/v1/requests?page=\(page)")
                #expect(reply.items == [] && reply.total == 25, "\(page)")
                #expect(reply.links["next"] == nil, "\(page)")
            }
        }
    }

    @Test(
        "sizes and numbers that are none are refused",
        arguments: [
            ("per_page=0", "Parameter 'per_page' cannot be less than 1"),
            ("per_page=-1", "Parameter 'per_page' cannot be less than 1"),
            ("per_page=many", "Parameter 'per_page' is not a number"),
            ("per_page=99999999999999999999", "Parameter 'per_page' is not a number"),
            ("page=0", "Parameter 'page' cannot be less than 1"),
            ("page=-9223372036854775808", "Parameter 'page' cannot be less than 1"),
            ("page=two", "Parameter 'page' is not a number"),
        ])
    func refused(query: String, message: String) async throws {
        try await TestDesk.run { desk in
            let reply = try await desk.expect(400, .specialist, .get, "/v1/requests?\(query)")
            #expect(reply.json == ["message": .string(message)])
        }
    }

    @Test("a link keeps everything else that was asked for, with nothing in it that splits a header")
    func linkQuery() async throws {
        try await TestDesk.run { desk in
            _ = try await desk.pile(8)
            let query = "fields=subject,status&sort=-id&per_page=2&status=!completed,declined"
            let page = try await desk.get(.specialist, "/v1/requests/open?\(query)")
            let link = try #require(page.header("Link"))
            #expect(link.hasSuffix(#"; rel="next""#) && link.filter { $0 == "," }.isEmpty)
            #expect(link.contains("fields=subject%2Cstatus&sort=-id&per_page=2&status=!completed%2Cdeclined&page=2"))
            let next = try await desk.get(.specialist, try #require(page.links["next"]))
            #expect(next.items.first?.keys == ["id", "subject", "status"])
        }
    }
}
