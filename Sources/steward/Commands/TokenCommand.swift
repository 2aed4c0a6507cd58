import ArgumentParser
import Resources
import ServiceDesk
import Store
import Wire

struct TokenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token", abstract: "Creates, lists and revokes the tokens that programs sign in with.",
        subcommands: [Create.self, List.self, Revoke.self])

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Creates a token and prints it, alone, once: it cannot be shown again.",
            discussion: """
                Scopes name a kind of record and actions on it (R read, C create, U update, D delete, * all):
                  steward token create --person howard@example.com --scope request:RU --scope person:R
                Kinds: \(Scopes.kinds.map(\.name).joined(separator: ", ")). Notes and watches go with their request.
                """)

        @Option(help: "The e-mail address of the person the token acts as.")
        var person: String

        @Option(help: "What the token may do; may be given more than once. Everything when left out.")
        var scope: [String] = []

        @Option(help: "After how many days the token stops; never when left out.")
        var expires: Int?

        @Option(help: "What the token is for.")
        var name = "created on the command line"

        @OptionGroup var database: DatabaseOptions

        func run() async throws {
            guard let scopes = scope.isEmpty ? Scopes.everything : Scopes(scope.joined(separator: " ")) else {
                throw ValidationError(
                    """
                    --scope '\(scope.joined(separator: " "))' is not understood; a scope is like request:RU, with one \
                    of \(Scopes.kinds.map(\.name).joined(separator: ", ")) and letters of RCUD or *
                    """)
            }
            if let expires, !(1...36_500).contains(expires) {
                throw ValidationError("--expires must be 1 to 36500 days")
            }
            let token = try await database.write { [person, expires, name] transaction in
                let person = try PeopleDirectory.find(transaction.db, email: person)
                let end = expires.map { transaction.now.adding(days: Int64($0)) }
                return try Tokens.create(transaction, person: person.id, name: name, scopes: scopes, expiresAt: end)
            }
            print(token.secret)
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Lists tokens: id, person, scopes, state, last use, name. The tokens themselves are not kept.")

        @Option(help: "Only the tokens of the person with this e-mail address.")
        var person: String?

        @OptionGroup var database: DatabaseOptions

        func run() async throws {
            let tokens = try await database.read { [person] db in
                try Tokens.list(db, person: try person.map { try PeopleDirectory.find(db, email: $0).id })
            }
            for token in tokens {
                let state =
                    if token.revokedAt != nil { "revoked" } else if let end = token.expiresAt {
                        "until \(end.formatted(in: .utc))"
                    } else { "active" }
                let use = token.lastUsedAt.map { "used \($0.formatted(in: .utc))" } ?? "never used"
                print(
                    [String(token.id), token.person, token.scopes, state, use, token.name].joined(separator: "\t"))
            }
        }
    }

    struct Revoke: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Revokes a token; every server refuses it within two seconds.")

        @Argument(help: "The token's id, as 'token list' shows it.")
        var id: Int64

        @OptionGroup var database: DatabaseOptions

        func run() async throws {
            try await database.write { [id] transaction in
                do {
                    try Tokens.revoke(transaction, id: id)
                } catch Refusal.notFound {
                    throw Refusal.invalid("id", "There is no token \(id) that is not revoked yet")
                }
            }
            print("Token \(id) is revoked.")
        }
    }
}
