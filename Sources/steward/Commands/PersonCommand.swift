import ArgumentParser
import Resources
import ServiceDesk
import Store
import Wire

struct PersonCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "person", abstract: "Creates people, gives and takes roles, disables and enables.",
        subcommands: [Create.self, ChangeRoles.self, Disable.self, Enable.self])

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Creates a person and prints the id.",
            discussion: "Roles: \(roleNames). Without a role a person is an end user and sees only their own records.")

        @Option(help: "The id of the account the person belongs to.")
        var account: String

        @Option(help: "The full name.")
        var name: String

        @Option(help: "The e-mail address; no two people share one.")
        var email: String

        @Option(help: "The name to sign in with; no two people share one.")
        var login: String?

        @Option(help: "A role in that account; may be given more than once.")
        var role: [String] = []

        @Option(help: "The zone the person reads times in; the account's when left out.")
        var timeZone: String?

        @Flag(help: "Reads a password from standard input, one line.")
        var passwordStdin = false

        @OptionGroup var database: DatabaseOptions

        func run() async throws {
            let roles = try roles(role)
            let password = passwordStdin ? try Password.hash(try readPassword()) : nil
            let fields: [(String, JSON)] = timeZone.map { [("time_zone", .string($0))] } ?? []
            let id = try await database.write { [account, name, email, login] transaction in
                guard let account = try Account.find(transaction.db, id: account) else {
                    throw Refusal.invalid("account", "There is no account '\(account)'; create it first")
                }
                return try PeopleDirectory.create(
                    transaction, account: account, name: name, email: email, login: login, roles: roles,
                    password: password, fields: fields)
            }
            print(id)
        }

        private func readPassword() throws -> String {
            guard let line = readLine(strippingNewline: true), Password.lengths.contains(line.unicodeScalars.count)
            else {
                throw Failure(
                    """
                    --password-stdin wants one line of \(Password.lengths.lowerBound) to \
                    \(Password.lengths.upperBound) characters on standard input
                    """)
            }
            return line
        }
    }

    struct ChangeRoles: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "role", abstract: "Gives or takes roles and prints those the person then holds.",
            discussion: "Roles: \(roleNames).")

        @Option(help: "The person's e-mail address.")
        var person: String

        @Option(help: "The account the roles are held in; the person's own when left out.")
        var account: String?

        @Option(help: "A role to give; may be given more than once.")
        var grant: [String] = []

        @Option(help: "A role to take; may be given more than once.")
        var revoke: [String] = []

        @OptionGroup var database: DatabaseOptions

        func run() async throws {
            let (given, taken) = (try roles(grant), try roles(revoke))
            let held = try await database.write { [person, account] transaction in
                let person = try PeopleDirectory.find(transaction.db, email: person)
                guard let account = try account.map({ try Account.find(transaction.db, id: $0) }) ?? person.account
                else {
                    throw Refusal.invalid("account", "There is no account '\(account ?? "")'")
                }
                return try PeopleDirectory.changeRoles(
                    transaction, person: person.id, account: account, granting: given, revoking: taken)
            }
            print(held.names.isEmpty ? "no role (end user)" : held.names.joined(separator: " "))
        }
    }

    struct Disable: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Disables a person; their tokens stop within two seconds.")

        @Argument(help: "The person's e-mail address.")
        var email: String

        @OptionGroup var database: DatabaseOptions

        func run() async throws { try await setDisabled(true, email, database) }
    }

    struct Enable: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Enables a disabled person again.")

        @Argument(help: "The person's e-mail address.")
        var email: String

        @OptionGroup var database: DatabaseOptions

        func run() async throws { try await setDisabled(false, email, database) }
    }
}

private let roleNames = Role.allCases.map(\.wireName).joined(separator: ", ")

private func roles(_ names: [String]) throws -> Roles {
    try names.reduce(into: Roles()) { roles, name in
        guard let role = Roles.named(name) else {
            throw ValidationError("'\(name)' is not a role; the roles are \(roleNames)")
        }
        roles.formUnion(role)
    }
}

private func setDisabled(_ isDisabled: Bool, _ email: String, _ database: DatabaseOptions) async throws {
    let name = try await database.write { transaction in
        let person = try PeopleDirectory.find(transaction.db, email: email)
        try PeopleDirectory.setDisabled(transaction, person: person.id, isDisabled)
        return person.name
    }
    print("\(name) is now \(isDisabled ? "disabled" : "enabled").")
}
