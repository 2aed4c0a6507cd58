import Resources
import Store
import Wire

/// An account: a tenant with an id of letters.
public struct Account: Sendable, Hashable {
    /// The number that rows carry.
    public let number: Int64
    /// The id on the wire: `wna`.
    public let id: String
    public let name: String

    /// The account of an id, or nil.
    public static func find(_ db: Database, id: String) throws -> Account? {
        try db.first("SELECT number, id, name FROM accounts WHERE id = \(id)") {
            Account(number: $0.integer(0), id: $0.text(1), name: $0.text(2))
        }
    }

    /// The account of a number, or nil.
    static func find(_ db: Database, number: Int64) throws -> Account? {
        try db.first("SELECT number, id, name FROM accounts WHERE number = \(number)") {
            Account(number: $0.integer(0), id: $0.text(1), name: $0.text(2))
        }
    }

    /// What `GET /account` answers (docs/protocol/general.md#the-account).
    public static func details(_ db: Database, _ account: Account, url: String) throws -> JSON {
        func reference(_ kind: RecordKind, _ id: Int64?) throws -> JSON {
            guard let id else { return .null }
            let name = try db.first("SELECT name FROM \(raw: kind.table) WHERE id = \(id)") { $0.text(0) }
            return ["id": .integer(id), "name": .string(name ?? "")]
        }
        let row = try db.first(
            """
            SELECT currency, locale, organization_id, owner_id, time_zone FROM accounts
            WHERE number = \(account.number)
            """
        ) { ($0.text(0), $0.text(1), $0.optionalInteger(2), $0.optionalInteger(3), $0.text(4)) }
        guard let (currency, locale, organization, owner, zone) = row else { throw Refusal.notFound }
        return [
            "currency": .string(currency), "directory_account": .null, "id": .string(account.id),
            "locale": .string(locale), "name": .string(account.name),
            "organization": try reference(.organization, organization), "owner": try reference(.person, owner),
            "plan": "premium", "strong_privacy": false, "time_format_24h": true, "time_zone": .string(zone),
            "url": .string(url),
        ]
    }
}
