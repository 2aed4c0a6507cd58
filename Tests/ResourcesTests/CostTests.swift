import CSQLite
import ServiceDesk
import TestSupport
import Testing
import Wire

@testable import Resources
@testable import Store

/// What `Listing.cost` calls flat runs on the threads that serve everybody. So whatever it says so of, over all
/// resources, sources, filters and orders, must be found by an index in its order: nothing is scanned, and nothing is
/// sorted but the few ids of one page.
@Suite struct CostTests {
    /// Members are people as another list shows them.
    private static let schemas = Schema.all + [.members]

    /// A list, and how it is called when it does not hold.
    struct List: Sendable {
        let name: String
        let pages: Pages

        /// The first page, the one behind it and the one before that.
        func walk(_ db: Database) throws {
            let first = try pages.listing().page(db)
            for (parameter, cursor) in [("search_after", first.next), ("search_before", first.next)] {
                if let cursor { _ = try pages.listing([(parameter, cursor)]).page(db) }
            }
        }
    }

    /// Every list there can be, with one filter or none, and up to two keys.
    static func lists(_ office: Office, only isFlat: Bool = true) throws -> [List] {
        var lists: [List] = []
        let team = office.teams.map { -$0 }
        let viewers: [(String, Perspective)] = [
            ("a role", office.perspective()),
            ("a role and teams", office.perspective(holders: [office.people[0]] + team)),
            ("one holder", office.perspective(seesAccount: false)),
            ("three holders", office.perspective(seesAccount: false, holders: [office.people[0]] + team)),
            ("a role and foreign grants", office.perspective(isNamedAbroad: true)),
            (
                "a role, teams and foreign grants",
                office.perspective(isNamedAbroad: true, holders: [office.people[0]] + team)
            ),
        ]
        for schema in schemas {
            for (viewer, perspective) in viewers {
                for (source, place) in sources(schema, perspective) {
                    for parameters in queries(schema) {
                        let pages = Pages(
                            office.store, schema, place, for: perspective, parameters + [("per_page", "2")])
                        guard (try pages.listing().cost == .flat) == isFlat else { continue }
                        lists.append(List(name: "\(schema.name) \(source) \(viewer) \(parameters)", pages: pages))
                    }
                }
            }
        }
        return lists
    }

    private static func sources(_ schema: Schema, _ perspective: Perspective) -> [(String, ListSource)] {
        var sources: [(String, ListSource)] = []
        switch schema.scope {
        case .account: sources.append(("of the account", .account))
        case .owned, .part: sources.append(("of a record", .owned(by: Seen(kind: .request, id: 1))))
        }
        func seen(_ kind: RecordKind) -> Seen { Seen(kind: kind, id: 1) }
        switch schema.name {
        case "requests":
            sources.append(("in a group", .requests(groupedInto: seen(.request), for: perspective)))
            sources.append(("of a workflow", WorkflowRequests.writing.source(seen(.workflow), perspective)))
        case "tasks":
            sources.append(("of a workflow", .tasks(in: seen(.workflow), for: perspective)))
            sources.append(("before a task", TaskLinks.predecessors.source(seen(.task), perspective)))
            sources.append(("after a task", TaskLinks.successors.source(seen(.task), perspective)))
        case "audit_lines":
            sources.append(("of a request", .audit(of: seen(.request))))
        case "teams": sources.append(("of a person", .teams(of: seen(.person), in: perspective.account)))
        case "members": sources = [("of a team", .members(of: seen(.team)))]
        default: break
        }
        return sources
    }

    private static func queries(_ schema: Schema) -> [[(String, String)]] {
        let sortable = schema.fields.filter { $0.isSortable && $0.column != nil }.map(\.name)
        var sorts = [[]] + sortable.flatMap { [[("sort", $0)], [("sort", "-" + $0)]] }
        sorts += sortable.filter { $0 != "id" }.flatMap { [[("sort", "\($0),-id")], [("sort", "-\($0),id")]] }
        if sortable.count > 2 { sorts += [[("sort", "\(sortable[1]),\(sortable[2])")]] }
        var filters: [[(String, String)]] = [[]] + schema.predefined.map { [("predefined_filter", $0.name)] }
        for field in schema.fields where field.isFilterable {
            let values: [String] =
                switch field.type {
                case .boolean: ["true"]
                case .timestamp, .target: ["2024-06-01", ">=2024-06-01"]
                case .enumeration(let enumeration):
                    [enumeration.names[0], "\(enumeration.names.joined(separator: ","))"]
                case .reference: ["1", "1,2,3", ""]
                default: ["1", ""]
                }
            filters += values.map { [(field.name, $0)] }
        }
        filters += schema.entryFilters.flatMap { filter in ["1", "1,2", ""].map { [(filter.field.name, $0)] } }
        if case .account = schema.scope { filters += ["wna", "wdc", "!wna", "!", "wdc,wna"].map { [("account", $0)] } }
        return filters.flatMap { filter in sorts.map { filter + $0 } } + [[("page", "2")]]
    }

    private static func fill(_ office: Office) async throws {
        try await office.addRandomRequests(80, seed: 71, foreignShare: 10)
        try await office.store.write { transaction in
            for holder in [office.people[0], -office.teams[0]] {
                _ = try transaction.execute(
                    "INSERT INTO grants SELECT \(holder), 6, account, life_cycle, id FROM requests")
            }
            _ = try transaction.execute(
                """
                INSERT INTO watches (subject_kind, subject_id, person_id, added_by_id, created_at, updated_at)
                SELECT 6, id, \(office.people[0]), \(office.people[0]), 0, 0 FROM requests
                """)
            for _ in 0..<3 {
                for person in office.people {
                    _ = try transaction.execute(
                        """
                        INSERT INTO audit_lines (account, kind, record_id, action, user_id, created_at, changes)
                        VALUES (1, 6, 1, 2, \(person), 0, '{}')
                        """)
                }
            }
        }
    }

    @Test func whatIsCalledFlatHasAPlanWithoutScanOrSort() async throws {
        try await Office.with(on: .sqlite) { office in
            try await Self.fill(office)
            let lists = try Self.lists(office)
            #expect(lists.count > 150)
            let connection = try SQLiteConnection(path: office.database.path)
            let db = Database(connection)
            let trace = StatementTrace(connection)
            for list in lists {
                trace.statements = []
                try list.walk(db)
                for sql in Set(trace.statements) where sql.contains(" t ") || sql.contains("grants g") {
                    let plan = try db.all(SQL(text: "EXPLAIN QUERY PLAN " + sql)) { $0.text(3) }
                    #expect(Self.isFlat(plan), "\(list.name): \(sql)\n  \(plan.joined(separator: "\n  "))")
                }
            }
        }
    }

    private static func isFlat(_ plan: [String]) -> Bool {
        // The ids of one page are called p, what is counted counted; both are as many as a LIMIT says.
        let scanned = plan.filter { $0.hasPrefix("SCAN ") }.map { $0.dropFirst(5).prefix { $0 != " " } }
        guard scanned.allSatisfy({ ["p", "counted", "CONSTANT"].contains($0) }) else { return false }
        let sorts = plan.indices.filter { plan[$0].contains("TEMP B-TREE") }
        return sorts.allSatisfy { $0 == plan.count - 1 && scanned.contains("p") }
    }

    /// The same on PostgreSQL, where scans and sorts are made dear: a plan that still does one has no other way.
    @Test func whatIsCalledFlatHasAPlanWithoutScanOrSortOnPostgreSQL() async throws {
        try await Office.with(on: .postgres) { office in
            try await Self.fill(office)
            let lists = try Self.lists(office)
            #expect(lists.count > 150)
            guard case .postgres(let address) = office.database.address else { return }
            var db = Database(try PostgresConnector(address: address).connect())
            for (number, list) in lists.enumerated() {
                // A connection forgets its statements after some hundreds.
                if number % 40 == 0 { db = Database(try PostgresConnector(address: address).connect()) }
                let plans = try db.transaction(.snapshot) { try PostgresPlans.of(db) { try list.walk($0) } }
                for (sql, plan) in plans {
                    let text = "\(list.name): \(sql)\n  " + plan.joined(separator: "\n  ")
                    #expect(!plan.contains { $0.contains("Seq Scan on") }, "\(text)")
                    // Ranges that are merged are sorted once they are cut to a page.
                    let isNothing = plan.contains { $0.contains("One-Time Filter: false") }
                    #expect(!plan.contains { $0.contains("Sort") } || sql.contains("UNION") || isNothing, "\(text)")
                }
            }
        }
    }

    /// What everybody asks for all day is flat, and what cannot be is not called so.
    @Test func commonListsAreFlat() async throws {
        try await Office.with { office in
            try await office.addRandomRequests(3, seed: 72)
            func cost(_ parameters: [(String, String)], _ holders: [Int64]? = nil) throws -> Store.ReadCost {
                let perspective = office.perspective(seesAccount: holders == nil, holders: holders)
                return try Pages(office.store, .requests, for: perspective, parameters).listing().cost
            }
            let flat: [[(String, String)]] = [
                [], [("sort", "id")], [("sort", "team")], [("sort", "-completed_at")], [("sort", "category")],
                [("predefined_filter", "open")], [("predefined_filter", "completed")], [("per_page", "100")],
                [("subject", "a")], [("team", "1")], [("team", "1,2")], [("status", "assigned,accepted")],
                [("predefined_filter", "assigned_to_my_team")], [("predefined_filter", "requested_by_or_for_me")],
                [("predefined_filter", "assigned_to_me")], [("category", "order"), ("sort", "id")],
            ]
            for parameters in flat { #expect(try cost(parameters) == .flat, "\(parameters)") }
            let open: [[(String, String)]] = [
                [("sort", "team,-id")], [("sort", "-completed_at,id")], [("sort", "subject,-id")], [("page", "2")],
                [("predefined_filter", "open"), ("sort", "team")], [("sort", "team,subject")],
                [("predefined_filter", "waiting_for_me")], [("team", "1"), ("sort", "subject")], [("grouping", "none")],
                [("team", "1"), ("category", "order")], [("team", (1...17).map(String.init).joined(separator: ","))],
                [("created_at", ">=2024-01-01")], [("status", "!assigned")], [("impact", "!low")],
            ]
            for parameters in open { #expect(try cost(parameters) == .open, "\(parameters)") }
            // What one watches, and what was granted in other accounts, are ranges of their own.
            let me = "\(office.people[0])"
            for parameters in [[("predefined_filter", "watched_by_me")], [("watcher", me)], [("watcher_id", me)]] {
                #expect(try cost(parameters) == .flat && cost(parameters, [office.people[0], -1]) == .flat)
                #expect(try cost(parameters + [("subject", "a")]) == .open)
            }
            for value in ["\(office.people[1])", "1,2", "!1", ""] { #expect(try cost([("watcher", value)]) == .open) }
            func abroad(_ parameters: [(String, String)], _ teams: [Int64] = []) throws -> Store.ReadCost {
                let perspective = office.perspective(isNamedAbroad: true, holders: [office.people[0]] + teams)
                return try Pages(office.store, .requests, for: perspective, parameters).listing().cost
            }
            for parameters in [[], [("sort", "id")], [("account", "wna")], [("account", "wdc")], [("account", "")]] {
                #expect(try abroad(parameters) == .flat && abroad(parameters, [-1, -2]) == .flat, "\(parameters)")
            }
            for parameters in [
                [("sort", "team")], [("team", "1")], [("predefined_filter", "open")], [("account", "!")],
                [("account", "!wdc")],
            ] { #expect(try abroad(parameters) == .open, "\(parameters)") }
            #expect(try abroad([("account", "wna"), ("sort", "team")]) == .flat, "that of one's own alone")
            let many = (1...17).map { -Int64($0) }
            #expect(try cost([], [1]) == .flat)
            #expect(try cost([], [1, -1, -2]) == .flat)
            #expect(try cost([], many) == .open)
            #expect(try cost([("sort", "subject")], [1]) == .open)
            #expect(try cost([("status", "assigned")], [1, -1]) == .open)
        }
    }
}

/// The statements that a connection runs, with their values.
final class StatementTrace {
    var statements: [String] = []

    init(_ connection: SQLiteConnection) {
        sqlite3_trace_v2(
            connection.handle, UInt32(SQLITE_TRACE_STMT),
            { _, context, statement, _ in
                guard let context, let text = sqlite3_expanded_sql(OpaquePointer(statement)) else { return 0 }
                let trace = Unmanaged<StatementTrace>.fromOpaque(context).takeUnretainedValue()
                trace.statements.append(String(cString: text))
                sqlite3_free(text)
                return 0
            }, Unmanaged.passUnretained(self).toOpaque())
    }
}

/// The plans that PostgreSQL makes once for a statement.
enum PostgresPlans {
    /// Those of the statements that a body leaves prepared, in a transaction in which scans and sorts are dear.
    static func of(_ db: Database, _ body: (Database) throws -> Void) throws -> [(sql: String, plan: [String])] {
        let before = Set(try db.all("SELECT CAST(name AS text) FROM pg_prepared_statements") { $0.text(0) })
        for setting in ["enable_seqscan", "enable_sort", "enable_bitmapscan"] {
            try db.query(SQL(text: "SET LOCAL \(setting) = off")) { _ in }
        }
        try body(db)
        let statements = try db.all(
            """
            SELECT CAST(name AS text), statement, CAST(parameter_types AS text) FROM pg_prepared_statements
            WHERE statement LIKE '%ORDER BY%'
            """
        ) { ($0.text(0), $0.text(1), $0.text(2)) }.filter { !before.contains($0.0) && !$0.1.contains("pg_prepared") }
        return try statements.map { name, sql, types in
            let values = types.dropFirst().dropLast().split(separator: ",").map { $0 == "text" ? "'x'" : "1" }
            let call = values.isEmpty ? name : "\(name)(\(values.joined(separator: ", ")))"
            return (sql, try db.all(SQL(text: "EXPLAIN (COSTS OFF) EXECUTE \(call)")) { $0.text(0) })
        }
    }
}
