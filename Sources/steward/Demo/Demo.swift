import Foundation
import Resources
import ServiceDesk
import Store
import Wire

/// Fills an empty database with the company of the protocol's own examples, so that there is something to look at.
/// Everything is made by the same commands that clients reach.
struct Demo {
    private let desk: Installation

    init(_ desk: Installation) { self.desk = desk }

    /// Fills the database if it is empty.
    /// - Throws: `Failure` when it holds something else.
    func prepare() async throws {
        if try await desk.store.read({ try PeopleDirectory.isEmpty($0) }) { return try await fill() }
        do {
            try await desk.store.read { db in
                for persona in Persona.all { _ = try PeopleDirectory.find(db, email: persona.email) }
            }
        } catch Refusal.invalid {
            throw Failure("--demo needs an empty database, and this one holds something else; name another --database")
        }
    }

    /// Gives every persona a fresh token, and prints who they are. Once the server listens: a start that fails must
    /// not end the tokens of one that runs.
    func introduce(address: String) async throws {
        var text = "Steward demo at \(address)/v1, described in \(address)/v1/openapi.json\n\n"
        for persona in Persona.all {
            let token = try await token(persona)
            text += "\(persona.name), \(persona.description) (account \(persona.account)):\n  \(token.secret)\n\n"
        }
        text += """
            Try:
              curl -H "Authorization: Bearer <token>" "\(address)/v1/requests/open?per_page=5"

            """
        // Written at once and unbuffered: whoever reads it through a pipe waits for it.
        FileHandle.standardOutput.write(Data(text.utf8))
    }

    private func token(_ persona: Persona) async throws -> TokenText {
        try await desk.store.write { transaction in
            let person = try PeopleDirectory.find(transaction.db, email: persona.email)
            for old in try Tokens.list(transaction.db, person: person.id)
            where old.name == "demo" && old.revokedAt == nil {
                try Tokens.revoke(transaction, id: old.id)
            }
            return try Tokens.create(
                transaction, person: person.id, name: "demo", scopes: .everything, expiresAt: nil)
        }
    }

    private func fill() async throws {
        try await desk.store.write { transaction in
            let zone = Zone.named("America/Chicago") ?? .utc
            let wna = try Accounts.create(transaction, id: "wna", name: "Widget North America", zone: zone)
            let wdc = try Accounts.create(transaction, id: "wdc", name: "Widget Data Center", zone: zone)
            let pro = try Accounts.create(transaction, id: "pro-product", name: "Widget International", zone: zone)
            try Accounts.trust(transaction, wna, trusts: wdc)
            try Accounts.trust(transaction, wna, trusts: pro)
            let accounts = ["wna": wna, "wdc": wdc, "pro-product": pro]
            for persona in Persona.all {
                guard let account = accounts[persona.account] else { continue }
                _ = try PeopleDirectory.create(
                    transaction, account: account, name: persona.name, email: persona.email, login: persona.login,
                    roles: persona.roles, fields: persona.fields)
            }
        }
        try await DemoCompany(desk).build { try await viewer($0, in: $1) }
    }

    private func viewer(_ persona: Persona, in account: String) async throws -> Viewer {
        let token = try await token(persona)
        return try await desk.authenticator.viewer(token: token.secret, account: account)
    }
}
