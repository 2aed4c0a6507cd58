import Files
import Logging
import NIOCore
import Resources
import Store
import Wire

/// The summaries that approvers get: made after the commit that asked for them, stored as files. A job row says that
/// one is wanted, so that none is forgotten when a server ends in between.
public struct Summaries: Sendable {
    private let store: Store
    private let files: any FileStore

    /// How long a job may lie before another server takes it for left over.
    private static let patience: Int64 = 60

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

    /// Gives up the summary of an approval that is removed, made or wanted.
    static func giveUp(_ transaction: Transaction, approval: Int64) throws {
        let key = try transaction.db.first("SELECT summary_key FROM approvals WHERE id = \(approval)") {
            $0.isNull(0) ? nil : $0.text(0)
        }
        if let key = key ?? nil { try Attachments.giveUp(transaction, key) }
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
        let now = store.now
        let time = Timestamp(microseconds: now.microseconds - Self.patience * 1_000_000)
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
        guard let summary = try await store.read({ try WorkflowSummary.read($0, approval: approval) }) else { return }
        let pdf = try await summary.pdf(at: now)
        let key = AttachmentKey.newSummary(account: summary.account, name: summary.fileName, now: now)
        guard let key else { return }
        try await files.put(ByteBuffer(bytes: pdf), at: key)
        _ = try await store.write { transaction in
            try transaction.lock(RecordKind.approval.table, [approval])
            let old = try transaction.db.first("SELECT summary_key FROM approvals WHERE id = \(approval)") {
                $0.isNull(0) ? nil : $0.text(0)
            }
            if let old = old ?? nil { try Attachments.giveUp(transaction, old) }
            let changed = try transaction.execute(
                """
                UPDATE approvals SET summary_key = \(key.text), summary_size = \(Int64(pdf.count)) WHERE id = \(approval)
                """)
            // Nobody is asked any more.
            if changed == 0 { try Attachments.giveUp(transaction, key.text) }
            // Another is wanted when it was assigned again meanwhile.
            try transaction.execute(
                """
                DELETE FROM jobs WHERE kind = \(RecordKind.approval.code) AND record_id = \(approval)
                AND created_at <= \(now)
                """)
        }
    }
}
