import ServiceDesk
import Store
import TestSupport
import Testing

@testable import Resources

@Suite struct TallyMoveTests {
    /// Life cycle, status and total of every tally that is not zero.
    private static func tallies(_ office: Office) async throws -> [[SQLValue]] {
        try await office.rows(
            """
            SELECT life_cycle, status, CAST(sum(total) AS bigint) FROM tallies
            WHERE resource = 6 AND account = \(office.account.number)
            GROUP BY 1, 2 HAVING sum(total) <> 0 ORDER BY 1, 2
            """, columns: 3)
    }

    /// The same, counted.
    private static func counted(_ office: Office) async throws -> [[SQLValue]] {
        try await office.rows(
            "SELECT life_cycle, status, count(*) FROM requests GROUP BY 1, 2 ORDER BY 1, 2", columns: 3)
    }

    @Test func talliesFollowStatusAndLifeCycle() async throws {
        try await Office.with { office in
            var generator = SeededGenerator(seed: 4)
            var ids: [Int64] = []
            for _ in 0..<8 { ids.append(try await office.add { office.request() }) }
            for _ in 0..<60 {
                guard let id = ids.randomElement(using: &generator) else { break }
                let status = RequestStatus.allCases.randomElement(using: &generator) ?? .assigned
                let place = LifeCycle.allCases.randomElement(using: &generator) ?? .active
                if Bool.random(using: &generator) {
                    try await office.change(.requests, id, ["status": .integer(status.rawValue)])
                } else {
                    try await Self.move(office, id, to: place)
                }
                let (kept, counted) = (try await Self.tallies(office), try await Self.counted(office))
                #expect(kept == counted)
            }
        }
    }

    private static func move(_ office: Office, _ id: Int64, to place: LifeCycle) async throws {
        try await office.store.write { transaction in
            guard var draft = try Draft.loadUnseen(transaction, .requests, id: id) else { throw Refusal.notFound }
            try transaction.move(&draft, to: place, by: office.people[0])
            #expect(draft.lifeCycle == place)
        }
    }

    @Test func aMoveSaysWhoAndWhenAndTakesTheGrantsAlong() async throws {
        try await Office.with { office in
            let id = try await office.add { office.request() }
            try await office.store.write { transaction in
                _ = try transaction.execute(
                    "INSERT INTO grants VALUES (7, 6, \(office.account.number), 0, \(id)), (8, 6, 1, 0, \(id + 1))")
            }
            for (place, entries) in [(LifeCycle.archived, 1), (.archived, 1), (.trashed, 1), (.active, 0)] {
                try await Self.move(office, id, to: place)
                let entry = try await office.rows(
                    "SELECT life_cycle, person_id, created_at FROM archive_entries WHERE record_id = \(id)", columns: 3)
                #expect(entry.count == entries)
                if let entry = entry.first {
                    #expect(entry == [.integer(place.rawValue), .integer(office.people[0]), office.store.now.sqlValue])
                }
                let grants = try await office.rows(
                    "SELECT life_cycle FROM grants WHERE holder IN (7, 8) ORDER BY holder", columns: 1)
                #expect(grants == [[.integer(place.rawValue)], [.integer(0)]])
            }
            let lines = try await office.rows(
                "SELECT changes FROM audit_lines WHERE kind = 6 AND action = 2 ORDER BY id", columns: 1)
            #expect(
                lines.map { $0[0].text } == [
                    "{\"life_cycle\":[\"active\",\"archived\"]}", "{\"life_cycle\":[\"archived\",\"trashed\"]}",
                    "{\"life_cycle\":[\"trashed\",\"active\"]}",
                ])
        }
    }

    @Test func aSaveThatIsRolledBackCountsNothing() async throws {
        try await Office.with { office in
            await #expect(throws: Refusal.notFound) {
                try await office.store.write { transaction in
                    var draft = office.request()
                    _ = try transaction.save(&draft, by: office.people[0])
                    throw Refusal.notFound
                }
            }
            let left = (
                try await Self.tallies(office), try await Self.counted(office),
                try await office.rows("SELECT 1 FROM audit_lines WHERE kind = 6", columns: 1)
            )
            #expect(left.0.isEmpty && left.1.isEmpty && left.2.isEmpty)
        }
    }
}
