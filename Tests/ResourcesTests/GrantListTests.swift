import ServiceDesk
import Store
import TestSupport
import Testing
import Wire

@testable import Resources

@Suite struct GrantListTests {
    /// Grants at random: the person's own, their teams', often both, and those of others.
    private static func addGrants(_ office: Office, seed: UInt64) async throws {
        try await office.store.write { transaction in
            var generator = SeededGenerator(seed: seed)
            let rows = try transaction.db.all("SELECT id, account, life_cycle FROM requests ORDER BY id") {
                (id: $0.integer(0), account: $0.integer(1), lifeCycle: $0.integer(2))
            }
            let holders = [office.people[0], -office.teams[0], -office.teams[1], office.people[1]]
            for row in rows {
                for holder in holders where Int.random(in: 0..<3, using: &generator) == 0 {
                    _ = try transaction.execute(
                        "INSERT INTO grants VALUES (\(holder), 6, \(row.account), \(row.lifeCycle), \(row.id))")
                }
                // The same number means another record in another kind.
                _ = try transaction.execute(
                    "INSERT INTO grants VALUES (\(office.people[0]), 99, \(row.account), 0, \(row.id))")
            }
        }
    }

    private static func granted(_ office: Office, _ holders: [Int64]) async throws -> Set<Int64> {
        let rows = try await office.rows(
            """
            SELECT DISTINCT r.id FROM requests r JOIN grants g ON g.kind = 6 AND g.record_id = r.id
            WHERE r.life_cycle = 0 AND g.holder IN (\(list: holders))
            """, columns: 1)
        return Set(rows.compactMap { $0[0].integer })
    }

    @Test func holdersSeeExactlyWhatTheyWereGranted() async throws {
        try await Office.with { office in
            try await office.addRandomRequests(70, seed: 21, foreignShare: 20)
            try await Self.addGrants(office, seed: 22)
            let rows = try await Reference.all(office, .requests)
            let all: [[Int64]] = [
                [office.people[0]], [office.people[0], -office.teams[0]],
                [office.people[0], -office.teams[0], -office.teams[1]], [office.people[2]],
            ]
            for holders in all {
                let seen = try await Self.granted(office, holders)
                let perspective = office.perspective(seesAccount: false, holders: holders)
                for (sort, filter) in [("-id", ""), ("id", ""), ("-team", ""), ("subject,-impact", ""), ("-id", "a")] {
                    let expected = rows.filter {
                        seen.contains($0.id) && (filter.isEmpty || $0["subject"] == .text("a"))
                    }
                    .sorted { Reference.isOrdered($0, $1, by: sort) }.map(\.id)
                    let filters = filter.isEmpty ? [] : [("subject", filter)]
                    let pages = Pages(office.store, .requests, for: perspective, filters + [("sort", sort)])
                    let forward = try await pages.forward(size: 4)
                    #expect(try forward.flatMap { try $0.ids } == expected, "\(holders) by \(sort)")
                    let backward = try await pages.backward(from: forward.last)
                    #expect(try backward.flatMap { try $0.ids } == expected, "\(holders) by \(sort)")
                    #expect(Set((forward + backward).map(\.total)) == [Int64(expected.count)])
                }
            }
        }
    }

    @Test func aSingleRecordIsFoundExactlyWhenItIsGranted() async throws {
        try await Office.with { office in
            try await office.addRandomRequests(40, seed: 23, foreignShare: 20)
            try await Self.addGrants(office, seed: 24)
            let holders = [office.people[0], -office.teams[0]]
            let perspective = office.perspective(seesAccount: false, holders: holders)
            let active = try await Self.granted(office, holders)
            for row in try await Reference.all(office, .requests) {
                let found = try await office.store.read { db in
                    do {
                        return try JSON.parse(Single.read(db, .requests, id: row.id, for: perspective))["id"]?.integer
                    } catch Refusal.notFound {
                        return nil
                    }
                }
                let exists = try await office.store.read { db in
                    do {
                        return try Single.see(db, .requests, id: row.id, for: perspective).id == row.id
                    } catch Refusal.notFound {
                        return false
                    }
                }
                #expect((found != nil) == exists && (found == nil || found == row.id))
                if active.contains(row.id) { #expect(exists) }
            }
        }
    }

    @Test func whoSeesTheAccountNeedsNoGrants() async throws {
        try await Office.with { office in
            try await office.addRandomRequests(20, seed: 25)
            let page = try await Pages(office.store, .requests, for: office.perspective()).page([("per_page", "100")])
            let active = try await office.rows(
                "SELECT id FROM requests WHERE account = \(office.account.number) AND life_cycle = 0", columns: 1)
            #expect(try Set(page.ids) == Set(active.compactMap { $0[0].integer }))
            let nobody = office.perspective(seesAccount: false, holders: [office.people[2]])
            #expect(try await Pages(office.store, .requests, for: nobody).page().ids.isEmpty)
        }
    }
}
