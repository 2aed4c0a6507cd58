import Files
import Hummingbird
import HummingbirdTesting
import Logging
import RService
import ServiceDesk
import Store
import TestSupport
import Testing
import Web
import Wire

/// A small company behind a real HTTP server: three accounts (wna trusts pro-product, nobody trusts wdc), a person of
/// every kind with a token, an organization, two teams and a service.
struct TestDesk: Sendable {
    let installation: Installation
    let clock: TestClock
    let client: any TestClientProtocol
    let tokens: [Who: String]
    let ids: [Who: Int64]
    let company: Company
    /// Where attachments are.
    let folder: TestFolder

    /// The records of wna that tests name.
    struct Company: Sendable {
        let organization: Int64
        /// Its members are the specialist and the analyst.
        let serviceDesk: Int64
        /// Its only member is the service desk manager.
        let network: Int64
        /// Supported by the service desk.
        let laptops: Int64
    }

    /// Runs a test against a desk of its own, which is gone afterwards.
    static func run(
        rateLimit: RateLimiter.Limits? = nil, uploadForm: UploadForm.Provider = .local,
        limits: UploadLimits = UploadLimits(), quotas: UploadQuotas = .standard,
        _ test: @escaping @Sendable (TestDesk) async throws -> Void
    ) async throws {
        try await TestDatabase.lend { try await run($0, rateLimit, uploadForm, limits, quotas, test) }
    }

    private static func run(
        _ database: TestDatabase, _ rateLimit: RateLimiter.Limits?, _ uploadForm: UploadForm.Provider,
        _ limits: UploadLimits, _ quotas: UploadQuotas, _ test: @escaping @Sendable (TestDesk) async throws -> Void
    ) async throws {
        let clock = TestClock()
        var storeOptions = Store.Options()
        storeOptions.clock = { clock.now }
        storeOptions.readerThreads = 1
        storeOptions.connections = 4
        let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let folder = try TestFolder()
        let installation = try await Installation(
            at: database.address, options: storeOptions,
            attachments: AttachmentOptions(.folder(folder.path, form: uploadForm), limits: limits, quotas: quotas),
            log: log)
        defer { installation.store.close() }
        let people = try await DeskPeople.create(installation)
        let company = try await DeskPeople.found(installation, people)
        var options = Face.Options()
        options.rateLimit = rateLimit
        let application = Application(
            responder: Face(installation, options: options, log: log),
            server: .connections(log: log, refusing: Face.refusal), logger: log)
        try await application.test(.live) { client in
            try await test(
                TestDesk(
                    installation: installation, clock: clock, client: client, tokens: people.tokens, ids: people.ids,
                    company: company, folder: folder))
        }
    }

    /// The id of a person.
    func id(_ who: Who) -> Int64 { ids[who] ?? 0 }

    /// `{id, name}` of a person, with the account where they are foreign.
    func reference(_ who: Who, foreign: Bool = false) -> JSON {
        var reference = JSONObject([("id", .integer(id(who))), ("name", .string(who.name))])
        if foreign {
            reference["account"] = ["id": .string(who.account), "name": .string(DeskPeople.name(who.account))]
        }
        return .object(reference)
    }

    /// A token of a person beside their usual one.
    func token(_ who: Who, scopes: String = "*", expiresIn seconds: Int64? = nil) async throws -> String {
        let person = id(who)
        let allowed = try #require(Scopes(scopes))
        let end = seconds.map { clock.now.adding(seconds: $0) }
        return try await installation.store.write { transaction in
            try Tokens.create(transaction, person: person, name: "test", scopes: allowed, expiresAt: end).secret
        }
    }

    /// Sets the team that requests without a team and a service go to.
    func setDefaultTeam(_ team: Int64) async throws {
        try await installation.store.write { transaction in
            guard let wna = try Account.find(transaction.db, id: "wna") else { return }
            try Accounts.setDefaultTeam(transaction, wna, team: team)
        }
    }

    /// Gives a person roles in an account.
    func grant(_ who: Who, _ roles: Roles, in account: String = "wna") async throws {
        let person = id(who)
        try await installation.store.write { transaction in
            guard let account = try Account.find(transaction.db, id: account) else { return }
            try PeopleDirectory.setRoles(transaction, person: person, account: account, roles)
        }
    }
}
