import ServiceDesk
import TestSupport
import Testing
import Wire

@testable import Resources
@testable import Store

/// What lists promise to cost is promised by their plans: an index finds the rows in their order, and nothing is
/// sorted or scanned.
@Suite struct PlanTests {
    /// The plan of every statement behind a list's first pages, forward and backward.
    private static func plans(_ office: Office, _ pages: Pages) async throws -> [(sql: String, plan: [String])] {
        let small = Pages(
            office.store, pages.schema, pages.source, for: pages.perspective,
            pages.parameters.map { ($0.name, $0.value) } + [("per_page", "2")])
        let walked = try await small.forward(size: 2)
        let connection = try SQLiteConnection(path: office.database.path)
        let db = Database(connection)
        let trace = StatementTrace(connection)
        // The null rows and those with a value are found in different scans, so pages of both are looked at.
        for page in walked.prefix(2) + walked.suffix(2) {
            for (name, cursor) in [("search_after", page.next), ("search_before", page.previous)] {
                _ = try small.listing(cursor.map { [(name, $0)] } ?? []).page(db)
            }
        }
        let statements = Set(trace.statements.filter { $0.contains(" t ") || $0.contains("grants") })
        return try statements.sorted().map { sql in
            (sql, try db.all(SQL(text: "EXPLAIN QUERY PLAN " + sql)) { $0.text(3) })
        }
    }

    private static func check(_ office: Office, _ pages: Pages, uses index: String) async throws {
        let plans = try await plans(office, pages)
        #expect(!plans.isEmpty)
        for (sql, plan) in plans {
            let text = "\(pages.parameters) \(sql)\n  " + plan.joined(separator: "\n  ")
            #expect(!plan.contains { $0.contains("USE TEMP B-TREE FOR ORDER BY") }, "\(text)")
            #expect(!plan.contains { $0.hasPrefix("SCAN t") || $0.hasPrefix("SCAN g") }, "\(text)")
            #expect(plan.contains { $0.hasPrefix("SEARCH") }, "\(text)")
            if sql.contains("ORDER BY") { #expect(plan.contains { $0.contains(index) }, "\(text)") }
        }
    }

    static let sorts = [
        ("", "requests_id"), ("id", "requests_id"), ("-id", "requests_id"), ("status", "requests_status"),
        ("subject", "requests_subject"), ("next_target_at", "requests_next_target_at"),
        ("completed_at", "requests_completed_at"), ("created_at", "requests_created_at"),
        ("updated_at", "requests_updated_at"), ("team", "requests_team_id"), ("member", "requests_member_id"),
        ("sourceID", "requests_source_id"),
    ]

    @Test(arguments: ["workflows", "tasks"])
    func workflowsAndTasksAreReadOffTheirIndexes(name: String) async throws {
        let schema = name == "tasks" ? Schema.tasks : .workflows
        try await Office.with(on: .sqlite) { office in
            for field in schema.fields where field.isIndexed && field.isSortable {
                let pages = Pages(office.store, schema, for: office.perspective(), [("sort", field.name)])
                try await Self.check(office, pages, uses: "\(name)_by_\(field.column ?? "")")
            }
        }
    }

    @Test func listsByOneIndexedFieldAreReadOffItsIndex() async throws {
        try await Office.with(on: .sqlite) { office in
            try await office.addRandomRequests(60, seed: 31)
            for (sort, index) in Self.sorts {
                for direction in sort.isEmpty || sort.contains("id") ? [""] : ["", "-"] {
                    let parameters = sort.isEmpty ? [] : [("sort", direction + sort)]
                    let pages = Pages(office.store, .requests, for: office.perspective(), parameters)
                    try await Self.check(office, pages, uses: index)
                }
            }
        }
    }

    @Test func filtersByOneReferenceAreReadOffItsIndex() async throws {
        try await Office.with(on: .sqlite) { office in
            try await office.addRandomRequests(60, seed: 32)
            for (filter, index) in [
                ("team", "requests_team_id"), ("member", "requests_member_id"),
                ("requested_for", "requests_requested_for_id"), ("requested_by", "requests_requested_by_id"),
            ] {
                for direction in ["-id", "id"] {
                    let pages = Pages(
                        office.store, .requests, for: office.perspective(), [(filter, "1"), ("sort", direction)])
                    try await Self.check(office, pages, uses: index)
                }
            }
        }
    }

    @Test func listsOfRecordsWithNamesAreReadOffTheirIndex() async throws {
        try await Office.with(on: .sqlite) { office in
            try await office.addRandomRequests(1, seed: 33)
            for schema in [Schema.people, .teams, .organizations, .services] {
                let pages = Pages(office.store, schema, for: office.perspective())
                try await Self.check(office, pages, uses: "\(schema.name)_name")
            }
        }
    }

    @Test func whatOneHolderWasGrantedIsReadOffTheGrants() async throws {
        try await Office.with(on: .sqlite) { office in
            try await office.addRandomRequests(30, seed: 34)
            try await office.store.write { transaction in
                _ = try transaction.execute(
                    "INSERT INTO grants SELECT \(office.people[0]), 6, account, life_cycle, id FROM requests")
            }
            for sort in ["-id", "id"] {
                let pages = Pages(
                    office.store, .requests, for: office.perspective(seesAccount: false), [("sort", sort)])
                try await Self.check(office, pages, uses: "INDEX grants_holder (holder=")
            }
        }
    }

    /// With a team beside them a person has two holders, and pays for what these two were granted and nobody else.
    @Test(arguments: [2, 3, 10])
    func whatSeveralHoldersWereGrantedIsReadOffTheirGrantsAlone(holders: Int) async throws {
        try await Office.with(on: .sqlite) { office in
            try await office.addRandomRequests(30, seed: 35)
            let all = (0..<holders).map { $0 == 0 ? office.people[0] : -Int64($0) }
            try await office.store.write { transaction in
                for holder in all.dropLast() + [office.people[1]] {
                    _ = try transaction.execute(
                        "INSERT INTO grants SELECT \(holder), 6, account, life_cycle, id FROM requests")
                }
            }
            for parameters in [[("sort", "-id")], [("sort", "id")], [("category", "incident")]] {
                let pages = Pages(
                    office.store, .requests, for: office.perspective(seesAccount: false, holders: all), parameters)
                for (sql, plan) in try await Self.plans(office, pages) {
                    let text = "\(sql)\n  " + plan.joined(separator: "\n  ")
                    let grants = plan.filter { $0.contains(" g ") }
                    #expect(!grants.isEmpty, "\(text)")
                    #expect(
                        grants.allSatisfy { $0.contains("INDEX grants_holder (holder=? AND kind=? AND life_cycle=?") },
                        "\(text)")
                    #expect(!plan.contains { $0.contains("DISTINCT") || $0.contains("UNION USING TEMP") }, "\(text)")
                }
            }
        }
    }

    /// What was granted in other accounts is two ranges of the grants, and one's own account's are read off the index
    /// that they are read off without them.
    @Test func foreignGrantsAreReadBesideTheIndexOfOnesOwn() async throws {
        try await Office.with(on: .sqlite) { office in
            try await office.addRandomRequests(60, seed: 38, foreignShare: 20)
            let holders = [office.people[0], -office.teams[0]]
            try await office.store.write { transaction in
                for holder in holders {
                    _ = try transaction.execute(
                        "INSERT INTO grants SELECT \(holder), 6, account, life_cycle, id FROM requests")
                }
            }
            let viewer = office.perspective(isNamedAbroad: true, holders: holders)
            for (sort, index) in Self.sorts {
                let isByID = ["", "id", "-id"].contains(sort)
                let pages = Pages(office.store, .requests, for: viewer, sort.isEmpty ? [] : [("sort", sort)])
                for (sql, plan) in try await Self.plans(office, pages) {
                    let text = "\(sort) \(sql)\n  " + plan.joined(separator: "\n  ")
                    let own = plan.filter { $0.contains("SEARCH t USING") && !$0.contains("INTEGER PRIMARY KEY") }
                    #expect(own.allSatisfy { $0.contains(" INDEX \(index)") }, "\(text)")
                    if sql.contains("ORDER BY") { #expect(!own.isEmpty, "\(text)") }
                    let grants = plan.filter { $0.hasPrefix("SEARCH g ") }
                    #expect(
                        grants.allSatisfy {
                            $0.contains("INDEX grants_holder (holder=? AND kind=? AND life_cycle=?")
                                || $0.contains("PRIMARY KEY (holder=? AND kind=? AND account<?")
                                || $0.contains("PRIMARY KEY (holder=? AND kind=? AND account>?")
                        }, "\(text)")
                    if !isByID { #expect(!grants.contains { $0.contains("grants_holder") }, "\(text)") }
                    #expect(!plan.contains { $0.hasPrefix("SCAN t") || $0.hasPrefix("SCAN g") }, "\(text)")
                }
            }
        }
    }

    @Test func whatOneWatchesIsReadOffItsIndex() async throws {
        try await Office.with(on: .sqlite) { office in
            try await office.addRandomRequests(40, seed: 39)
            try await office.store.write { transaction in
                for person in office.people {
                    _ = try transaction.execute(
                        """
                        INSERT INTO watches (subject_kind, subject_id, person_id, added_by_id, created_at, updated_at)
                        SELECT 6, id, \(person), \(person), 0, 0 FROM requests
                        """)
                }
            }
            for parameters in [
                [("predefined_filter", "watched_by_me")], [("predefined_filter", "watched_by_me"), ("sort", "id")],
                [("watcher", "\(office.people[1])")],
            ] {
                for seesAccount in [true, false] {
                    let pages = Pages(
                        office.store, .requests, for: office.perspective(seesAccount: seesAccount), parameters)
                    for (sql, plan) in try await Self.plans(office, pages) {
                        let text = "\(parameters) \(sql)\n  " + plan.joined(separator: "\n  ")
                        let index = "INDEX watches_person (person_id=? AND subject_kind=? AND life_cycle=?"
                        #expect(plan.first { $0.hasPrefix("SEARCH e ") }?.contains(index) == true, "\(text)")
                        #expect(!plan.contains { $0.contains("TEMP B-TREE") || $0.hasPrefix("SCAN t") }, "\(text)")
                    }
                }
            }
        }
    }

    /// Lists that desks and integrations ask for all day, and the index each is read off.
    static let everyday: [(parameters: [(String, String)], index: String)] = [
        ([("predefined_filter", "open")], "requests_open "),
        ([("predefined_filter", "completed")], "requests_status "),
        ([("predefined_filter", "assigned_to_my_team")], "requests_open_team "),
        ([("predefined_filter", "assigned_to_me")], "requests_open_member "),
        ([("predefined_filter", "requested_by_or_for_me")], "requests_requested_"),
        ([("predefined_filter", "waiting_for_me")], "requests_requested_"),
        ([("predefined_filter", "requests_of_my_organization")], "requests_organization_id "),
        ([("predefined_filter", "problem_management_review")], "requests_review "),
        ([("service", "1")], "requests_service_id "), ([("organization", "1")], "requests_organization_id "),
        ([("category", "order")], "requests_category "), ([("impact", "low")], "requests_impact "),
        ([("workflow", "1")], "requests_workflow "), ([("grouped_into", "1")], "requests_grouped "),
        ([("created_by", "1")], "requests_created_by_id "), ([("supplier_requestID", "a")], "requests_supplier "),
        ([("status", "assigned,accepted")], "requests_status "), ([("team", "1,2,3")], "requests_team_id "),
        ([("created_at", ">=2023-11-14T22:13:20Z")], "requests_created_at "),
    ]

    @Test func everydayListsAreReadOffTheirIndexes() async throws {
        try await Office.with(on: .sqlite) { office in
            try await office.addRandomRequests(60, seed: 36)
            let viewer = Perspective(
                person: office.people[0], account: office.account.number, accountID: office.account.id,
                seesAccount: true,
                holders: [office.people[0]] + office.teams.map { -$0 }, zone: .utc)
            for (parameters, index) in Self.everyday {
                for (sql, plan) in try await Self.plans(office, Pages(office.store, .requests, for: viewer, parameters))
                {
                    let text = "\(parameters) \(sql)\n  " + plan.joined(separator: "\n  ")
                    let found = plan.filter { $0.contains("SEARCH t USING") && !$0.contains("INTEGER PRIMARY KEY") }
                    #expect(!found.isEmpty && found.allSatisfy { $0.contains(" INDEX \(index)") }, "\(text)")
                    #expect(!plan.contains { $0.hasPrefix("SCAN t") }, "\(text)")
                }
            }
        }
    }

    @Test func recordsWithNamesAreFoundAndSortedByWhatIntegrationsKnowThemBy() async throws {
        try await Office.with(on: .sqlite) { office in
            try await office.addRandomRequests(1, seed: 37)
            for schema in [Schema.people, .teams, .organizations, .services] {
                for field in schema.fields where field.isIndexed && field.name != "name" {
                    let index = field.name == "id" ? "\(schema.name)_id" : "\(schema.name)_by_"
                    if field.isSortable {
                        let pages = Pages(office.store, schema, for: office.perspective(), [("sort", field.name)])
                        try await Self.check(office, pages, uses: index)
                    }
                    if field.isFilterable, field.name != "id" {
                        let value = if case .timestamp = field.type { "2024-01-01" } else { "1" }
                        let pages = Pages(office.store, schema, for: office.perspective(), [(field.name, value)])
                        for (sql, plan) in try await Self.plans(office, pages) {
                            #expect(plan.contains { $0.contains(index) }, "\(sql)\n  \(plan.joined(separator: "\n  "))")
                        }
                    }
                }
            }
        }
    }

    @Test func whatHangsOnARecordIsReadOffItsIndex() async throws {
        try await Office.with(on: .sqlite) { office in
            let id = try await office.add { office.request() }
            try await office.store.write { transaction in
                for person in office.people {
                    _ = try transaction.execute(
                        "INSERT INTO watches VALUES (NULL, 6, \(id), \(person), \(person), 0, 0, 0)")
                    _ = try transaction.execute(
                        "INSERT INTO notes VALUES (NULL, 6, \(id), \(person), 'text', 0, NULL, 10, NULL, 0)")
                    _ = try transaction.execute(
                        "INSERT INTO audit_lines VALUES (NULL, 1, 6, \(id), 2, \(person), \(person), 0, '{}')")
                }
            }
            for (schema, index) in [
                (Schema.notes, "notes_owner"), (.watches, "watches_subject"), (.auditLines, "audit_lines_record"),
            ] {
                let pages = Pages(
                    office.store, schema, .owned(by: Seen(kind: .request, id: id)), for: office.perspective())
                #expect(try await pages.page().ids.count >= 3)
                try await Self.check(office, pages, uses: index)
            }
        }
    }
}
