import Files
import Resources
import Store
import Testing
import Wire

@testable import ServiceDesk

/// Names that come in beside schemas.
@Suite struct NameTests {
    private static let complaint = Refusal.invalid("name", "Name can't contain line breaks or control characters")

    @Test(arguments: ["Two\nlines", "\u{1B}[31mRed", "a\tb", "a\u{85}", "\u{2028}b"])
    func ofAccountsAndTokensAreOneLine(_ name: String) async throws {
        try await Company.with { company in
            let account = try await company.refusal {
                _ = try await company.store.write { try Accounts.create($0, id: "new", name: name) }
            }
            #expect(account.refusal == Self.complaint && account.leftNothing)
            let tokens = try await company.rows("SELECT count(*) FROM tokens", columns: 1)
            let token = try await company.refusal {
                _ = try await company.store.write {
                    try Tokens.create(
                        $0, person: company.admin.person, name: name, scopes: .everything, expiresAt: nil)
                }
            }
            #expect(token.refusal == Self.complaint && token.leftNothing)
            #expect(try await company.rows("SELECT count(*) FROM tokens", columns: 1) == tokens)
            let person = try await company.refusal {
                _ = try await company.store.write {
                    try PeopleDirectory.create($0, account: company.account, name: name, email: "new@wna")
                }
            }
            #expect(person.refusal == Self.complaint && person.leftNothing)
        }
    }

    @Test func ofOneLineAreKept() async throws {
        try await Company.with { company in
            let name = "Größe 👍, “quoted”"
            try await company.store.write {
                #expect(try Accounts.create($0, id: "new", name: name).name == name)
                _ = try Tokens.create(
                    $0, person: company.admin.person, name: name, scopes: .everything, expiresAt: nil)
                #expect(try Tokens.list($0.db, person: company.admin.person).map(\.name) == [name])
            }
        }
    }

    @Test(arguments: [
        ("a.txt", "a.txt"), ("a\u{2028}b.txt", "a b.txt"), ("\u{85}", "?"), ("a \u{9F} b", "a b"), (" a", " a"),
    ])
    func ofFilesAreShownOnOneLine(_ sent: String, _ shown: String) throws {
        let folder = AttachmentKey.newFolder(account: 1, person: 2, now: Timestamp(microseconds: 1_717_243_200_000_000))
        let key = try #require(AttachmentKey("\(folder)/\(sent)"))
        #expect(key.name == shown)
    }
}
