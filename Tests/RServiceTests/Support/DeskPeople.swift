import Resources
import ServiceDesk
import Store
import Wire

/// Fills a test desk by the product's own commands.
struct DeskPeople: Sendable {
    var tokens: [Who: String] = [:]
    var ids: [Who: Int64] = [:]

    private static let accounts = ["wna", "wdc", "pro-product"]

    /// The name of an account.
    static func name(_ account: String) -> String {
        switch account {
        case "wna": "Widget North America"
        case "wdc": "Widget Data Center"
        default: "Widget International"
        }
    }

    /// Accounts, people and tokens.
    static func create(_ desk: Installation) async throws -> DeskPeople {
        try await desk.store.write { transaction in
            var accounts: [String: Account] = [:]
            for id in Self.accounts {
                accounts[id] = try Accounts.create(
                    transaction, id: id, name: name(id), zone: Zone.named("America/Chicago") ?? .utc)
            }
            guard let wna = accounts["wna"], let trusted = accounts["pro-product"] else { throw Refusal.notFound }
            try Accounts.trust(transaction, wna, trusts: trusted)
            var people = DeskPeople()
            for who in Who.allCases {
                guard let account = accounts[who.account] else { throw Refusal.notFound }
                let person = try PeopleDirectory.create(
                    transaction, account: account, name: who.name, email: who.email, roles: who.roles)
                people.ids[who] = person
                people.tokens[who] =
                    try Tokens.create(
                        transaction, person: person, name: "test", scopes: .everything, expiresAt: nil
                    ).secret
                if who == .disabled { try PeopleDirectory.setDisabled(transaction, person: person, true) }
            }
            return people
        }
    }

    /// An organization, teams and a service of wna.
    static func found(_ desk: Installation, _ people: DeskPeople) async throws -> TestDesk.Company {
        let administrator = try await desk.authenticator.viewer(
            token: people.tokens[.administrator] ?? "", account: nil)
        return try await desk.store.write { transaction in
            func input(_ schema: Schema, _ fields: JSON) throws -> Input {
                guard case .object(let object) = fields else { throw Refusal.notFound }
                return try Input(schema, object, zone: .utc)
            }
            func team(_ name: String, _ members: [Who]) throws -> Int64 {
                let team = try Teams.create(transaction, input(.teams, ["name": .string(name)]), by: administrator)
                for member in members {
                    try Teams.members.link(transaction, team, to: people.ids[member] ?? 0, by: administrator)
                }
                return team
            }
            let organization = try Organizations.create(
                transaction, input(.organizations, ["name": "Widget IT"]), by: administrator)
            let serviceDesk = try team("Service Desk", [.specialist, .analyst])
            let network = try team("Network", [.manager])
            let laptops = try Services.create(
                transaction,
                input(
                    .services,
                    [
                        "name": "Laptops", "provider_id": .integer(organization),
                        "support_team_id": .integer(serviceDesk),
                    ]), by: administrator)
            return TestDesk.Company(
                organization: organization, serviceDesk: serviceDesk, network: network, laptops: laptops)
        }
    }
}
