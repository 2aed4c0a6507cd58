import Files
import Logging
import Resources
import Store
import Wire

/// One installation of the product, without a face: the store, who is who, where files are, and the key that cursors
/// are signed with.
public struct Installation: Sendable {
    public let store: Store
    public let authenticator: Authenticator
    public let cursors: CursorKey
    public let attachments: AttachmentStore
    public let summaries: Summaries
    public let health: Health

    /// Opens or creates a database.
    /// - Parameter attachments: where files are; not looked at before it is used.
    /// - Throws: `StoreError` that says what cannot be opened and why.
    public init(
        at address: DatabaseAddress, options: Store.Options = Store.Options(),
        attachments: AttachmentOptions = AttachmentOptions(.folder("steward-files", form: .local)), log: Logger
    ) async throws {
        store = try Store(at: address, migrations: Migrations.all, options: options, log: log)
        authenticator = Authenticator(store)
        health = Health(store)
        do {
            let secret = try await Self.signingKey(store)
            cursors = CursorKey(secret: secret)
            self.attachments = AttachmentStore(attachments, secret: secret, clock: options.clock)
            summaries = Summaries(store, self.attachments.files)
            store.afterCommit(kind: RecordKind.approval.code) { [summaries] in await summaries.make($0) }
        } catch {
            store.close()
            throw error
        }
    }

    /// Finishes queued writes and lets go of all connections.
    public func close() async {
        store.close()
        await attachments.files.close()
    }

    private static func signingKey(_ store: Store) async throws -> [UInt8] {
        let secret = try await store.read { db in
            try db.first("SELECT value FROM secrets WHERE name = 'signing'") { $0.text(0) }
        }
        guard let key = secret.flatMap(Hexadecimal.bytes) else {
            throw StoreError(
                .cannotOpen, "the database '\(store.address)' has no signing key; restore it from a backup")
        }
        return key
    }
}
