import Resources
import Store
import Wire

/// Commands on tokens.
public enum Tokens {
    /// The longest name of a token.
    public static let maximumName = 128

    /// What `token list` shows.
    public struct Listed: Sendable {
        public let id: Int64
        public let name: String
        public let person: String
        public let scopes: String
        public let createdAt: Timestamp
        public let expiresAt: Timestamp?
        public let revokedAt: Timestamp?
        public let lastUsedAt: Timestamp?
    }

    /// Makes a token for a person and answers it; it cannot be shown again.
    /// - Throws: `Refusal.invalid` for a name of more than one line.
    public static func create(
        _ transaction: Transaction, person: Int64, name: String, scopes: Scopes, expiresAt: Timestamp?
    ) throws -> TokenText {
        if !name.isOneLine {
            throw Refusal.invalid("name", "Name can't contain line breaks or control characters")
        }
        let token = TokenText.random()
        _ = try transaction.insert(
            """
            INSERT INTO tokens (person_id, name, digest, scopes, created_at, expires_at)
            VALUES (\(person), \(String(name.prefix(maximumName))), \(TokenText.digest(token.secret).hexadecimal), \
            \(scopes.text), \(transaction.now), \(expiresAt.sqlValue)) RETURNING id
            """)
        return token
    }

    /// Ends a token; every process refuses it within two seconds.
    /// - Throws: `Refusal.notFound`.
    public static func revoke(_ transaction: Transaction, id: Int64) throws {
        let count = try transaction.execute(
            "UPDATE tokens SET revoked_at = \(transaction.now) WHERE id = \(id) AND revoked_at IS NULL")
        guard count > 0 else { throw Refusal.notFound }
        transaction.invalidate(Invalidation(kind: RecordKind.token.code, id: id))
    }

    /// All tokens, or one person's.
    public static func list(_ db: Database, person: Int64?) throws -> [Listed] {
        let filter: SQL = person.map { " WHERE t.person_id = \($0)" } ?? ""
        return try db.all(
            """
            SELECT t.id, t.name, p.primary_email, t.scopes, t.created_at, t.expires_at, t.revoked_at, t.last_used_at
            FROM tokens t JOIN people p ON p.id = t.person_id\(filter) ORDER BY t.id
            """
        ) { row in
            Listed(
                id: row.integer(0), name: row.text(1), person: row.text(2), scopes: row.text(3),
                createdAt: row.timestamp(4), expiresAt: row.optionalInteger(5).map(Timestamp.init(microseconds:)),
                revokedAt: row.optionalInteger(6).map(Timestamp.init(microseconds:)),
                lastUsedAt: row.optionalInteger(7).map(Timestamp.init(microseconds:)))
        }
    }
}
