import Resources
import Store
import Testing
import Wire

@testable import ServiceDesk

@Suite struct DirectoryCommandTests {
    private static func organization(_ company: Company, _ name: String, parent: Int64? = nil) async throws -> Int64 {
        let fields: [(String, JSON)] = [("name", .string(name)), ("parent_id", parent.map { .integer($0) } ?? .null)]
        let input = try Company.input(.organizations, fields)
        return try await company.store.write { try Organizations.create($0, input, by: company.admin) }
    }

    @Test func organizationsFormNoCircles() async throws {
        try await Company.with { company in
            let top = try await Self.organization(company, "Top")
            let middle = try await Self.organization(company, "Middle", parent: top)
            let bottom = try await Self.organization(company, "Bottom", parent: middle)
            for (id, parent, isCircle) in [
                (top, top, true), (top, middle, true), (top, bottom, true), (middle, bottom, true),
                (bottom, top, false), (top, middle, true), (top, bottom, true), (middle, bottom, false),
                (bottom, middle, true), (top, middle, true),
            ] {
                let input = try Company.input(.organizations, [("parent_id", .integer(parent))])
                let (refusal, leftNothing) = try await company.refusal {
                    try await company.store.write { try Organizations.update($0, id: id, input, by: company.admin) }
                }
                let circle = Refusal.invalid("parent", "Parent can't be the organization itself or a part of it")
                #expect(refusal == (isCircle ? circle : nil), "\(id) under \(parent)")
                #expect((refusal == nil) != leftNothing)
                #expect(try await Self.hasNoCircle(company))
            }
        }
    }

    private static func hasNoCircle(_ company: Company) async throws -> Bool {
        let longest = try await company.rows(
            """
            WITH RECURSIVE up(id, depth) AS (SELECT id, 0 FROM organizations UNION
            SELECT o.parent_id, depth + 1 FROM organizations o JOIN up ON up.id = o.id
            WHERE o.parent_id IS NOT NULL AND depth < 10) SELECT max(depth) FROM up
            """, columns: 1)
        return (longest[0][0].integer ?? 10) < 10
    }

    @Test func theDirectoryIsChangedByThoseWhoMay() async throws {
        try await Company.with { company in
            let named: [(String, JSON)] = [("name", .string("New"))]
            let person = named + [("primary_email", .string("new@wna"))]
            for viewer in [company.specialist, company.analyst, company.users[0]] {
                let commands: [@Sendable (Transaction) throws -> Int64] = [
                    { try Teams.create($0, Company.input(.teams, named), by: viewer) },
                    { try Organizations.create($0, Company.input(.organizations, named), by: viewer) },
                    { try People.create($0, Company.input(.people, person), by: viewer) },
                    {
                        try Services.create(
                            $0, Company.input(.services, named + [("provider_id", .integer(1))]), by: viewer)
                    },
                ]
                for command in commands {
                    let (refusal, leftNothing) = try await company.refusal {
                        _ = try await company.store.write(command)
                    }
                    guard case .forbidden = refusal else {
                        Issue.record("\(String(describing: refusal))")
                        continue
                    }
                    #expect(leftNothing)
                }
            }
        }
    }

    @Test func aPersonNeedsANameAndAnAddressOfHerOwn() async throws {
        try await Company.with { company in
            let name: (String, JSON) = ("name", .string("New"))
            for (fields, expected) in [
                ([("primary_email", .string("a@b"))], [("name", "Name can't be blank")]),
                (
                    [name],
                    [("primary_email", "Primary email can't be blank"), ("primary_email", "Primary email is invalid")]
                ),
                ([name, ("primary_email", .string("nobody"))], [("primary_email", "Primary email is invalid")]),
                ([name, ("primary_email", .string("a b@c"))], [("primary_email", "Primary email is invalid")]),
                (
                    [name, ("primary_email", .string("ANN@wna"))],
                    [("primary_email", "Primary email has already been taken")]
                ),
                (
                    [name, ("primary_email", .string("a@b")), ("manager_id", .integer(company.stranger.person))],
                    [("manager", "Manager must exist")]
                ),
            ] as [([(String, JSON)], [(String, String)])] {
                let (refusal, leftNothing) = try await company.refusal {
                    try await company.store.write {
                        _ = try People.create($0, Company.input(.people, fields), by: company.admin)
                    }
                }
                if case .invalid(let errors) = refusal {
                    let allowed = expected.map { FieldError($0, $1) }
                    #expect(!errors.isEmpty && errors.allSatisfy(allowed.contains))
                } else {
                    Issue.record("\(String(describing: refusal))")
                }
                #expect(leftNothing)
            }
        }
    }

    @Test func membersComeAndGo() async throws {
        try await Company.with { company in
            let (team, user) = (company.teams[0], company.users[0].person)
            let cases: [(Int64, Int64, Viewer, Refusal)] = [
                (99, user, company.admin, .notFound), (team, 99, company.admin, .notFound),
                (team, company.stranger.person, company.admin, .notFound), (team, user, company.users[0], .notFound),
                (team, user, company.specialist, .forbidden("Specialist holds no role that may change teams")),
            ]
            for (team, person, viewer, expected) in cases {
                let (refusal, leftNothing) = try await company.refusal {
                    try await company.store.write { try Teams.members.link($0, team, to: person, by: viewer) }
                }
                #expect(refusal == expected && leftNothing)
            }
            for isNew in [true, false] {
                let (refusal, leftNothing) = try await company.refusal {
                    try await company.store.write {
                        try Teams.members.link($0, team, to: user, by: company.admin)
                    }
                }
                #expect(refusal == nil && leftNothing == !isNew, "adding twice changes nothing")
            }
            for isMember in [true, false] {
                let (refusal, _) = try await company.refusal {
                    try await company.store.write {
                        try Teams.members.unlink($0, team, from: user, by: company.admin)
                    }
                }
                #expect(refusal == (isMember ? nil : .notFound))
            }
        }
    }

    @Test func aCoordinatorIsAMember() async throws {
        try await Company.with { company in
            func coordinate(_ person: Int64) async throws -> (refusal: Refusal?, leftNothing: Bool) {
                let input = try Company.input(.teams, [("coordinator_id", .integer(person))])
                return try await company.refusal {
                    try await company.store.write {
                        try Teams.update($0, id: company.teams[0], input, by: company.admin)
                    }
                }
            }
            let (refusal, leftNothing) = try await coordinate(company.users[0].person)
            #expect(refusal == .invalid("coordinator", "Coordinator must be a member of the team") && leftNothing)
            #expect(try await coordinate(company.specialist.person).refusal == nil)
        }
    }

    @Test(arguments: ["", "WNA", "a b", "ä", "a_b", String(repeating: "a", count: 65), "wna", "a\0"])
    func anAccountNeedsAPlainIdOfItsOwn(_ id: String) async throws {
        try await Company.with { company in
            let (refusal, leftNothing) = try await company.refusal {
                try await company.store.write { _ = try Accounts.create($0, id: id, name: "New") }
            }
            guard case .invalid(let errors) = refusal else {
                Issue.record("\(String(describing: refusal))")
                return
            }
            #expect(errors.allSatisfy { $0.field == "id" } && leftNothing)
        }
    }
}
