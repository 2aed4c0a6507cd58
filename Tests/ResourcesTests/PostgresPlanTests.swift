import ServiceDesk
import TestSupport
import Testing

@testable import Resources
@testable import Store

/// The same promise on PostgreSQL: the plan that is made once for a statement walks an index and sorts nothing. With
/// few rows the planner would rather scan, so scanning and sorting are made dear; a plan that still does has no other
/// way.
@Suite struct PostgresPlanTests {
    /// The plans of all statements that a listing's first pages, forward and backward, leave prepared on a connection.
    private static func plans(_ pages: Pages, _ db: Database) throws -> [(sql: String, plan: [String])] {
        try PostgresPlans.of(db) { db in
            let first = try pages.listing().page(db)
            for (name, cursor) in [("search_after", first.next), ("search_before", first.next)] {
                _ = try pages.listing(cursor.map { [(name, $0)] } ?? []).page(db)
            }
        }
    }

    private static func check(_ office: Office, _ pages: Pages, uses index: String) async throws {
        let plans = try await office.store.read { try Self.plans(pages, $0) }
        for (sql, plan) in plans {
            let text = "\(pages.parameters) \(sql)\n  " + plan.joined(separator: "\n  ")
            #expect(!plan.contains { $0.contains("Sort") }, "\(text)")
            #expect(!plan.contains { $0.contains("Seq Scan on requests") }, "\(text)")
            // Where hardly any row has a value, those without one are as well found among all.
            let isBlankLeg = sql.contains("IS NULL")
            let others = isBlankLeg ? ["requests_id", "requests_pkey"] : []
            #expect(plan.contains { line in ([index] + others).contains { line.contains($0) } }, "\(text)")
        }
    }

    @Test func listsByOneIndexedFieldAreReadOffItsIndex() async throws {
        try await Office.with(on: .postgres) { office in
            try await office.addRandomRequests(60, seed: 31)
            for (sort, index) in PlanTests.sorts {
                for direction in sort.isEmpty || sort.contains("id") ? [""] : ["", "-"] {
                    let parameters = (sort.isEmpty ? [] : [("sort", direction + sort)]) + [("per_page", "1")]
                    let pages = Pages(office.store, .requests, for: office.perspective(), parameters)
                    try await Self.check(office, pages, uses: index)
                }
            }
        }
    }

    @Test func foreignGrantsAreReadBesideTheIndexOfOnesOwn() async throws {
        try await Office.with(on: .postgres) { office in
            try await office.addRandomRequests(60, seed: 38, foreignShare: 20)
            let holders = [office.people[0], -office.teams[0]]
            try await office.store.write { transaction in
                for holder in holders + (10...30).map({ -$0 }) {
                    _ = try transaction.execute(
                        "INSERT INTO grants SELECT \(holder), 6, account, life_cycle, id FROM requests")
                }
                // Most were granted in one's own account, as in life; the planner knows once it has looked.
                try transaction.run(script: "ANALYZE grants")
            }
            for (sort, index) in PlanTests.sorts where !["", "id", "-id"].contains(sort) {
                let pages = Pages(
                    office.store, .requests, for: office.perspective(isNamedAbroad: true, holders: holders),
                    [("sort", sort), ("per_page", "1")])
                for (sql, plan) in try await office.store.read({ try Self.plans(pages, $0) }) {
                    let text = "\(sort) \(sql)\n  " + plan.joined(separator: "\n  ")
                    let others = sql.contains("IS NULL") ? ["requests_id", "requests_pkey"] : []
                    #expect(plan.contains { line in ([index] + others).contains { line.contains($0) } }, "\(text)")
                    #expect(plan.contains { $0.contains("grants_pkey") }, "\(text)")
                    #expect(!plan.contains { $0.contains("Seq Scan on") }, "\(text)")
                }
            }
        }
    }

    @Test func whatOneHolderWasGrantedIsReadOffTheGrants() async throws {
        try await Office.with(on: .postgres) { office in
            try await office.addRandomRequests(30, seed: 34)
            try await office.store.write { transaction in
                // Others have theirs, as in life; the planner knows once it has looked.
                for holder in [office.people[0]] + (1...20).map({ -$0 }) {
                    _ = try transaction.execute(
                        "INSERT INTO grants SELECT \(holder), 6, account, life_cycle, id FROM requests")
                }
                try transaction.run(script: "ANALYZE grants")
            }
            let pages = Pages(
                office.store, .requests, for: office.perspective(seesAccount: false), [("per_page", "1")])
            try await Self.check(office, pages, uses: "grants_holder")
        }
    }
}
