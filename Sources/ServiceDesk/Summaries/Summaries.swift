import Files
import Logging
import NIOCore
import Resources
import Store
import Wire

/// The summaries that approvers get: made after the commit that asked for them, stored as files. A job row says that
/// one is wanted, so that none is forgotten when a server ends in between.
public struct Summaries: Sendable {
    let store: Store
    private let files: any FileStore

    /// How long a job may lie before another server takes it for left over, and how long what could not be done rests,
    /// in seconds.
    static let patience: Int64 = 60

    init(_ store: Store, _ files: any FileStore) {
        self.store = store
        self.files = files
    }

    /// Says that an approver is to get a summary.
    static func want(_ transaction: Transaction, approval: Int64) throws {
        try transaction.execute(
            """
            INSERT INTO jobs (kind, record_id, created_at) VALUES (\(RecordKind.approval.code), \(approval),
            \(transaction.now)) ON CONFLICT (kind, record_id) DO UPDATE SET created_at = excluded.created_at
            """)
        transaction.ask(AfterCommit(kind: RecordKind.approval.code, id: approval))
    }

    /// Gives up the summary of an approval that is removed or passes to somebody else, made or wanted.
    static func giveUp(_ transaction: Transaction, approval: Int64) throws {
        if let key = try made(transaction.db, approval)?.key {
            try Attachments.giveUp(transaction, key)
            try transaction.execute(
                """
                UPDATE approvals SET summary_key = NULL, summary_size = NULL, summary_digest = NULL
                WHERE id = \(approval)
                """)
        }
        try transaction.execute(
            "DELETE FROM jobs WHERE kind = \(RecordKind.approval.code) AND record_id = \(approval)")
    }

    /// Makes what a change asked for. What cannot be made now is made later.
    func make(_ approvals: [Int64]) async {
        for approval in approvals { try? await make(approval) }
    }

    /// Makes what a server left that ended. What cannot be made is tried again later, and keeps nobody from making the
    /// rest.
    public func makeLeftOver(log: Logger) async throws {
        let time = store.now.adding(seconds: -Self.patience)
        let approvals = try await store.read { db in
            try db.all(
                """
                SELECT record_id FROM jobs WHERE kind = \(RecordKind.approval.code) AND created_at <= \(time)
                ORDER BY created_at LIMIT 20
                """
            ) { $0.integer(0) }
        }
        for approval in approvals {
            do {
                try await make(approval)
            } catch {
                log.warning(
                    "a summary could not be made", metadata: ["approval": "\(approval)", "error": "\(error)"])
                _ = try await store.write { transaction in
                    try transaction.execute(
                        """
                        UPDATE jobs SET created_at = \(transaction.now)
                        WHERE kind = \(RecordKind.approval.code) AND record_id = \(approval)
                        """)
                }
            }
        }
    }

    /// Makes one. Doing so twice leaves one file.
    private func make(_ approval: Int64) async throws {
        let now = store.now
        guard let summary = try await store.read(cost: .open, { try WorkflowSummary.read($0, approval: approval) })
        else { return }
        guard try await keep(summary, of: approval, at: now) else { return }
        _ = try await store.write { transaction in
            // Another is wanted when it was assigned again meanwhile.
            try transaction.execute(
                """
                DELETE FROM jobs WHERE kind = \(RecordKind.approval.code) AND record_id = \(approval)
                AND created_at <= \(now)
                """)
        }
    }

    /// Prints a summary and puts it in the place of the one there was.
    /// - Parameter isRenewed: whether it only takes the place of another, for an approver who has not answered yet.
    /// - Returns: whether it was; not when nobody is asked any more, or somebody else, who gets one of their own.
    @discardableResult
    func keep(
        _ summary: WorkflowSummary, of approval: Int64, at now: Timestamp, isRenewed: Bool = false
    ) async throws -> Bool {
        let pdf = try await summary.pdf(at: now)
        let digest = try await summary.digest()
        let key = AttachmentKey.newSummary(account: summary.account, name: summary.fileName, now: now)
        guard let key else { return false }
        try await files.put(ByteBuffer(bytes: pdf), at: key)
        return try await store.write { transaction in
            try transaction.lock(RecordKind.approval.table, [approval])
            let old = try Self.made(transaction.db, approval)
            guard let old, old.approver == summary.approver.id,
                !isRenewed || old.status == .assigned && old.key != nil
            else {
                try Attachments.giveUp(transaction, key.text)
                return false
            }
            if let old = old.key { try Attachments.giveUp(transaction, old) }
            try transaction.execute(
                """
                UPDATE approvals SET summary_key = \(key.text), summary_size = \(Int64(pdf.count)),
                summary_digest = \(digest) WHERE id = \(approval)
                """)
            return true
        }
    }

    /// What there is for an approval that is there.
    static func made(
        _ db: Database, _ approval: Int64
    ) throws -> (status: ApprovalStatus, key: String?, digest: String?, approver: Int64)? {
        try db.first(
            "SELECT status, summary_key, summary_digest, approver_id FROM approvals WHERE id = \(approval)"
        ) { row in
            (
                row.value(0).code() ?? .registered, row.isNull(1) ? nil : row.text(1),
                row.isNull(2) ? nil : row.text(2), row.integer(3)
            )
        }
    }
}
