import Testing
import Wire

/// Filters of docs/protocol/general.md#filters, over nine requests whose places in the pile are expected.
@Suite struct FilterTests {
    // By place: subject, impact (incidents are 0, 3, 6), status completed at 3 and 7, team at 0 1 5 6, member at 1 and
    // 6, service at 0 and 6, sourceID at 1 and 5.
    private static let cases: [(String, [Int])] = [
        ("status=completed", [3, 7]), ("status=!completed", [0, 1, 2, 4, 5, 6, 8]),
        ("status!=completed", [0, 1, 2, 4, 5, 6, 8]), ("status=completed,assigned", [0, 1, 2, 3, 4, 5, 6, 7, 8]),
        ("status=!completed,declined", [0, 1, 2, 4, 5, 6, 8]), ("status!=assigned", [3, 7]),
        ("status=whatever", []), ("status=whatever,completed", [3, 7]),
        ("impact=low", [0, 6]), ("impact=low,top", [0, 3, 6]), ("impact=", [1, 2, 4, 5, 7, 8]),
        ("impact=!", [0, 3, 6]), ("impact=!low", [1, 2, 3, 4, 5, 7, 8]), ("impact!=", [0, 3, 6]),
        ("category=incident&impact=top", [3]), ("status=", []), ("status=!", [0, 1, 2, 3, 4, 5, 6, 7, 8]),
        ("subject=Subject%201", [1, 5]), ("subject=Subject+1", [1, 5]), ("subject=subject%201", []),
        ("subject=Subject", []), ("subject!=Subject%201", [0, 2, 3, 4, 6, 7, 8]),
        ("sourceID=S-1", [1]), ("sourceID=", [0, 2, 3, 4, 6, 7, 8]), ("sourceID=!S-1", [0, 2, 3, 4, 5, 6, 7, 8]),
        ("sourceID!=", [1, 5]), ("sourceID=S-1&source=R-Service%20API", [1]),
        ("member=", [0, 2, 3, 4, 5, 7, 8]), ("team=!&member=", [0, 5]), ("completed_at=", [0, 1, 2, 4, 5, 6, 8]),
        ("completed_at=!", [3, 7]), ("next_target_at=no_target", [3, 7]),
        ("next_target_at=best_effort", [0, 1, 2, 4, 5, 6, 8]), ("next_target_at=!no_target", [0, 1, 2, 4, 5, 6, 8]),
        ("grouping=none", [0, 1, 2, 3, 4, 5, 6, 7, 8]), ("grouped_into=", [0, 1, 2, 3, 4, 5, 6, 7, 8]),
        ("created_at=>2023-02-01T11:14:47Z", [8]), ("created_at=>=2023-02-01T11:14:47Z", [5, 6, 7, 8]),
        ("created_at=<2023-02-01T11:14:46Z", [0, 1, 2]), ("created_at=<=2023-02-01T11:14:46Z", [0, 1, 2, 3, 4]),
        ("created_at=2023-02-01T11:14:46Z", [3, 4]), ("created_at=!2023-02-01T11:14:46Z", [0, 1, 2, 5, 6, 7, 8]),
        ("created_at=>2023-02-01T11:14:45Z<2023-02-01T11:14:47Z", [3, 4]),
        ("created_at=>=2023-02-01T11:14:46Z<=2023-02-01T11:14:47Z", [3, 4, 5, 6, 7]),
        ("created_at=%3E2023-02-01T05:14:47-06:00", [8]), ("created_at=%3E2023-02-01T12:14:47+01:00", [8]),
        ("created_at=%3E2023-02-01T12:14:47%2B01:00", [8]), ("created_at=>2023-02-01T05:14:47", [8]),
        ("created_at=>2023-02-01", [0, 1, 2, 3, 4, 5, 6, 7, 8]), ("created_at=>2023-02-02", []),
        ("completed_at=<2030-01-01T00:00:00Z", [3, 7]), ("per_page=50&state=completed", [3, 7]),
        ("predefined_filter=open&impact=low", [0, 6]), ("locale=nl", [0, 1, 2, 3, 4, 5, 6, 7, 8]),
    ]

    @Test("a filter finds what it says", arguments: cases)
    func finds(query: String, places: [Int]) async throws {
        try await TestDesk.run { desk in
            let ids = try await desk.pile(9)
            let reply = try await desk.get(.specialist, "/v1/requests?sort=id&\(query)")
            #expect(reply.itemIDs == places.map { ids[$0] })
            #expect(reply.total == places.count)
        }
    }

    @Test("ids are compared, ranged and given in sets")
    func ids() async throws {
        try await TestDesk.run { desk in
            let ids = try await desk.pile(5)
            let (low, high) = (ids[1], ids[3])
            for (query, expected) in [
                ("id=\(low)", [low]), ("id=\(low),\(high)", [low, high]), ("ids=\(low),\(high)", [low, high]),
                ("id!=\(low)", [ids[0], ids[2], ids[3], ids[4]]), ("id%21=\(low),\(high)", [ids[0], ids[2], ids[4]]),
                ("id=!\(low),\(high)", [ids[0], ids[2], ids[4]]), ("id=>\(high)", [ids[4]]),
                ("id=>=\(high)", [high, ids[4]]), ("id=<\(low)", [ids[0]]), ("id=<=\(low)", [ids[0], low]),
                ("id=>\(low)<\(high)", [ids[2]]), ("id=>=\(low)<=\(high)", [low, ids[2], high]),
                ("id=>\(low)<=\(high)", [ids[2], high]), ("id=>\(high)<\(low)", []), ("id=-5", []),
            ] {
                #expect(
                    try await desk.get(.specialist, "/v1/requests?sort=id&\(query)").itemIDs == expected, "\(query)")
            }
        }
    }

    @Test("references are named by field or by field and _id, alone or in sets")
    func references() async throws {
        try await TestDesk.run { desk in
            let ids = try await desk.pile(9)
            let (team, member) = (desk.company.serviceDesk, desk.id(.analyst))
            for (query, places) in [
                ("team=\(team)", [0, 1, 5, 6]), ("team_id=\(team)", [0, 1, 5, 6]), ("team=\(team),99", [0, 1, 5, 6]),
                ("team=!\(team)", [2, 3, 4, 7, 8]), ("team_id!=\(team)", [2, 3, 4, 7, 8]), ("team=99", []),
                ("member_id=\(member)", [1, 6]), ("team=\(team)&member=!\(member)", [0, 5]),
                ("service_id=\(desk.company.laptops)", [0, 6]),
                ("requested_by=\(desk.id(.specialist))&service=!", [0, 6]),
            ] {
                let reply = try await desk.get(.specialist, "/v1/requests?sort=id&\(query)")
                #expect(reply.itemIDs == places.map { ids[$0] } && reply.total == places.count, "\(query)")
            }
        }
    }

    @Test("a comma in a text is escaped, and booleans are read as they are written anywhere")
    func textsAndBooleans() async throws {
        try await TestDesk.run { desk in
            let id = try await desk.request(.endUser, [("subject", #"a,b\c"#)])
            #expect(try await desk.get(.specialist, #"/v1/requests?subject=a%5C,b%5Cc"#).itemIDs == [id])
            for yes in ["1", "true", "TRUE", "yes", "on", "T", "y"] {
                #expect(try await desk.get(.auditor, "/v1/people?disabled=\(yes)").total == 1, "\(yes)")
            }
            for no in ["0", "false", "no", "x"] {
                #expect(try await desk.get(.auditor, "/v1/people?disabled=\(no)").total == 11, "\(no)")
            }
            #expect(try await desk.get(.auditor, "/v1/people?disabled=!true").total == 11)
        }
    }

    @Test(
        "a filter that cannot be is refused in the words of upstream",
        arguments: [
            ("people?disabled=>1", "Field ‘disabled’ does not support the ‘=>’ operator"),
            ("people?disabled=<=1", "Field ‘disabled’ does not support the ‘=<=’ operator"),
            ("requests?subject=>a", "Field ‘subject’ does not support the ‘=>’ operator"),
            ("requests?status=<completed", "Field ‘status’ does not support the ‘=<’ operator"),
            ("requests?subject=a,b", "Cannot apply the ‘=’ operator to a set of values for field ‘subject’"),
            ("people?disabled=true,false", "Cannot filter on a set of values for field ‘disabled’"),
            ("requests?disabled=1&strange=2", "Unknown fields: disabled, strange"),
            ("requests?urgent=true", "Filtering not allowed on fields: urgent"),
            ("requests?note=x", "Unknown fields: note"), ("requests?status%3E=x", "Unknown fields: status>"),
            ("requests?fields=subject,nonsense,note", "Unknown fields: nonsense, note"),
            ("requests?fields=*", "Unknown fields: *"), ("requests?fields=team.name", "Unknown fields: team.name"),
            ("requests?sort=problem", "Sorting not allowed on fields: problem"),
            ("requests?sort=-urgent,id,what", "Sorting not allowed on fields: urgent, what"),
            ("requests?id=x", "Value ‘x’ is not valid for field ‘id’"),
            ("requests?id=>", "Value ‘’ is not valid for field ‘id’"),
            ("requests?id=1,x", "Value ‘x’ is not valid for field ‘id’"),
            ("requests?id=99999999999999999999", "Value ‘99999999999999999999’ is not valid for field ‘id’"),
            ("requests?created_at=yesterday", "Value ‘yesterday’ is not valid for field ‘created_at’"),
            ("requests?created_at=>2023-02-30", "Value ‘2023-02-30’ is not valid for field ‘created_at’"),
            ("requests?team=Service%20Desk", "Value ‘Service Desk’ is not valid for field ‘team’"),
            ("requests?predefined_filter=mine", "Unknown predefined filter: mine"),
        ])
    func refused(query: String, message: String) async throws {
        try await TestDesk.run { desk in
            let reply = try await desk.expect(400, .auditor, .get, "/v1/\(query)")
            #expect(reply.json == ["message": .string(message)])
        }
    }
}
