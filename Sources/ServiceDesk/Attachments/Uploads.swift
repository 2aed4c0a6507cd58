import Files
import Resources
import Store
import Wire

/// How much may be uploaded in a day.
public struct UploadQuotas: Sendable {
    /// In bytes in any 24 hours; nil for no limit.
    public var person: Int64?
    public var account: Int64?

    /// Five files of the largest size that is usual, and ten people who use that up.
    public static let standard = UploadQuotas(
        person: 5 * UploadLimits.standardSize, account: 50 * UploadLimits.standardSize)

    public init(person: Int64?, account: Int64?) {
        self.person = person
        self.account = account
    }
}

/// Who may upload files, and how much. What is uploaded is counted for the account and the person, whatever becomes of
/// it: files on no record are removed after a day, and so the quotas bound how much of these there can be.
public enum Uploads {
    /// How long an upload counts.
    private static let seconds: Int64 = 86_400
    /// How long it is remembered: as long as its key can be put on a record, so that it is never counted again.
    private static let keepSeconds = AttachmentKey.keepSeconds

    /// Refuses whoever could put a file on nothing: their token creates and changes nothing, or they hold no role in
    /// the account and are named on no record of it.
    public static func permit(_ db: Database, _ viewer: Viewer) throws {
        guard viewer.scopes.allow(anyOf: [.create, .update]) else {
            throw Refusal.forbidden("the token's scopes allow nothing that files are put on")
        }
        if !viewer.roles(in: viewer.account.number).isEmpty { return }
        if try !Grants.hold(db, viewer.perspective.holders, anythingIn: viewer.account.number) {
            throw Refusal.forbidden("\(viewer.name) is named on nothing in this account")
        }
    }

    /// Why no more can be uploaded, or nil.
    /// - Parameter size: of what is to come, in bytes; at least one byte.
    public static func problem(
        _ db: Database, _ quotas: UploadQuotas, account: Int64, person: Int64, adding size: Int64 = 1, now: Timestamp
    ) throws -> String? {
        let since = now.adding(seconds: -seconds)
        for (quota, column, id, whose) in [
            (quotas.person, "person_id", person, "person"), (quotas.account, "account", account, "account"),
        ] {
            guard let quota else { continue }
            let used = try db.first(
                """
                SELECT CAST(coalesce(sum(size), 0) AS bigint) FROM uploads
                WHERE \(raw: column) = \(id) AND created_at > \(since)
                """
            ) { $0.integer(0) }
            if (used ?? 0) + size > quota {
                return "File is more than this \(whose) may upload in 24 hours (maximum is \(quota) bytes)"
            }
        }
        return nil
    }

    /// Counts an upload, if the quotas allow it.
    /// - Returns: why not, or nil.
    public static func count(
        _ transaction: Transaction, _ quotas: UploadQuotas, _ key: FileKey, size: Int64, account: Int64, person: Int64
    ) throws -> String? {
        // Two uploads that fit one by one may not fit together.
        try transaction.lock("accounts", key: "number", [account])
        let problem = try problem(
            transaction.db, quotas, account: account, person: person, adding: size, now: transaction.now)
        if problem == nil { try count(transaction, key, size: size, account: account, person: person) }
        return problem
    }

    /// Counts a file that is put on a record. Only what clients send straight to a bucket has not been counted by then.
    static func count(
        _ transaction: Transaction, _ key: FileKey, size: Int64, account: Int64, person: Int64
    ) throws {
        try transaction.execute(
            """
            INSERT INTO uploads (key, account, person_id, size, created_at)
            VALUES (\(key.text), \(account), \(person), \(size), \(transaction.now)) ON CONFLICT DO NOTHING
            """)
    }

    /// Forgets what counts no longer.
    static func sweep(_ transaction: Transaction) throws {
        let end = transaction.now.adding(seconds: -keepSeconds)
        try transaction.execute("DELETE FROM uploads WHERE created_at < \(end)")
    }
}
