import Resources
import Store
import Wire

/// What the command line does with people. It acts for the operator, so there is no viewer and no visibility.
public enum PeopleDirectory {
    /// A person as the command line names them.
    public struct Person: Sendable {
        public let id: Int64
        public let name: String
        public let account: Account
    }

    /// The person of an e-mail address, whatever its case.
    /// - Throws: `Refusal.invalid` naming the address when there is none.
    public static func find(_ db: Database, email: String) throws -> Person {
        let found = try db.first("SELECT id, name, account FROM people WHERE email_folded = \(email.folded)") {
            (id: $0.integer(0), name: $0.text(1), account: $0.integer(2))
        }
        guard let found, let account = try Account.find(db, number: found.account) else {
            throw Refusal.invalid("person", "Nobody has the e-mail address \(email)")
        }
        return Person(id: found.id, name: found.name, account: account)
    }

    /// The longest name to sign in with.
    public static let maximumLogin = 128

    private static func isPlain(_ character: Character) -> Bool {
        !character.isWhitespace && character.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
    }

    /// Creates a person.
    /// - Parameter password: as `Password.hash` answered it.
    public static func create(
        _ transaction: Transaction, account: Account, name: String, email: String, login: String? = nil,
        roles: Roles = [], password: String? = nil, fields: [(String, JSON)] = []
    ) throws -> Int64 {
        var draft = Draft(new: .people, account: account.number)
        let input = try Input(
            .people, JSONObject([("name", .string(name)), ("primary_email", .string(email))] + fields), zone: .utc)
        draft.take(input)
        People.setDefaults(&draft)
        if let login, login.isEmpty || login.unicodeScalars.count > maximumLogin || !login.allSatisfy(isPlain) {
            throw Refusal.invalid("login", "Login must be 1 to \(maximumLogin) visible characters without spaces")
        }
        let folded = login?.folded
        if let folded, try transaction.db.exists("SELECT 1 FROM people WHERE login_folded = \(folded)") {
            throw Refusal.invalid("login", "Login has already been taken")
        }
        let id = try People.writing.finish(&draft, Change(transaction: transaction, input: input, viewer: nil))
        try transaction.execute(
            """
            UPDATE people SET login = \(login.sqlValue), login_folded = \(folded.sqlValue),
            password = \(password.sqlValue) WHERE id = \(id)
            """)
        if !roles.isEmpty { try setRoles(transaction, person: id, account: account, roles) }
        return id
    }

    /// The roles a person holds in an account.
    public static func roles(_ db: Database, person: Int64, account: Account) throws -> Roles {
        try roles(db, person: person, number: account.number)
    }

    static func roles(_ db: Database, person: Int64, number: Int64) throws -> Roles {
        try db.first("SELECT roles FROM roles WHERE person_id = \(person) AND account = \(number)") {
            Roles(rawValue: $0.integer(0))
        } ?? []
    }

    /// Gives a person roles in an account, and takes others.
    /// - Returns: the roles they then hold.
    public static func changeRoles(
        _ transaction: Transaction, person: Int64, account: Account, granting: Roles, revoking: Roles
    ) throws -> Roles {
        try transaction.lock("people", [person])
        let held = try roles(transaction.db, person: person, account: account).union(granting).subtracting(revoking)
        try setRoles(transaction, person: person, account: account, held)
        return held
    }

    /// Sets the roles a person holds in an account.
    public static func setRoles(
        _ transaction: Transaction, person: Int64, account: Account, _ roles: Roles
    ) throws {
        try transaction.lock("people", [person])
        let before = try self.roles(transaction.db, person: person, account: account)
        guard before != roles else { return }
        try transaction.execute(
            """
            INSERT INTO roles (person_id, account, roles) VALUES (\(person), \(account.number), \(roles.rawValue))
            ON CONFLICT (person_id, account) DO UPDATE SET roles = excluded.roles
            """)
        transaction.invalidate(Invalidation(kind: RecordKind.person.code, id: person))
        try transaction.audit(
            AuditLine(
                kind: .person, id: person, account: account.number, action: .update, user: nil,
                changes: [
                    "roles": [.array(before.names.map { .string($0) }), .array(roles.names.map { .string($0) })]
                ]))
    }

    /// Disables or enables a person; a disabled one's tokens stop within two seconds.
    public static func setDisabled(_ transaction: Transaction, person: Int64, _ isDisabled: Bool) throws {
        guard var draft = try Draft.loadUnseen(transaction, .people, id: person) else { throw Refusal.notFound }
        draft["disabled"] = isDisabled.sqlValue
        try People.writing.finish(&draft, Change(transaction: transaction, input: .nothing, viewer: nil))
    }
}

extension PeopleDirectory {
    /// Whether nobody is known yet.
    public static func isEmpty(_ db: Database) throws -> Bool {
        try db.first("SELECT 1 FROM people LIMIT 1") { _ in true } == nil
    }
}
