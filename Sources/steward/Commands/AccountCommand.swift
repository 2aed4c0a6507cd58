import ArgumentParser
import Resources
import ServiceDesk
import Store
import Wire

struct AccountCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "account", abstract: "Creates accounts (tenants) and says which trust which.",
        subcommands: [Create.self, Trust.self])

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Creates an account.",
            discussion: "Example: steward account create wna \"Widget North America\" --time-zone America/Chicago")

        @Argument(help: "The id clients name it by: lower-case letters, digits and dashes.")
        var id: String

        @Argument(help: "The name people see.")
        var name: String

        @Option(help: "The zone of people who have none: an R-Service name or a zone-database name.")
        var timeZone = "UTC"

        @OptionGroup var database: DatabaseOptions

        func run() async throws {
            guard let zone = Zone.named(timeZone) else {
                let nearest = Zone.nearest(to: timeZone).map { "'\($0)'" }.joined(separator: ", ")
                throw Failure(
                    nearest.isEmpty
                        ? "--time-zone '\(timeZone)' is not known; use a name such as Europe/Amsterdam"
                        : "--time-zone '\(timeZone)' has clocks that no zone of the list has; nearest are \(nearest)")
            }
            let account = try await database.write { [id, name] transaction in
                try Accounts.create(transaction, id: id, name: name, zone: zone)
            }
            print("Created account \(account.id) (\(account.name)).")
        }
    }

    struct Trust: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Lets records of one account name people, teams, organizations and services of another.",
            discussion: "Trust is directed: 'trust A B' lets A's records name B's people, not the other way round.")

        @Argument(help: "The account whose records may name others.")
        var account: String

        @Argument(help: "The account whose people, teams, organizations and services may be named.")
        var trusted: String

        @OptionGroup var database: DatabaseOptions

        func run() async throws {
            try await database.write { [account, trusted] transaction in
                let accounts = try [account, trusted].map { id in
                    guard let found = try Account.find(transaction.db, id: id) else {
                        throw Refusal.invalid("account", "There is no account '\(id)'")
                    }
                    return found
                }
                try Accounts.trust(transaction, accounts[0], trusts: accounts[1])
            }
            print("Account \(account) now trusts \(trusted).")
        }
    }
}
