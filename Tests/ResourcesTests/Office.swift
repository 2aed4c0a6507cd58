import Logging
import ServiceDesk
import Store
import TestSupport
import Wire

@testable import Resources

/// Two accounts with a few people and teams, in a database that is removed with them.
struct Office: Sendable {
    let database: TestDatabase
    let store: Store
    let account: Account
    let foreign: Account
    let people: [Int64]
    let stranger: Int64
    let teams: [Int64]

    static let key = CursorKey(secret: Array("a secret for tests".utf8))

    /// Lends an office.
    static func with<Result>(
        on engine: TestEngine = .current,
        clock: @escaping @Sendable () -> Timestamp = { Timestamp(microseconds: 1_700_000_000_000_000) },
        _ body: (Office) async throws -> Result
    ) async throws -> Result {
        try await TestDatabase.lend(on: engine) { database in
            let store = try open(database, clock)
            defer { store.close() }
            return try await body(try await make(database, store))
        }
    }

    private static func open(_ database: TestDatabase, _ clock: @escaping @Sendable () -> Timestamp) throws -> Store {
        var options = Store.Options()
        options.clock = clock
        return try Store(at: database.address, migrations: Migrations.all, options: options, log: Logger(label: "test"))
    }

    /// Lends a second store on the same file, as another process has it.
    func withSecondStore<Result>(_ body: (Store) async throws -> Result) async throws -> Result {
        let second = try Self.open(database) { Timestamp(microseconds: 1_700_000_000_000_000) }
        defer { second.close() }
        return try await body(second)
    }

    private static func make(_ database: TestDatabase, _ store: Store) async throws -> Office {
        try await store.write { transaction in
            let account = try Accounts.create(transaction, id: "wna", name: "Widget North America")
            let foreign = try Accounts.create(transaction, id: "wdc", name: "Widget Data Center")
            func person(_ name: String, _ account: Account) throws -> Int64 {
                try PeopleDirectory.create(transaction, account: account, name: name, email: "\(name)@\(account.id)")
            }
            let people = try ["Howard", "Ellen", "Tom"].map { try person($0, account) }
            let teams = try ["Desk", "Network"].map { name in
                var draft = Draft(new: .teams, account: account.number)
                draft["name"] = .text(name)
                for flag in ["disabled", "auto_assign"] { draft[flag] = false.sqlValue }
                draft["custom_fields"] = .text("[]")
                return try transaction.save(&draft, by: people[0])
            }
            return Office(
                database: database, store: store, account: account, foreign: foreign, people: people,
                stranger: try person("Frank", foreign), teams: teams)
        }
    }

    /// - Parameter isNamedAbroad: whether lists look for what was granted in the foreign account too.
    func perspective(
        seesAccount: Bool = true, isNamedAbroad: Bool = false, holders: [Int64]? = nil, zone: Zone = .utc
    ) -> Perspective {
        Perspective(
            person: holders?.first ?? people[0], account: account.number, accountID: account.id,
            seesAccount: seesAccount, mayHoldForeignGrants: isNamedAbroad, holders: holders ?? [people[0]],
            zone: zone)
    }

    /// A new request with every column that must have a value.
    func request(_ subject: String = "Subject", team: Int64? = nil, in owner: Account? = nil) -> Draft {
        var draft = Draft(new: .requests, account: (owner ?? account).number)
        draft["subject"] = .text(subject)
        draft["category"] = .integer(RequestCategory.incident.rawValue)
        draft["impact"] = .integer(RequestImpact.low.rawValue)
        draft["status"] = .integer(RequestStatus.assigned.rawValue)
        draft["next_target_at"] = .integer(Target.bestEffort)
        draft["team"] = team.sqlValue
        draft["grouping"] = .integer(RequestGrouping.none.rawValue)
        draft["custom_fields"] = .text("[]")
        for name in ["assignment_count", "reopen_count"] { draft[name] = .integer(0) }
        for name in ["created_by", "requested_by", "requested_for"] { draft[name] = .integer(people[0]) }
        for name in ["addressed", "reviewed", "urgent", "provider_not_accountable", "provider_was_not_accountable"] {
            draft[name] = false.sqlValue
        }
        return draft
    }

    /// Saves a new request and answers its id.
    func add(_ make: @escaping @Sendable () -> Draft) async throws -> Int64 {
        let person = people[0]
        return try await store.write { transaction in
            var draft = make()
            return try transaction.save(&draft, by: person)
        }
    }

    /// Changes a record as a command does.
    func change(_ schema: Schema, _ id: Int64, _ values: [String: SQLValue]) async throws {
        let person = people[0]
        try await store.write { transaction in
            guard var draft = try Draft.loadUnseen(transaction, schema, id: id) else { throw Refusal.notFound }
            for (name, value) in values { draft[name] = value }
            _ = try transaction.save(&draft, by: person)
        }
    }

    /// The rows of a statement, column by column.
    func rows(_ sql: SQL, columns: Int32) async throws -> [[SQLValue]] {
        try await store.read { db in try db.all(sql) { row in (0..<columns).map { row.value($0) } } }
    }
}

/// The JSON that a text is.
func json(_ text: String) throws -> JSON { try JSON.parse(Array(text.utf8)) }

extension JSON {
    var items: [JSON] {
        if case .array(let items) = self { items } else { [] }
    }
    var integer: Int64? {
        if case .integer(let integer) = self { integer } else { nil }
    }
}

extension Refusal {
    /// What is said to the client, whatever the kind.
    var message: String {
        switch self {
        case .malformed(let text): text
        case .invalid(let errors): errors.map { "\($0.field): \($0.text)" }.joined(separator: "; ")
        default: "\(self)"
        }
    }
}

/// What a body is refused with; nil when it is not.
func refusal(_ body: () throws -> Void) -> String? {
    do {
        try body()
        return nil
    } catch {
        return (error as? Refusal)?.message ?? "\(error)"
    }
}
