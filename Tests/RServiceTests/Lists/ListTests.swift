import Testing
import Wire

@Suite struct ListTests {
    @Test(
        "a collection has the fields of its resource by default",
        arguments: [
            (
                "requests",
                [
                    "id", "sourceID", "subject", "category", "impact", "status", "next_target_at", "completed_at",
                    "team",
                    "member", "grouped_into", "service_instance", "service", "created_at", "updated_at",
                ]
            ),
            ("teams", ["id", "sourceID", "name", "created_at", "updated_at"]),
            ("organizations", ["id", "sourceID", "name", "parent", "manager", "created_at", "updated_at"]),
            ("services", ["id", "sourceID", "name", "provider", "support_team", "created_at", "updated_at"]),
        ])
    func defaultFields(resource: String, fields: [String]) async throws {
        try await TestDesk.run { desk in
            _ = try await desk.request()
            #expect(try await desk.get(.specialist, "/v1/\(resource)").items.first?.keys == fields)
        }
    }

    @Test("fields= gives exactly those and the id, once each")
    func fields() async throws {
        try await TestDesk.run { desk in
            _ = try await desk.request()
            for (asked, keys) in [
                ("subject", ["id", "subject"]), ("subject,id", ["subject", "id"]), ("id", ["id"]),
                ("subject,subject", ["id", "subject"]), ("urgent,requested_by", ["id", "urgent", "requested_by"]),
                ("new_assignment,custom_fields,attachments", ["id", "new_assignment", "custom_fields", "attachments"]),
            ] {
                let list = try await desk.get(.specialist, "/v1/requests?fields=\(asked)")
                #expect(list.items.first?.keys == keys, "\(asked)")
            }
        }
    }

    @Test("every readable field of a record can be selected", arguments: ["requests", "people", "teams", "services"])
    func allFields(resource: String) async throws {
        try await TestDesk.run { desk in
            _ = try await desk.request()
            let id = try #require(try await desk.get(.specialist, "/v1/\(resource)").itemIDs.first)
            let record = try await desk.get(.specialist, "/v1/\(resource)/\(id)").json
            let path = "/v1/\(resource)?id=\(id)&fields=\(record.keys.joined(separator: ","))"
            #expect(try await desk.get(.specialist, path).items == [record])
        }
    }

    @Test("blank sorts as the largest value: last going up, first going down")
    func nulls() async throws {
        try await TestDesk.run { desk in
            let ids = try await desk.pile(4)
            func order(_ sort: String) async throws -> [Int] {
                try await desk.get(.specialist, "/v1/requests?sort=\(sort)").itemIDs.compactMap { id in
                    ids.firstIndex(of: id)
                }
            }
            // Impact is low, blank, blank, top.
            #expect(try await order("impact") == [0, 3, 1, 2])
            #expect(try await order("-impact") == [2, 1, 3, 0])
            #expect(try await order("impact,-id") == [0, 3, 2, 1])
            #expect(try await order("-impact,id") == [1, 2, 3, 0])
            #expect(try await order("completed_at") == [3, 0, 1, 2])
            #expect(try await order("-completed_at") == [2, 1, 0, 3])
        }
    }

    @Test("statuses sort by progress, not by letter")
    func enumerations() async throws {
        try await TestDesk.run { desk in
            for status in ["in_progress", "declined", "waiting_for_customer", "assigned", "on_backlog"] {
                _ = try await desk.request(.specialist, [("status", .string(status))])
            }
            let list = try await desk.get(.specialist, "/v1/requests?sort=status")
            #expect(
                list.items.compactMap { $0["status"]?.text } == [
                    "declined", "on_backlog", "assigned", "in_progress", "waiting_for_customer",
                ])
        }
    }

    @Test("predefined lists hold what their names say, with totals that agree")
    func predefined() async throws {
        try await TestDesk.run { desk in
            let team: [(String, JSON)] = [("team_id", .integer(desk.company.serviceDesk))]
            let mine = try await desk.request(.analyst, team + [("member_id", .integer(desk.id(.specialist)))])
            let ours = try await desk.request(.specialist, team)
            let waits = try await desk.request(
                .analyst, [("requested_by_id", .integer(desk.id(.endUser))), ("status", "waiting_for_customer")])
            let done = try await desk.request(
                .specialist, [("status", "completed"), ("completion_reason", "gone"), ("impact", "top")])
            let review = try await desk.request(.analyst, [("service_id", .integer(desk.company.laptops))])
            let reason: JSON = ["status": "completed", "completion_reason": "workaround"]
            try await desk.expect(200, .specialist, .patch, "/v1/requests/\(review)", reason)
            for (who, list, ids) in [
                (Who.specialist, "open", [mine, ours, waits]), (.specialist, "completed", [done, review]),
                (.specialist, "assigned_to_me", [mine]), (.specialist, "assigned_to_my_team", [mine, ours]),
                (.specialist, "requested_by_or_for_me", [ours, done]), (.endUser, "requested_by_or_for_me", [waits]),
                (.endUser, "waiting_for_me", [waits]), (.specialist, "waiting_for_me", []),
                (.endUser, "open", [waits]), (.endUser, "completed", []),
                (.auditor, "problem_management_review", [review]),
            ] {
                let reply = try await desk.get(who, "/v1/requests/\(list)?sort=id")
                #expect(reply.itemIDs == ids && reply.total == ids.count, "\(who) \(list)")
                let query = try await desk.get(who, "/v1/requests?predefined_filter=\(list)&sort=id")
                #expect(query.itemIDs == ids, "\(who) \(list)")
            }
            try await desk.expect(404, .specialist, .get, "/v1/requests/nonsense")
        }
    }

    @Test("totals follow every change at once, for those with a role and those without")
    func totals() async throws {
        try await TestDesk.run { desk in
            func totals() async throws -> [Int?] {
                var totals: [Int?] = []
                for path in ["", "/open", "/completed", "?status=assigned"] {
                    totals.append(try await desk.get(.specialist, "/v1/requests\(path)").total)
                }
                totals.append(try await desk.get(.endUser, "/v1/requests").total)
                return totals
            }
            #expect(try await totals() == [0, 0, 0, 0, 0])
            let id = try await desk.request()
            _ = try await desk.request(.otherUser)
            #expect(try await totals() == [2, 2, 0, 2, 1])
            try await desk.complete(id)
            #expect(try await totals() == [2, 1, 1, 1, 1])
            try await desk.expect(422, .specialist, .post, "/v1/requests", [:])
            #expect(try await totals() == [2, 1, 1, 1, 1])
            try await desk.expect(200, .specialist, .patch, "/v1/requests/\(id)", ["status": "in_progress"])
            #expect(try await totals() == [2, 2, 0, 1, 1])
        }
    }

    @Test("the requests of one account are not another's")
    func accounts() async throws {
        try await TestDesk.run { desk in
            let (ours, theirs) = (try await desk.request(), try await desk.request(.outsider))
            #expect(try await desk.get(.specialist, "/v1/requests").itemIDs == [ours])
            #expect(try await desk.get(.outsider, "/v1/requests").itemIDs == [theirs])
            try await desk.expect(404, .administrator, .get, "/v1/requests/\(theirs)")
            try await desk.expect(404, .outsider, .get, "/v1/requests/\(ours)")
        }
    }
}
