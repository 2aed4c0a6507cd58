import ServiceDesk
import Testing
import Wire

/// Requests by who watches them.
@Suite struct WatchedListTests {
    @Test("what one watches is a list of its own, of every account, whatever else one sees")
    func watchedByMe() async throws {
        try await TestDesk.run { desk in
            var ids: [Int64] = []
            for subject in ["C", "A", "B", "D"] {
                ids.append(try await desk.request(.endUser, [("subject", .string(subject))]))
            }
            for id in ids[..<3] {
                try await desk.watch(id, .analyst)
                try await desk.watch(id, .foreigner)
            }
            try await desk.watch(ids[3], .endUser)
            for who in [Who.analyst, .foreigner] {
                for path in [
                    "/v1/requests/watched_by_me", "/v1/requests?predefined_filter=watched_by_me",
                    "/v1/requests?watcher=\(desk.id(who))", "/v1/requests?watcher_id=\(desk.id(who))",
                ] {
                    let list = try await desk.get(who, path)
                    #expect(list.itemIDs == [ids[2], ids[1], ids[0]] && list.total == 3, "\(who) \(path)")
                }
                let path = "/v1/requests/watched_by_me"
                #expect(try await desk.get(who, "\(path)?sort=subject").itemIDs == [ids[1], ids[2], ids[0]])
                #expect(try await desk.get(who, "\(path)?subject=A").itemIDs == [ids[1]])
                let page = try await desk.get(who, "\(path)?per_page=2&sort=id")
                #expect(page.itemIDs == Array(ids[..<2]) && page.total == 3)
                #expect(try await desk.get(who, try #require(page.links["next"])).itemIDs == [ids[2]])
                #expect(try await desk.get(who, "\(path)?per_page=2&page=2").itemIDs == [ids[0]])
            }
            #expect(try await desk.get(.foreigner, "/v1/requests/watched_by_me").items[0]["account"] == TestDesk.wna)
            #expect(try await desk.get(.foreigner, "/v1/requests/watched_by_me?account=wna").total == 3)
            #expect(try await desk.get(.foreigner, "/v1/requests/watched_by_me?account=").total == 0)
            #expect(try await desk.get(.specialist, "/v1/requests/watched_by_me").total == 0)
        }
    }

    @Test("who watches what one does not see is not told")
    func others() async throws {
        try await TestDesk.run { desk in
            let (seen, unseen) = (try await desk.request(), try await desk.request(.otherUser))
            for id in [seen, unseen] { try await desk.watch(id, .analyst) }
            let query = "/v1/requests?watcher=\(desk.id(.analyst))"
            #expect(try await desk.get(.specialist, query).itemIDs == [unseen, seen])
            let list = try await desk.get(.endUser, query)
            #expect(list.itemIDs == [seen] && list.total == 1)
            for who in [Who.outsider, .foreigner] { #expect(try await desk.get(who, query).total == 0) }
            try await desk.watch(seen, .foreigner)
            #expect(try await desk.get(.foreigner, query).itemIDs == [seen])
        }
    }

    @Test("several watchers, none and any, and what is no person")
    func operators() async throws {
        try await TestDesk.run { desk in
            let ids = [try await desk.request(), try await desk.request(), try await desk.request()]
            try await desk.watch(ids[0], .analyst)
            try await desk.watch(ids[1], .auditor)
            try await desk.watch(ids[1], .analyst)
            let (anna, grace) = (desk.id(.analyst), desk.id(.auditor))
            for (query, expected) in [
                ("watcher=\(anna),\(grace)", [ids[1], ids[0]]), ("watcher=!\(grace)", [ids[2], ids[0]]),
                ("watcher=", [ids[2]]), ("watcher=!", [ids[1], ids[0]]), ("watcher!=\(anna),\(grace)", [ids[2]]),
                ("watcher=\(anna)&watcher_id=\(grace)", [ids[1]]), ("watcher=999999", []),
                ("watcher=\(anna)&status=assigned&sort=-updated_at", [ids[1], ids[0]]),
            ] {
                let list = try await desk.get(.specialist, "/v1/requests?\(query)")
                #expect(list.itemIDs == expected && list.total == expected.count, "\(query)")
            }
            for query in ["watcher=anna", "watcher=%3E1", "watcher=1,x"] {
                try await desk.expect(400, .specialist, .get, "/v1/requests?\(query)")
            }
            try await desk.expect(400, .specialist, .get, "/v1/tasks?watcher=1")
            try await desk.expect(404, .specialist, .get, "/v1/tasks/watched_by_me")
        }
    }

    @Test("what is archived leaves the list, and comes back with its watches")
    func moves() async throws {
        try await TestDesk.run { desk in
            let id = try await desk.request()
            try await desk.watch(id, .analyst)
            try await desk.complete(id)
            let list = "/v1/requests/watched_by_me"
            for (move, total) in [("archive", 0), ("restore", 1), ("trash", 0), ("restore", 1)] {
                try await desk.expect(200, .administrator, .post, "/v1/requests/\(id)/\(move)")
                #expect(try await desk.get(.analyst, list).total == total, "\(move)")
            }
        }
    }
}
