import Logging
import Resources
import Store

/// One installation of the product, without a face: the store, who is who, and the key that cursors are signed with.
public struct Installation: Sendable {
    public let store: Store
    public let authenticator: Authenticator
    public let cursors: CursorKey

    /// Opens or creates a database.
    /// - Throws: `StoreError` that says what cannot be opened and why.
    public init(
        at address: DatabaseAddress, options: Store.Options = Store.Options(), log: Logger
    ) async throws {
        store = try Store(at: address, migrations: Migrations.all, options: options, log: log)
        authenticator = Authenticator(store)
        do {
            cursors = CursorKey(secret: try await Self.signingKey(store))
        } catch {
            store.close()
            throw error
        }
    }

    private static func signingKey(_ store: Store) async throws -> [UInt8] {
        let secret = try await store.read { db in
            try db.first("SELECT value FROM secrets WHERE name = 'signing'") { $0.text(0) }
        }
        guard let key = secret.flatMap(Hex.decode) else {
            throw StoreError(
                .cannotOpen, "the database '\(store.address)' has no signing key; restore it from a backup")
        }
        return key
    }
}
