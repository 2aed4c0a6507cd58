import Logging
import Resources
import Store
import Synchronization
import TestSupport
import Wire

@testable import ServiceDesk

/// A clock that stands until a test moves it.
final class TestClock: Sendable {
    private let now = Mutex<Int64>(1_717_243_200_000_000)

    var time: Timestamp { now.withLock { Timestamp(microseconds: $0) } }

    func advance(seconds: Int64) { now.withLock { $0 += seconds * 1_000_000 } }
}

/// Two accounts, the first trusting nobody, with people of several roles; in a database that is removed afterwards.
struct Company: Sendable {
    let database: TestDatabase
    let store: Store
    let clock: TestClock
    let account: Account
    let other: Account
    let admin: Viewer
    let specialist: Viewer
    let analyst: Viewer
    /// Two people without a role.
    let users: [Viewer]
    /// Somebody of the other account.
    let stranger: Viewer
    let teams: [Int64]

    static func with<Result>(_ body: (Company) async throws -> Result) async throws -> Result {
        try await TestDatabase.lend { try await with($0, body) }
    }

    private static func with<Result>(
        _ database: TestDatabase, _ body: (Company) async throws -> Result
    ) async throws -> Result {
        let clock = TestClock()
        let store = try open(database, clock)
        defer { store.close() }
        return try await body(try await store.write { try make(database, store, clock, $0) })
    }

    private static func open(_ database: TestDatabase, _ clock: TestClock) throws -> Store {
        var options = Store.Options()
        options.clock = { clock.time }
        return try Store(at: database.address, migrations: Migrations.all, options: options, log: Logger(label: "test"))
    }

    /// Lends a second store on the same file, as another process has it.
    func withSecondStore<Result>(_ body: (Store) async throws -> Result) async throws -> Result {
        let second = try Self.open(database, clock)
        defer { second.close() }
        return try await body(second)
    }

    private static func make(
        _ database: TestDatabase, _ store: Store, _ clock: TestClock, _ transaction: Transaction
    ) throws -> Company {
        let account = try Accounts.create(transaction, id: "wna", name: "Widget North America")
        let other = try Accounts.create(transaction, id: "wdc", name: "Widget Data Center")
        func person(_ name: String, _ account: Account, _ roles: Roles = []) throws -> Viewer {
            let id = try PeopleDirectory.create(
                transaction, account: account, name: name, email: "\(name)@\(account.id)", roles: roles)
            return viewer(id, name, account, roles)
        }
        let admin = try person("Admin", account, Roles(.accountAdministrator))
        let specialist = try person("Specialist", account, Roles(.specialist))
        let teams = try ["Desk", "Network"].map { name in
            let id = try Teams.create(transaction, input(.teams, [("name", .string(name))]), by: admin)
            try Teams.members.link(transaction, id, to: specialist.person, by: admin)
            return id
        }
        return Company(
            database: database, store: store, clock: clock, account: account, other: other, admin: admin,
            specialist: specialist, analyst: try person("Analyst", account, Roles(.serviceDeskAnalyst)),
            users: [try person("Ann", account), try person("Bob", account)], stranger: try person("Sam", other),
            teams: teams)
    }

    static func viewer(_ id: Int64, _ name: String, _ account: Account, _ roles: Roles) -> Viewer {
        Viewer(
            person: id, name: name, account: account, roles: [account.number: roles], scopes: .everything,
            perspective: Perspective(
                person: id, account: account.number, accountID: account.id, seesAccount: roles.seesAccount,
                holders: [id], zone: .utc),
            isGuest: false)
    }

    static func input(_ schema: Schema, _ fields: [(String, JSON)]) throws -> Input {
        try Input(schema, JSONObject(fields), zone: .utc)
    }

    /// Registers a request; what is not given is an incident of low impact.
    func request(_ fields: [(String, JSON)] = [], by viewer: Viewer? = nil) async throws -> Int64 {
        let viewer = viewer ?? admin
        let all: [(String, JSON)] =
            [("subject", .string("S")), ("category", .string("incident")), ("impact", .string("low"))] + fields
        return try await store.write { try Requests.create($0, Self.input(.requests, all), by: viewer) }
    }

    /// Changes a request.
    func update(_ id: Int64, _ fields: [(String, JSON)], by viewer: Viewer? = nil) async throws {
        let viewer = viewer ?? admin
        try await store.write { try Requests.update($0, id: id, Self.input(.requests, fields), by: viewer) }
    }

    /// Completes a request, so that it may be archived.
    func complete(_ id: Int64) async throws {
        try await update(id, [("status", .string("completed")), ("completion_reason", .string("solved"))])
    }

    /// Adds a watcher.
    func watch(_ request: Int64, _ person: Int64, by viewer: Viewer) async throws -> Int64 {
        try await store.write {
            try Watches.add($0, to: request, Self.input(.watches, [("person_id", .integer(person))]), by: viewer)
        }
    }

    /// The rows of a statement, column by column.
    func rows(_ sql: SQL, columns: Int32) async throws -> [[SQLValue]] {
        try await store.read { db in try db.all(sql) { row in (0..<columns).map { row.value($0) } } }
    }

    /// Everything a command could leave behind.
    func everything() async throws -> [[[SQLValue]]] {
        var all: [[[SQLValue]]] = []
        for table in [
            "requests", "notes", "watches", "grants", "audit_lines", "tallies", "people", "teams", "team_members",
            "organizations", "services", "archive_entries", "accounts", "roles",
        ] {
            let columns = try await store.read { try $0.columns(of: table) }
            let list = columns.joined(separator: ", ")
            all.append(
                try await rows(
                    "SELECT \(raw: list) FROM \(raw: table) ORDER BY \(raw: list)", columns: Int32(columns.count))
            )
        }
        return all
    }

    /// What a body is refused with, and whether it left everything as it was.
    func refusal(_ body: () async throws -> Void) async throws -> (refusal: Refusal?, leftNothing: Bool) {
        let before = try await everything()
        var refusal: Refusal?
        do { try await body() } catch { refusal = error as? Refusal }
        return (refusal, try await everything() == before)
    }
}
