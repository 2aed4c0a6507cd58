import Store
import TestSupport
import Testing
import Wire

@testable import ServiceDesk

/// The trigger that counts is written in the embedded engine's words.
@Suite(.enabled(if: TestEngine.current == .sqlite)) struct LastUseTests {
    private static func countUses(_ company: Company) async throws {
        try await company.store.write {
            try $0.run(
                script: """
                    CREATE TABLE uses (token INTEGER, at INTEGER);
                    CREATE TRIGGER used AFTER UPDATE OF last_used_at ON tokens
                    BEGIN INSERT INTO uses VALUES (new.id, new.last_used_at); END
                    """)
        }
    }

    /// The uses that were written, once there are so many.
    private static func uses(_ company: Company, atLeast count: Int) async throws -> [[SQLValue]] {
        // The note of a use is written by a task nobody waits for.
        for _ in 0..<100_000 {
            let rows = try await company.rows("SELECT token, at FROM uses ORDER BY at, token", columns: 2)
            if rows.count >= count { return rows }
            await Task.yield()
        }
        return []
    }

    @Test func theLastUseIsWrittenAtMostOnceAMinute() async throws {
        try await Company.with { company in
            let token = try await AuthenticatorTests.token(company, company.admin)
            let other = try await AuthenticatorTests.token(company, company.users[0])
            try await Self.countUses(company)
            let authenticator = Authenticator(company.store)
            let start = company.clock.time.microseconds
            for seconds: Int64 in [0, 30, 29, 1, 59] {
                company.clock.advance(seconds: seconds)
                _ = try await authenticator.viewer(token: token, account: nil)
            }
            let due = [[SQLValue.integer(1), .integer(start)], [.integer(1), .integer(start + 60_000_000)]]
            #expect(try await Self.uses(company, atLeast: 2) == due)
            _ = try await authenticator.viewer(token: other, account: nil)
            #expect(try await Self.uses(company, atLeast: 3) == due + [[.integer(2), .integer(start + 119_000_000)]])
        }
    }

    @Test func othersThatPassDoNotMakeItBeWrittenMoreOften() async throws {
        try await Company.with { company in
            var tokens: [String] = []
            for _ in 0..<20 { tokens.append(try await AuthenticatorTests.token(company, company.users[0])) }
            try await Self.countUses(company)
            let authenticator = Authenticator(company.store, capacity: 4)
            for other in tokens[3...] {
                for token in tokens[..<3] + [other] { _ = try await authenticator.viewer(token: token, account: nil) }
            }
            let now = company.clock.time.sqlValue
            #expect(
                try await Self.uses(company, atLeast: tokens.count) == (1...20).map { [SQLValue.integer($0), now] })
        }
    }
}
