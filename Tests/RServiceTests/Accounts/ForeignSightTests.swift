import ServiceDesk
import Testing
import Wire

/// Who is named on a record of another account sees it from their own.
@Suite struct ForeignSightTests {
    @Test("one is seen with its account, and so is what hangs on it; nothing else of that account is")
    func one() async throws {
        try await TestDesk.run { desk in
            let (seen, unseen) = (try await desk.request(), try await desk.request())
            let path = "/v1/requests/\(seen)"
            try await desk.create(.specialist, "\(path)/notes", ["text": "Open"])
            try await desk.create(.specialist, "\(path)/notes", ["text": "Between us", "internal": true])
            for who in [Who.foreignUser, .foreigner] {
                try await desk.expect(404, who, .get, path)
                try await desk.watch(seen, who)
                let request = try await desk.get(who, path)
                #expect(request["account"] == TestDesk.wna && request["subject"] == "Broken")
                #expect(request["requested_by"]?["account"] == TestDesk.wna)
                #expect(try await desk.get(who, "\(path)/notes").items.map { $0["text"] } == ["Open"])
                #expect(try await desk.get(who, "\(path)/notes/internal").total == 0)
                #expect(try await desk.get(who, "\(path)/watches").items.last?["person"] == desk.reference(who))
                let lines = try await desk.get(who, "\(path)/audit")
                #expect(lines.total ?? 0 >= 2 && lines.items.last?["action"] == "create")
                for further in ["", "/notes", "/watches", "/audit"] {
                    try await desk.expect(404, who, .get, "/v1/requests/\(unseen)\(further)")
                }
                for other in ["people/\(desk.id(.endUser))", "teams/\(desk.company.network)"] {
                    try await desk.expect(404, who, .get, "/v1/\(other)")
                }
                // Where it is, it shows none.
                let there = try await desk.get(who, path, headers: ["X-4me-Account": "wna"])
                #expect(there["account"] == nil && there["requested_by"] == desk.reference(.endUser))
            }
            // Nobody trusts wdc, and what nobody granted is not seen.
            try await desk.expect(404, .outsider, .get, path)
        }
    }

    @Test("a list has one's own account's as far as they are seen and the foreign ones, in one order")
    func lists() async throws {
        try await TestDesk.run { desk in
            let first = try await desk.request(.endUser, [("subject", "B")])
            let own = try await desk.request(.foreigner, [("subject", "A")])
            _ = try await desk.request()
            let last = try await desk.request(.endUser, [("subject", "C")])
            for request in [first, last] { try await desk.watch(request, .foreigner) }
            try await desk.watch(last, .foreignUser)
            // By role, and by grant.
            let all = try await desk.get(.foreigner, "/v1/requests")
            #expect(all.itemIDs == [last, own, first] && all.total == 3)
            #expect(all.items.map { $0["account"] } == [TestDesk.wna, nil, TestDesk.wna])
            #expect(try await desk.get(.foreigner, "/v1/requests?sort=subject").itemIDs == [own, first, last])
            #expect(try await desk.get(.foreigner, "/v1/requests/open?sort=-subject").itemIDs == [last, first, own])
            let page = try await desk.get(.foreigner, "/v1/requests?per_page=2")
            #expect(page.itemIDs == [last, own] && page.total == 3)
            #expect(try await desk.get(.foreigner, try #require(page.links["next"])).itemIDs == [first])
            #expect(try await desk.get(.foreigner, "/v1/requests?per_page=2&page=2").itemIDs == [first])
            // By grants alone.
            let granted = try await desk.get(.foreignUser, "/v1/requests")
            #expect(granted.itemIDs == [last] && granted.total == 1 && granted.items[0]["account"] == TestDesk.wna)
            // By the id of the account, from either.
            for (query, ids) in [
                ("account=wna", [last, first]), ("account=pro-product", [own]), ("account=", [own]),
                ("account=!", [last, first]), ("account!=wna", [own]), ("account=wdc", []),
                ("account=wna&sort=subject", [first, last]), ("account=wna,pro-product&sort=id", [first, own, last]),
            ] {
                let list = try await desk.get(.foreigner, "/v1/requests?\(query)")
                #expect(list.itemIDs == ids && list.total == ids.count, "\(query)")
            }
            let there = ["X-4me-Account": "wna"]
            let away = try await desk.get(.foreigner, "/v1/requests", headers: there)
            #expect(away.itemIDs == [last, own, first] && away.items[1]["account"] == TestDesk.pro)
            #expect(
                try await desk.get(.foreigner, "/v1/requests?account=wna", headers: there).itemIDs == [last, first])
            try await desk.expect(400, .foreigner, .get, "/v1/requests?account=%3Ewna")
            try await desk.expect(400, .foreigner, .get, "/v1/requests/\(first)/notes?account=wna")
            // The account's own people see no more than before.
            #expect(try await desk.get(.specialist, "/v1/requests").total == 3)
            #expect(try await desk.get(.outsider, "/v1/requests").total == 0)
        }
    }

    @Test("a grant that ends, or a record that is archived, leaves the list and the totals")
    func ends() async throws {
        try await TestDesk.run { desk in
            let id = try await desk.request()
            let path = "/v1/requests/\(id)"
            let watch = try await desk.create(
                .specialist, "\(path)/watches", ["person_id": .integer(desk.id(.foreigner))])
            #expect(try await desk.get(.foreigner, "/v1/requests").total == 1)
            try await desk.complete(id)
            try await desk.expect(200, .administrator, .post, "\(path)/archive")
            #expect(try await desk.get(.foreigner, "/v1/requests").total == 0)
            #expect(try await desk.get(.foreigner, path)["archived"] == "true")
            try await desk.expect(200, .administrator, .post, "\(path)/trash")
            try await desk.expect(404, .foreigner, .get, path)
            try await desk.expect(200, .administrator, .post, "\(path)/restore")
            #expect(try await desk.get(.foreigner, "/v1/requests").itemIDs == [id])
            try await desk.expect(204, .analyst, .delete, "\(path)/watches/\(watch)")
            #expect(try await desk.get(.foreigner, "/v1/requests").total == 0)
            try await desk.expect(404, .foreigner, .get, path)
        }
    }

    @Test("a foreign team one is a member of is seen with its account and its members")
    func teams() async throws {
        try await TestDesk.run { desk in
            let path = "/v1/teams/\(desk.company.network)"
            try await desk.expect(200, .administrator, .post, "\(path)/members/\(desk.id(.foreigner))")
            let team = try await desk.get(.foreigner, path)
            #expect(team["name"] == "Network" && team["account"] == TestDesk.wna)
            let members = try await desk.get(.foreigner, "\(path)/members")
            #expect(members.itemIDs == [desk.id(.foreigner), desk.id(.manager)])
            #expect(members.items.map { $0["account"] } == [nil, TestDesk.wna])
            try await desk.expect(404, .foreigner, .get, "/v1/people/\(desk.id(.manager))")
            #expect(try await desk.get(.foreigner, "/v1/teams").itemIDs == [desk.company.network])
            // An administrator at home is none there.
            try await desk.grant(.foreigner, Roles(.accountAdministrator), in: "pro-product")
            for (verb, further) in [
                (Verb.patch, ""), (.delete, "/members"), (.post, "/members/\(desk.id(.foreignUser))"),
            ] {
                try await desk.expect(403, .foreigner, verb, path + further, verb == .patch ? ["name": "X"] : nil)
            }
        }
    }

    @Test("an approver answers from their own account, and is told of others' summaries as there")
    func approvals() async throws {
        try await TestDesk.run { desk in
            let workflow = try await desk.workflow()
            let task = try await desk.task(workflow, "approval", with: [("required_approvals", 2)])
            let other = try await desk.task(workflow)
            try await desk.ask(task, .foreigner, .endUser)
            let path = "/v1/tasks/\(task)"
            #expect(try await desk.get(.foreigner, path)["account"] == TestDesk.wna)
            #expect(try await desk.get(.foreigner, "/v1/tasks/approval_by_me").itemIDs == [task])
            // A specialist at home sees all there, and here only what they are asked.
            let approvals = try await desk.get(.foreigner, "\(path)/approvals").items
            #expect(approvals.count == 2)
            for approval in approvals {
                let isTheirs = approval["approver"]?["id"] == .integer(desk.id(.foreigner))
                #expect((approval["attachment"] != .null) == isTheirs)
                let one = try await desk.get(.foreigner, "\(path)/approvals/\(approval["id"]?.integer ?? 0)")
                #expect((one["attachment"] != .null) == isTheirs)
            }
            let around = [workflow, workflow + "/tasks", "/v1/tasks/\(other)"]
            for seen in around { _ = try await desk.get(.foreigner, seen) }
            try await desk.expect(403, .foreigner, .patch, "/v1/tasks/\(other)", ["subject": "Mine"])
            try await desk.expect(403, .foreigner, .patch, workflow, ["subject": "Mine"])
            try await desk.expect(403, .foreigner, .patch, path, ["subject": "Mine"])
            try await desk.expect(
                403, .foreigner, .post, "\(path)/approvals", ["approver_id": .integer(desk.id(.auditor))])
            try await desk.set(task, "approved", by: .foreigner)
            #expect(try await desk.approvals(task) == ["approved", "assigned"])
            for unseen in around { try await desk.expect(404, .foreigner, .get, unseen) }
        }
    }

    @Test("a workflow's manager from another account sees its tasks as far as they are named on them")
    func workflows() async throws {
        try await TestDesk.run { desk in
            try await desk.grant(.foreigner, Roles(.workflowManager))
            let path = try await desk.workflow([("manager_id", .integer(desk.id(.foreigner)))])
            let task = try await desk.task(path)
            let requests = [try await desk.request(), try await desk.request()]
            for request in requests {
                try await desk.expect(200, .workflowManager, .post, "\(path)/requests/\(request)")
            }
            try await desk.watch(requests[0], .foreigner)
            #expect(try await desk.get(.foreigner, path)["account"] == TestDesk.wna)
            #expect(try await desk.get(.foreigner, "\(path)/tasks").itemIDs == [task])
            #expect(try await desk.get(.foreigner, "\(path)/requests/open").itemIDs == [requests[0]])
            // By their role there, wherever they work.
            try await desk.expect(201, .foreigner, .post, "\(path)/phases", ["name": "First"])
            _ = try await desk.create(
                .foreigner, "\(path)/tasks",
                [
                    "subject": "More", "category": "implementation", "team_id": .integer(desk.company.serviceDesk),
                    "planned_duration": 60,
                ])
        }
    }
}
