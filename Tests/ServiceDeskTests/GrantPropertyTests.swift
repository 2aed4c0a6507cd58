import Resources
import Store
import TestSupport
import Testing
import Wire

@testable import ServiceDesk

/// Grants are kept command by command. Whatever the commands were, they equal what can be read off the rows.
@Suite struct GrantPropertyTests {
    /// What is kept, and what it should be.
    private static func check(_ company: Company, _ hint: String) async throws {
        let kept = try await company.rows(
            "SELECT holder, kind, account, life_cycle, record_id FROM grants ORDER BY 2, 5, 1, 3, 4", columns: 5)
        let named: SQL = """
            SELECT holder, 6, r.account, r.life_cycle, r.id FROM requests r JOIN (
            SELECT requested_by_id holder, id FROM requests UNION SELECT requested_for_id, id FROM requests
            UNION SELECT member_id, id FROM requests WHERE member_id IS NOT NULL
            UNION SELECT -team_id, id FROM requests WHERE team_id IS NOT NULL
            UNION SELECT person_id, subject_id FROM watches WHERE subject_kind = 6) n ON n.id = r.id
            """
        let due = try await company.rows(
            """
            \(named) UNION SELECT id, 2, account, 0, id FROM people
            UNION SELECT p.id, 4, p.account, 0, o.id FROM people p
            JOIN organizations o ON o.id = p.organization_id AND o.account = p.account
            UNION SELECT m.person_id, 3, t.account, 0, t.id FROM team_members m JOIN teams t ON t.id = m.team_id
            ORDER BY 2, 5, 1, 3, 4
            """, columns: 5)
        #expect(kept == due, "\(hint)")
        let astray = try await company.rows(
            """
            SELECT w.id FROM watches w JOIN requests r ON r.id = w.subject_id
            WHERE w.subject_kind = 6 AND w.life_cycle <> r.life_cycle
            """, columns: 1)
        #expect(astray.isEmpty, "\(hint)")
    }

    /// A random command. It may be refused; then it must leave everything as it was, grants included.
    private static func step(_ company: Company, _ generator: inout SeededGenerator) async throws -> String {
        let people = [company.admin, company.specialist, company.analyst] + company.users
        func person() -> JSON { .integer((people.randomElement(using: &generator) ?? company.admin).person) }
        func maybe(_ value: JSON) -> JSON { Int.random(in: 0..<4, using: &generator) == 0 ? .null : value }
        let team = company.teams.randomElement(using: &generator) ?? 0
        let request = Int64.random(in: 1...6, using: &generator)
        let watch = Int64.random(in: 1...20, using: &generator)
        let command = Int.random(in: 0..<12, using: &generator)
        switch command {
        case 0:
            _ = try await company.request([
                ("requested_by_id", person()), ("requested_for_id", person()), ("team_id", maybe(.integer(team))),
            ])
        case 1: try await company.update(request, [("requested_by_id", person())])
        case 2: try await company.update(request, [("requested_for_id", person())])
        case 3: try await company.update(request, [("team_id", maybe(.integer(team)))])
        case 4: try await company.update(request, [("member_id", maybe(.integer(company.specialist.person)))])
        case 5: try await company.complete(request)
        case 6, 7: _ = try await company.watch(request, person().number, by: company.admin)
        case 8:
            let input = try Company.input(.watches, [("person_id", person())])
            try await company.store.write {
                try Watches.update($0, of: request, entry: watch, input, by: company.admin)
            }
        case 9:
            try await company.store.write {
                try Watches.remove($0, of: request, entry: watch, by: company.analyst)
            }
        case 10:
            let place = LifeCycle.allCases.randomElement(using: &generator) ?? .active
            try await company.store.write { try Requests.move($0, id: request, to: place, by: company.admin) }
        default: try await directory(company, person().number, team, &generator)
        }
        return "command \(command) on \(request)"
    }

    private static func directory(
        _ company: Company, _ person: Int64, _ team: Int64, _ generator: inout SeededGenerator
    ) async throws {
        let organization = [JSON.null, .integer(1), .integer(2)].randomElement(using: &generator) ?? .null
        let choice = Int.random(in: 0..<3, using: &generator)
        try await company.store.write { transaction in
            switch choice {
            case 0: try Teams.members.link(transaction, team, to: person, by: company.admin)
            case 1: try Teams.members.unlink(transaction, team, from: person, by: company.admin)
            default:
                try People.update(
                    transaction, id: person, Company.input(.people, [("organization_id", organization)]),
                    by: company.admin)
            }
        }
    }

    @Test(arguments: [1, 2, 3])
    func grantsFollowFromTheRows(_ seed: UInt64) async throws {
        try await Company.with { company in
            try await company.store.write { transaction in
                for name in ["One", "Two"] {
                    _ = try Organizations.create(
                        transaction, Company.input(.organizations, [("name", .string(name))]), by: company.admin)
                }
            }
            var generator = SeededGenerator(seed: seed)
            var done = 0
            for number in 0..<150 {
                var hint = "step \(number)"
                do {
                    hint = try await Self.step(company, &generator)
                    done += 1
                } catch is Refusal {}
                try await Self.check(company, hint)
            }
            #expect(done > 50, "most commands did something")
        }
    }

    @Test func removingAllWatchersKeepsThoseWhoAreNamed() async throws {
        try await Company.with { company in
            let id = try await company.request([("requested_for_id", .integer(company.users[0].person))])
            for viewer in company.users { _ = try await company.watch(id, viewer.person, by: company.admin) }
            try await Self.check(company, "added")
            try await company.store.write { try Watches.remove($0, of: id, entry: nil, by: company.admin) }
            try await Self.check(company, "removed")
            let holders = try await company.rows(
                "SELECT holder FROM grants WHERE kind = 6 AND record_id = \(id) ORDER BY holder", columns: 1)
            #expect(holders == [[.integer(company.admin.person)], [.integer(company.users[0].person)]])
        }
    }
}

extension JSON {
    /// The integer that this is; 0 when it is none.
    var number: Int64 {
        if case .integer(let number) = self { number } else { 0 }
    }
}
