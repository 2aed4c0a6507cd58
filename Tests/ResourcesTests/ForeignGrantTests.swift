import ServiceDesk
import Store
import TestSupport
import Testing
import Wire

@testable import Resources

/// What is seen of one's own account by role, and of others by grants, in one list.
@Suite struct ForeignGrantTests {
    /// Grants at random: the person's own, their teams', often both, and those of others, of every account.
    private static func addGrants(_ office: Office, seed: UInt64, oneIn share: Int = 3) async throws {
        try await office.store.write { transaction in
            var generator = SeededGenerator(seed: seed)
            let rows = try transaction.db.all("SELECT id, account, life_cycle FROM requests ORDER BY id") {
                (id: $0.integer(0), account: $0.integer(1), lifeCycle: $0.integer(2))
            }
            for row in rows {
                for holder in [office.people[0], -office.teams[0], -office.teams[1], office.people[1]]
                where Int.random(in: 0..<share, using: &generator) == 0 {
                    _ = try transaction.execute(
                        "INSERT INTO grants VALUES (\(holder), 6, \(row.account), \(row.lifeCycle), \(row.id))")
                }
            }
        }
    }

    /// The ids of what is seen, active and archived.
    private static func seen(_ office: Office, byRole: Bool, _ holders: [Int64]) async throws -> Set<Int64> {
        let role: SQL = byRole ? "r.account = \(office.account.number)" : "1 = 0"
        let rows = try await office.rows(
            """
            SELECT r.id FROM requests r WHERE \(role) OR EXISTS (SELECT 1 FROM grants g
            WHERE g.kind = 6 AND g.record_id = r.id AND g.holder IN (\(list: holders)))
            """, columns: 1)
        return Set(rows.compactMap { $0[0].integer })
    }

    private static func accounts(_ office: Office) async throws -> [Int64: Int64] {
        let rows = try await office.rows(
            "SELECT id, account FROM requests WHERE life_cycle = 0", columns: 2)
        return Dictionary(uniqueKeysWithValues: rows.map { ($0[0].integer ?? 0, $0[1].integer ?? 0) })
    }

    private static let sorts = [
        "-id", "id", "-team", "team", "subject", "-subject,impact", "subject,-impact", "completed_at", "-completed_at",
        "status,-id", "-completed_at,id", "member,-id", "-updated_at",
    ]

    @Test(arguments: [true, false])
    func aListIsWhatIsSeenInOneOrder(byRole: Bool) async throws {
        try await Office.with { office in
            try await office.addRandomRequests(70, seed: 81, foreignShare: 40)
            try await Self.addGrants(office, seed: 82)
            let rows = try await Reference.all(office, .requests)
            let accounts = try await Self.accounts(office)
            for holders in [[office.people[0]], [office.people[0]] + office.teams.map { -$0 }] {
                let seen = try await Self.seen(office, byRole: byRole, holders)
                let perspective = office.perspective(seesAccount: byRole, isNamedAbroad: true, holders: holders)
                for sort in Self.sorts {
                    for filter in ["", "a"] {
                        let expected = rows.filter {
                            seen.contains($0.id) && accounts[$0.id] != nil
                                && (filter.isEmpty || $0["subject"] == .text(filter))
                        }
                        .sorted { Reference.isOrdered($0, $1, by: sort) }.map(\.id)
                        let filters = filter.isEmpty ? [] : [("subject", filter)]
                        let pages = Pages(office.store, .requests, for: perspective, filters + [("sort", sort)])
                        let hint = "\(byRole) \(holders) by \(sort) \(filter)"
                        let forward = try await pages.forward(size: 4)
                        #expect(try forward.flatMap { try $0.ids } == expected, "\(hint)")
                        let backward = try await pages.backward(from: forward.last)
                        #expect(try backward.flatMap { try $0.ids } == expected, "\(hint)")
                        #expect(Set((forward + backward).map(\.total)) == [Int64(expected.count)], "\(hint)")
                        // Pages by number are the same.
                        for number in 2...3 {
                            let page = try await pages.page([("per_page", "5"), ("page", "\(number)")])
                            #expect(
                                try page.ids == Array(expected.dropFirst(5 * (number - 1)).prefix(5)),
                                "\(hint), page \(number)")
                        }
                    }
                }
            }
        }
    }

    @Test func predefinedAndSetsAreOfAllThatIsSeen() async throws {
        try await Office.with { office in
            try await office.addRandomRequests(80, seed: 83, foreignShare: 40)
            try await Self.addGrants(office, seed: 84)
            let rows = try await Reference.all(office, .requests)
            let accounts = try await Self.accounts(office)
            let holders = [office.people[0]] + office.teams.map { -$0 }
            let seen = try await Self.seen(office, byRole: true, holders)
            let open = SQLValue.integer(RequestStatus.completed.rawValue)
            let team = SQLValue.integer(office.teams[0])
            let member = SQLValue.integer(office.people[0])
            let cases: [([(String, String)], (Reference) -> Bool)] = [
                ([("predefined_filter", "open")], { $0["status"] != open }),
                ([("predefined_filter", "completed")], { $0["status"] == open }),
                ([("team", "\(office.teams[0]),\(office.teams[1])")], { !$0["team"].isNull }),
                ([("team", "\(office.teams[0])")], { $0["team"] == team }),
                ([("predefined_filter", "assigned_to_me")], { $0["status"] != open && $0["member"] == member }),
                (
                    [("predefined_filter", "assigned_to_my_team")],
                    { $0["status"] != open && !$0["team"].isNull }
                ),
                ([("completed_at", ">=1970-01-01T00:00:06Z")], { ($0["completed_at"].integer ?? 0) > 6_000_000 }),
                ([("impact", "")], { $0["impact"].isNull }),
            ]
            for (parameters, holds) in cases {
                for sort in ["-id", "-updated_at", "subject,-id"] {
                    let expected = rows.filter { seen.contains($0.id) && accounts[$0.id] != nil && holds($0) }
                        .sorted { Reference.isOrdered($0, $1, by: sort) }.map(\.id)
                    let pages = Pages(
                        office.store, .requests, for: office.perspective(isNamedAbroad: true, holders: holders),
                        parameters + [("sort", sort)])
                    let forward = try await pages.forward(size: 3)
                    #expect(try forward.flatMap { try $0.ids } == expected, "\(parameters) by \(sort)")
                    #expect(Set(forward.map(\.total)) == [Int64(expected.count)], "\(parameters) by \(sort)")
                }
            }
        }
    }

    @Test(arguments: [true, false])
    func accountsAreFilteredByTheirIds(byRole: Bool) async throws {
        try await Office.with { office in
            try await office.addRandomRequests(60, seed: 85, foreignShare: 40)
            try await Self.addGrants(office, seed: 86)
            let accounts = try await Self.accounts(office)
            let (own, other) = (office.account.number, office.foreign.number)
            let cases: [([String], Set<Int64>)] = [
                (["wna"], [own]), (["wdc"], [other]), (["wna,wdc"], [own, other]), (["wdc,nowhere"], [other]),
                (["!wna"], [other]), (["!wdc"], [own]), (["!wna,wdc"], []), (["!nowhere"], [own, other]),
                (["nowhere"], []), ([""], [own]), (["!"], [other]), (["WNA"], []), (["wna", "wdc"], []),
                (["!nowhere", "wdc"], [other]),
            ]
            for holders in [[office.people[0]], [office.people[0]] + office.teams.map { -$0 }] {
                let seen = try await Self.seen(office, byRole: byRole, holders)
                let perspective = office.perspective(seesAccount: byRole, isNamedAbroad: true, holders: holders)
                for (values, wanted) in cases {
                    for sort in ["-id", "id", "subject"] {
                        let pages = Pages(
                            office.store, .requests, for: perspective,
                            values.map { ("account", $0) } + [("sort", sort)])
                        let forward = try await pages.forward(size: 4)
                        let ids = try forward.flatMap { try $0.ids }
                        let expected = accounts.filter { seen.contains($0.key) && wanted.contains($0.value) }.keys
                        #expect(ids.count == Set(ids).count && Set(ids) == Set(expected), "\(values) by \(sort)")
                        if sort != "subject" {
                            #expect(ids == (sort == "id" ? ids.sorted() : ids.sorted(by: >)), "\(values) by \(sort)")
                        }
                        #expect(Set(forward.map(\.total)) == [Int64(expected.count)], "\(values) by \(sort)")
                    }
                }
            }
            for value in ["<wna", ">=wdc"] {
                #expect(
                    refusal {
                        _ = try Pages(office.store, .requests, for: office.perspective(), [("account", value)])
                            .listing()
                    }?.contains("‘account’ does not support") == true)
            }
        }
    }

    @Test func aRecordShowsItsAccountWhereThatIsAnother() async throws {
        try await Office.with { office in
            try await office.addRandomRequests(20, seed: 87, foreignShare: 50)
            try await Self.addGrants(office, seed: 88, oneIn: 1)
            let accounts = try await Self.accounts(office)
            let foreign = try json(#"{"id":"wdc","name":"Widget Data Center"}"#)
            for byRole in [true, false] {
                let perspective = office.perspective(seesAccount: byRole, isNamedAbroad: true)
                for sort in ["-id", "subject"] {
                    let page = try await Pages(office.store, .requests, for: perspective).page([
                        ("per_page", "100"), ("sort", sort), ("fields", "subject"),
                    ])
                    let records = try page.records
                    #expect(records.count == accounts.count)
                    for record in records {
                        let isForeign = accounts[record["id"]?.integer ?? 0] == office.foreign.number
                        #expect(record["account"] == (isForeign ? foreign : nil))
                    }
                }
            }
        }
    }

    /// A client who walks a list goes on when something of another account is granted meanwhile.
    @Test func cursorsOutliveTheFirstForeignGrant() async throws {
        try await Office.with { office in
            try await office.addRandomRequests(30, seed: 89, foreignShare: 20)
            let before = try await Pages(office.store, .requests, for: office.perspective()).page([("per_page", "5")])
            let next = try #require(before.next)
            try await Self.addGrants(office, seed: 90, oneIn: 1)
            let after = try await Pages(office.store, .requests, for: office.perspective(isNamedAbroad: true))
                .page([("per_page", "100"), ("search_after", next)])
            let last = try #require(try before.ids.last)
            let all = try await Self.accounts(office).keys
            #expect(try Set(after.ids) == Set(all.filter { $0 < last }))
        }
    }

    @Test func aListAsksForForeignGrantsOnlyWhereThereAreSome() async throws {
        try await Office.with { office in
            try await office.addRandomRequests(10, seed: 91, foreignShare: 50)
            func knowing(_ perspective: Perspective, _ kind: RecordKind = .request) async throws -> Bool {
                try await office.store.read { try perspective.knowingForeignGrants(of: kind, $0).mayHoldForeignGrants }
            }
            let holders = [office.people[0], -office.teams[0]]
            let perspective = office.perspective(isNamedAbroad: true, holders: holders)
            #expect(try await !knowing(perspective))
            try await office.store.write {
                _ = try $0.execute("INSERT INTO grants VALUES (\(holders[0]), 6, \(office.account.number), 0, 1)")
            }
            #expect(try await !knowing(perspective), "of one's own account")
            try await office.store.write {
                _ = try $0.execute("INSERT INTO grants VALUES (\(holders[1]), 6, \(office.foreign.number), 0, 2)")
            }
            #expect(try await knowing(perspective))
            #expect(try await !knowing(perspective, .task))
            #expect(try await !knowing(office.perspective(holders: holders)), "nobody asks where it cannot be")
        }
    }

    /// Nobody who is not named sees a record of another account, whatever role they hold in their own.
    @Test func aRoleShowsNothingOfOtherAccounts() async throws {
        try await Office.with { office in
            try await office.addRandomRequests(20, seed: 92, foreignShare: 50)
            let perspective = office.perspective(isNamedAbroad: true)
            for (id, account) in try await Self.accounts(office) {
                let isSeen = try await office.store.read { db in
                    do {
                        return try Single.see(db, .requests, id: id, for: perspective).account == account
                    } catch Refusal.notFound {
                        return false
                    }
                }
                #expect(isSeen == (account == office.account.number))
            }
        }
    }
}
