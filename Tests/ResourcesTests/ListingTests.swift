import NIOCore
import ServiceDesk
import Store
import Testing

@testable import Resources

/// Whatever a list is sorted and filtered by: walking it by links, in either direction, and reading it by page numbers
/// give the same records in the order that a sort in Swift gives.
@Suite struct ListingTests {
    private static let count = 90

    static let sorts: [String] = {
        let single = Schema.requests.fields.filter { $0.isSortable && $0.column != nil }.map(\.name)
        let several = [
            "team,subject", "-team,subject", "team,-subject", "-team,-impact", "impact,completed_at,subject",
            "-impact,completed_at,-member", "status,-created_at,team", "subject,id", "-subject,id", "member,team,-id",
            "-next_target_at,-sourceID,impact,status,category,service,team,member",
        ]
        return single.flatMap { [$0, "-" + $0] } + several
    }()

    private static func walk(_ pages: Pages, size: Int, expected: [Int64]) async throws {
        let forward = try await pages.forward(size: size)
        let (seen, hint) = (try forward.flatMap { try $0.ids }, "\(pages.parameters)")
        #expect(seen == expected, "\(hint)")
        let backward = try await pages.backward(from: forward.last)
        #expect(try backward.flatMap { try $0.ids } == expected, "\(hint)")
        #expect(backward.map(\.number) == Array(1...max(forward.count, 1)), "\(hint)")
        #expect(backward.first?.previous == nil && forward.last?.next == nil)
        for page in forward + backward {
            #expect(page.total == Int64(expected.count) && !page.isThrottled && page.size == size, "\(hint)")
            #expect(page.pages == Int64((expected.count + size - 1) / size))
        }
    }

    @Test func everyOrderIsWalkedBothWays() async throws {
        try await Office.with { office in
            try await office.addRandomRequests(Self.count, seed: 11)
            let rows = try await Reference.all(office, .requests)
            let active = try await Self.active(office)
            for sort in Self.sorts {
                let expected = rows.filter { active.contains($0.id) }
                    .sorted { Reference.isOrdered($0, $1, by: sort) }.map(\.id)
                let pages = Pages(
                    office.store, .requests, for: office.perspective(), [("sort", sort), ("fields", "id")])
                try await Self.walk(pages, size: 7, expected: expected)
            }
        }
    }

    private static func active(_ office: Office) async throws -> Set<Int64> {
        let rows = try await office.rows(
            "SELECT id FROM requests WHERE life_cycle = 0 AND account = \(office.account.number)", columns: 1)
        return Set(rows.compactMap { $0[0].integer })
    }

    /// Filters and what they mean.
    private static let filters: [(parameters: [(String, String)], holds: @Sendable (Reference) -> Bool)] = [
        ([("impact", "high")], { $0["impact"] == .integer(30) }),
        ([("impact", "!high")], { $0["impact"] != .integer(30) }), ([("impact", "")], { $0["impact"].isNull }),
        ([("impact", "!low,top")], { ![.integer(10), .integer(40)].contains($0["impact"]) }),
        ([("subject", "a")], { $0["subject"] == .text("a") }), ([("sourceID", "!")], { !$0["sourceID"].isNull }),
        (
            [("completed_at", "1970-01-01T00:00:05Z")],
            { [.integer(5_000_000), .integer(5_400_000)].contains($0["completed_at"]) }
        ),
        (
            [("completed_at", "!1970-01-01T00:00:05Z")],
            { ![.integer(5_000_000), .integer(5_400_000)].contains($0["completed_at"]) }
        ),
        ([("completed_at", ">1970-01-01T00:00:05Z")], { ($0["completed_at"].integer ?? 0) > 5_999_999 }),
        ([("completed_at", "1969-12-31T23:59:59Z")], { $0["completed_at"] == .integer(-1) }),
        ([("next_target_at", "best_effort")], { $0["next_target_at"] == .integer(Target.bestEffort) }),
        (
            [("status", "!completed"), ("team", "!")],
            { $0["status"] != .integer(RequestStatus.completed.rawValue) && !$0["team"].isNull }
        ),
        ([("predefined_filter", "completed")], { $0["status"] == .integer(RequestStatus.completed.rawValue) }),
        ([("predefined_filter", "open")], { $0["status"] != .integer(RequestStatus.completed.rawValue) }),
        ([("category", "unheard_of")], { _ in false }), ([("service_instance", "1")], { _ in false }),
        ([("service_instance", "")], { _ in true }),
    ]

    @Test func filteredListsAreWalkedBothWays() async throws {
        try await Office.with { office in
            try await office.addRandomRequests(Self.count, seed: 12)
            let rows = try await Reference.all(office, .requests)
            let active = try await Self.active(office)
            for (parameters, holds) in Self.filters {
                for sort in ["-id", "team", "-completed_at", "impact,-subject"] {
                    let expected = rows.filter { active.contains($0.id) && holds($0) }
                        .sorted { Reference.isOrdered($0, $1, by: sort) }.map(\.id)
                    let pages = Pages(
                        office.store, .requests, for: office.perspective(), parameters + [("sort", sort)])
                    try await Self.walk(pages, size: 5, expected: expected)
                }
            }
        }
    }

    @Test func pageNumbersGiveTheSameSlices() async throws {
        try await Office.with { office in
            try await office.addRandomRequests(40, seed: 13)
            for sort in ["-id", "team", "-team", "-impact,subject", "status"] {
                let pages = Pages(office.store, .requests, for: office.perspective(), [("sort", sort)])
                for page in try await pages.forward(size: 6) {
                    let same = try await pages.page([("per_page", "6"), ("page", "\(page.number)")])
                    #expect(same.bytes == page.bytes && same.next == page.next && same.number == page.number)
                    #expect((same.previous == nil) == (page.number == 1))
                }
                for number in ["8", "1000", "9223372036854775807"] {
                    let past = try await pages.page([("per_page", "6"), ("page", number)])
                    #expect(try past.ids.isEmpty)
                    #expect(past.next == nil && (past.total ?? 0) > 0)
                }
            }
        }
    }

    @Test func anEmptyListIsEmptyEverywhere() async throws {
        try await Office.with { office in
            for schema in [Schema.requests, .services, .organizations] {
                for number in ["1", "2"] {
                    let page = try await Pages(office.store, schema, for: office.perspective()).page([("page", number)])
                    #expect(String(buffer: page.bytes) == "[]")
                    #expect(page.total == 0 && page.pages == 0 && page.next == nil && page.previous == nil)
                }
            }
        }
    }

    @Test func aCursorIsOfOneListOnly() async throws {
        try await Office.with { office in
            try await office.addRandomRequests(30, seed: 14)
            let own: [(String, String)] = [("sort", "team"), ("subject", "a"), ("sourceID", "!1")]
            let pages = Pages(office.store, .requests, for: office.perspective(), own + [("per_page", "1")])
            let cursor = try #require(try await pages.page().next)
            _ = try await pages.page([("search_after", cursor)])
            let others: [[(String, String)]] = [
                [], [("sort", "team")], [("sort", "-team"), ("subject", "a"), ("sourceID", "!1")],
                [("sort", "member"), ("subject", "a"), ("sourceID", "!1")],
                [("sort", "team"), ("subject", "b"), ("sourceID", "!1")],
                [("sort", "team"), ("subject", "a1"), ("sourceID", "!")],
                [("sort", "team"), ("subject", "a"), ("sourceID", "!2")],
            ]
            for other in others {
                let list = Pages(office.store, .requests, for: office.perspective(), other)
                await #expect(throws: Refusal.malformed("Parameter 'search_after' is not a cursor of this list")) {
                    try await list.page([("search_after", cursor)])
                }
            }
        }
    }

    /// Values are told apart by more than their bytes in a row.
    @Test func aCursorOfAListWithTheSameLettersIsRefused() async throws {
        try await Office.with { office in
            try await office.addRandomRequests(30, seed: 15)
            let filters: [(String, String)] = [("subject", "!x"), ("sourceID", "!yz")]
            let pages = Pages(office.store, .requests, for: office.perspective(), filters + [("per_page", "1")])
            let cursor = try #require(try await pages.page().next)
            let other = Pages(
                office.store, .requests, for: office.perspective(), [("subject", "!xy"), ("sourceID", "!z")])
            await #expect(throws: Refusal.self) { try await other.page([("search_after", cursor)]) }
        }
    }
}
