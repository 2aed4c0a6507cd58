import Resources
import Store
import Wire

/// Commands on accounts. They are the command line's; nobody creates a tenant over the wire.
public enum Accounts {
    /// The longest id and name.
    public static let maximumID = 64
    public static let maximumName = 128

    /// Creates an account.
    /// - Parameter id: lower-case letters, digits and dashes; it stands in headers.
    /// - Throws: `Refusal.invalid` naming what is wrong.
    public static func create(
        _ transaction: Transaction, id: String, name: String, zone: Zone = .utc
    ) throws -> Account {
        var errors: [FieldError] = []
        let isPlain = id.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 45 }
        if id.isEmpty || id.utf8.count > maximumID || !isPlain {
            errors.append(
                FieldError("id", "Id must be 1 to \(maximumID) lower-case letters, digits and dashes, such as wna"))
        }
        if name.allSatisfy(\.isWhitespace) || name.unicodeScalars.count > maximumName || name.utf8.contains(0) {
            errors.append(FieldError("name", "Name must be 1 to \(maximumName) characters"))
        } else if !name.isOneLine {
            errors.append(FieldError("name", "Name can't contain line breaks or control characters"))
        }
        if errors.isEmpty, try Account.find(transaction.db, id: id) != nil {
            errors.append(FieldError("id", "Id has already been taken"))
        }
        if !errors.isEmpty { throw Refusal.invalid(errors) }
        try transaction.execute(
            """
            INSERT INTO accounts (id, name, time_zone, locale, currency, created_at)
            VALUES (\(id), \(name), \(zone.name), 'en-US', 'usd', \(transaction.now))
            """)
        guard let account = try Account.find(transaction.db, id: id) else { throw Refusal.notFound }
        transaction.invalidate(Invalidation(kind: RecordKind.account.code, id: account.number))
        return account
    }

    /// Lets records of one account name people, teams, organizations and services of another
    /// (docs/compatibility.md#general-behaviour).
    public static func trust(_ transaction: Transaction, _ account: Account, trusts other: Account) throws {
        if account == other { throw Refusal.invalid("trusted", "Account \(account.id) trusts itself already") }
        try transaction.execute(
            """
            INSERT INTO trusts (account, trusted) VALUES (\(account.number), \(other.number)) ON CONFLICT DO NOTHING
            """)
        transaction.invalidate(Invalidation(kind: RecordKind.account.code, id: account.number))
    }

    /// Sets the team that requests without a team and a service go to.
    public static func setDefaultTeam(_ transaction: Transaction, _ account: Account, team: Int64?) throws {
        try transaction.execute(
            "UPDATE accounts SET default_team_id = \(team.sqlValue) WHERE number = \(account.number)")
    }

    static func defaultTeam(_ db: Database, _ account: Int64) throws -> Int64? {
        try db.first(
            """
            SELECT t.id FROM accounts a JOIN teams t ON t.id = a.default_team_id
            WHERE a.number = \(account) AND t.disabled = 0
            """
        ) { $0.integer(0) }
    }
}
