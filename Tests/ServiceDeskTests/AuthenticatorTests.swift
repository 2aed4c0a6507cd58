import Resources
import Store
import Testing
import Wire

@testable import ServiceDesk

@Suite struct AuthenticatorTests {
    static func token(
        _ company: Company, _ viewer: Viewer, scopes: Scopes = .everything, expiresAt: Timestamp? = nil
    ) async throws -> String {
        try await company.store.write {
            try Tokens.create($0, person: viewer.person, name: "test", scopes: scopes, expiresAt: expiresAt).secret
        }
    }

    private static func refusal(_ authenticator: Authenticator, _ token: String, account: String? = nil) async
        -> Refusal?
    {
        do {
            _ = try await authenticator.viewer(token: token, account: account)
            return nil
        } catch {
            return error as? Refusal
        }
    }

    @Test func aTokenLeadsToItsPerson() async throws {
        try await Company.with { company in
            let scopes = try #require(Scopes("request:RU"))
            let token = try await Self.token(company, company.specialist, scopes: scopes)
            let authenticator = Authenticator(company.store)
            for _ in 0..<2 {
                let viewer = try await authenticator.viewer(token: token, account: nil)
                #expect(viewer.person == company.specialist.person && viewer.name == "Specialist")
                #expect(
                    viewer.account == company.account
                        && viewer.roles(in: company.account.number) == Roles(.specialist))
                #expect(viewer.scopes == scopes && viewer.perspective.seesAccount)
                #expect(viewer.perspective.account == company.account.number)
                #expect(viewer.perspective.holders == [company.specialist.person] + company.teams.map { -$0 })
            }
        }
    }

    @Test func whatIsNoTokenOfOursIsRefused() async throws {
        try await Company.with { company in
            let token = try await Self.token(company, company.admin)
            let authenticator = Authenticator(company.store)
            for other in [
                "", "garbage", TokenText.random().secret, String(token.dropLast()), token + "x", token.lowercased(),
            ] {
                #expect(await Self.refusal(authenticator, other) == .unauthenticated)
            }
            #expect(await Self.refusal(authenticator, token) == nil)
        }
    }

    /// Tokens are taken back where no cache hears of it, so that only those which are remembered are let in.
    @Test func tokensInUseAreRememberedHoweverManyOthersPass() async throws {
        try await Company.with { company in
            var (regulars, passing): ([String], [String]) = ([], [])
            for _ in 0..<3 { regulars.append(try await Self.token(company, company.users[0])) }
            for _ in 0..<20 { passing.append(try await Self.token(company, company.users[1])) }
            let authenticator = Authenticator(company.store, capacity: 4)
            for token in regulars { #expect(await Self.refusal(authenticator, token) == nil) }
            func takeBack(_ viewer: Viewer) async throws {
                try await company.store.write {
                    _ = try $0.execute("UPDATE tokens SET revoked_at = 1 WHERE person_id = \(viewer.person)")
                }
            }
            try await takeBack(company.users[0])
            for other in passing {
                for token in regulars + [other] { #expect(await Self.refusal(authenticator, token) == nil) }
            }
            try await takeBack(company.users[1])
            #expect(await Self.refusal(authenticator, passing[0]) == .unauthenticated, "not used for long")
            #expect(await Self.refusal(Authenticator(company.store), regulars[0]) == .unauthenticated)
        }
    }

    @Test func aTokenEndsWhenItSays() async throws {
        try await Company.with { company in
            let end = company.clock.time.adding(minutes: 1)
            let token = try await Self.token(company, company.admin, expiresAt: end)
            let authenticator = Authenticator(company.store)
            company.clock.advance(seconds: 59)
            #expect(await Self.refusal(authenticator, token) == nil)
            company.clock.advance(seconds: 1)
            #expect(await Self.refusal(authenticator, token) == .unauthenticated, "though it is remembered")
            #expect(await Self.refusal(Authenticator(company.store), token) == .unauthenticated)
        }
    }

    @Test func aRevokedTokenEndsHereAndElsewhere() async throws {
        try await Company.with { company in
            let revoked = try await Self.token(company, company.admin)
            let kept = try await Self.token(company, company.admin)
            try await company.withSecondStore { second in
                let (here, there) = (Authenticator(company.store), Authenticator(second))
                for token in [revoked, kept] {
                    #expect(await Self.refusal(here, token) == nil)
                    #expect(await Self.refusal(there, token) == nil)
                }
                try await company.store.write { try Tokens.revoke($0, id: 1) }
                #expect(await Self.refusal(here, revoked) == .unauthenticated)
                try await second.followEpoch()
                #expect(await Self.refusal(there, revoked) == .unauthenticated)
                #expect(await Self.refusal(here, kept) == nil)
                #expect(await Self.refusal(there, kept) == nil)
                await #expect(throws: Refusal.notFound) {
                    try await company.store.write { try Tokens.revoke($0, id: 1) }
                }
                await #expect(throws: Refusal.notFound) {
                    try await company.store.write { try Tokens.revoke($0, id: 99) }
                }
            }
        }
    }

    @Test func aDisabledPersonIsNobodyUntilEnabled() async throws {
        try await Company.with { company in
            let token = try await Self.token(company, company.users[0])
            try await company.withSecondStore { second in
                let (here, there) = (Authenticator(company.store), Authenticator(second))
                for disabled in [false, true, false] {
                    try await company.store.write {
                        try PeopleDirectory.setDisabled($0, person: company.users[0].person, disabled)
                    }
                    try await second.followEpoch()
                    let expected: Refusal? = disabled ? .unauthenticated : nil
                    #expect(await Self.refusal(here, token) == expected)
                    #expect(await Self.refusal(there, token) == expected)
                }
            }
        }
    }

    @Test func newRolesTeamsAndNamesAreSeen() async throws {
        try await Company.with { company in
            let (token, person) = (try await Self.token(company, company.users[0]), company.users[0].person)
            let authenticator = Authenticator(company.store)
            func viewer() async throws -> Viewer { try await authenticator.viewer(token: token, account: nil) }
            let before = try await viewer()
            #expect(
                before.roles(in: company.account.number).isEmpty && !before.perspective.seesAccount
                    && before.perspective.holders == [person])
            try await company.store.write {
                try PeopleDirectory.setRoles($0, person: person, account: company.account, Roles(.auditor))
                try Teams.members.link($0, company.teams[1], to: person, by: company.admin)
            }
            let after = try await viewer()
            #expect(after.roles(in: company.account.number) == Roles(.auditor) && after.perspective.seesAccount)
            #expect(after.perspective.holders == [person, -company.teams[1]])
            try await company.store.write {
                try PeopleDirectory.setRoles($0, person: person, account: company.account, [])
                try Teams.members.unlink($0, company.teams[1], from: person, by: company.admin)
                try People.update(
                    $0, id: person,
                    Company.input(.people, [("name", .string("Anna")), ("time_zone", .string("Amsterdam"))]),
                    by: company.admin)
            }
            let last = try await viewer()
            #expect(
                last.roles(in: company.account.number).isEmpty && last.perspective.holders == [person]
                    && last.name == "Anna")
            #expect(last.perspective.zone.name == "Amsterdam" && before.perspective.zone == .utc)
        }
    }

    /// Where no record of another account can name somebody, none of their lists asks for such.
    @Test func foreignGrantsArePossibleWhereAccountsTrustOrRolesAreOrWereHeld() async throws {
        try await Company.with { company in
            let token = try await Self.token(company, company.users[0])
            let stranger = try await Self.token(company, company.stranger)
            let authenticator = Authenticator(company.store)
            func mayHold(_ token: String, _ account: String? = nil) async throws -> Bool {
                try await authenticator.viewer(token: token, account: account).perspective.mayHoldForeignGrants
            }
            #expect(try await !mayHold(token))
            #expect(try await !mayHold(stranger))
            for roles in [Roles(.auditor), []] {
                try await company.store.write {
                    try PeopleDirectory.setRoles(
                        $0, person: company.users[0].person, account: company.other, roles)
                }
                // What was granted stays when the role is taken.
                #expect(try await mayHold(token))
                #expect(try await !mayHold(stranger))
            }
            try await company.store.write { try Accounts.trust($0, company.account, trusts: company.other) }
            #expect(try await mayHold(stranger))
            #expect(try await mayHold(stranger, "wna"))
            let other = try await Self.token(company, company.users[1])
            #expect(try await !mayHold(other), "trust has a direction")
            // A team of wdc is given what wdc's records name, and what those of wna do.
            try await company.store.write { transaction in
                var team = Draft(new: .teams, account: company.other.number)
                team["name"] = .text("Afar")
                for flag in ["disabled", "auto_assign"] { team[flag] = false.sqlValue }
                team["custom_fields"] = .text("[]")
                let id = try transaction.save(&team, by: nil)
                try transaction.execute("INSERT INTO team_members VALUES (\(id), \(company.users[1].person))")
                transaction.invalidate(Invalidation(kind: RecordKind.person.code, id: company.users[1].person))
            }
            #expect(try await mayHold(other))
        }
    }

    @Test func anAccountIsOnesOwnOrOneOfARoleOrOneThatTrusts() async throws {
        try await Company.with { company in
            let token = try await Self.token(company, company.users[0])
            let authenticator = Authenticator(company.store)
            func isForbidden(_ account: String) async -> Bool {
                if case .forbidden = await Self.refusal(authenticator, token, account: account) { true } else { false }
            }
            for account in ["wdc", "nowhere", "", "WNA"] { #expect(await isForbidden(account), "\(account)") }
            #expect(await !isForbidden("wna"))
            try await company.store.write {
                try PeopleDirectory.setRoles(
                    $0, person: company.users[0].person, account: company.other, Roles(.specialist))
            }
            let viewer = try await authenticator.viewer(token: token, account: "wdc")
            #expect(
                viewer.account == company.other
                    && viewer.roles(in: company.other.number) == Roles(.specialist))
            let home = try await authenticator.viewer(token: token, account: nil)
            #expect(home.roles(in: company.account.number).isEmpty)
            #expect(home.roles(in: company.other.number) == Roles(.specialist), "as wherever they work")
            try await company.store.write {
                try PeopleDirectory.setRoles($0, person: company.users[0].person, account: company.other, [])
            }
            #expect(await isForbidden("wdc"))
            try await company.store.write { try Accounts.trust($0, company.other, trusts: company.account) }
            #expect(await !isForbidden("wdc"))
            let stranger = try await Self.token(company, company.stranger)
            #expect(await Self.refusal(authenticator, stranger, account: "wna") != nil, "trust has a direction")
        }
    }
}
