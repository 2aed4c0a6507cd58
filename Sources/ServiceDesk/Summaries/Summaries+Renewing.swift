import Logging
import Resources
import Store
import Wire

/// Summaries that are made anew because what they say has changed. A change leaves a row that names its workflow, and a
/// while after the first such change all that is open there is looked at: so a thousand changes cost what one does.
extension Summaries {
    /// How long changes of a workflow are gathered, in seconds.
    static let gathering: Int64 = 5

    private struct Job: Sendable {
        let id: Int64
        let workflow: Int64
        let repeats: Int64
    }

    /// Says that something changed of which the summaries of a workflow tell. It counts, so that whoever is making them
    /// sees that there was more.
    /// - Parameter isAsking: whether somebody is asked there, where that is known.
    static func outdate(_ transaction: Transaction, workflow: Int64, isAsking: Bool? = nil) throws {
        let isAsking =
            try isAsking
            ?? transaction.db.exists(
                """
                SELECT 1 FROM tasks t JOIN approvals a ON a.task_id = t.id WHERE t.workflow_id = \(workflow)
                AND a.status = \(ApprovalStatus.assigned.rawValue) LIMIT 1
                """)
        guard isAsking else { return }
        try transaction.execute(
            """
            INSERT INTO jobs (kind, record_id, created_at) VALUES (\(RecordKind.workflow.code), \(workflow),
            \(transaction.now)) ON CONFLICT (kind, record_id) DO UPDATE SET repeats = jobs.repeats + 1
            """)
    }

    /// The same for a note that everybody reads who sees what it is on.
    static func outdate(_ transaction: Transaction, byNoteOn kind: RecordKind, _ id: Int64) throws {
        switch kind {
        case .workflow: try outdate(transaction, workflow: id)
        case .task:
            let found = try transaction.db.first("SELECT workflow_id FROM tasks WHERE id = \(id)") { $0.integer(0) }
            if let workflow = found { try outdate(transaction, workflow: workflow) }
        default: break
        }
    }

    /// The same for a request that is linked to a workflow, or was.
    static func outdate(_ transaction: Transaction, by request: Draft) throws {
        let workflows = [request.previous("workflow").integer, request["workflow"].integer].compactMap { $0 }
        for workflow in Set(workflows).sorted() { try outdate(transaction, workflow: workflow) }
    }

    /// Makes anew what says something else by now. What cannot be made is tried again later, and keeps nobody from
    /// making the rest.
    public func renew(log: Logger) async throws {
        let time = store.now.adding(seconds: -Self.gathering)
        let jobs = try await store.read { db in
            try db.all(
                """
                SELECT id, record_id, repeats FROM jobs
                WHERE kind = \(RecordKind.workflow.code) AND created_at <= \(time) ORDER BY created_at LIMIT 20
                """
            ) { Job(id: $0.integer(0), workflow: $0.integer(1), repeats: $0.integer(2)) }
        }
        for job in jobs {
            do {
                try await renew(workflow: job.workflow)
                try await finish(job)
            } catch {
                log.warning(
                    "summaries could not be made anew",
                    metadata: ["workflow": "\(job.workflow)", "error": "\(error)"])
                _ = try await store.write { transaction in
                    let later = transaction.now.adding(seconds: Self.patience - Self.gathering)
                    try transaction.execute("UPDATE jobs SET created_at = \(later) WHERE id = \(job.id)")
                }
            }
        }
    }

    /// All of a workflow that somebody has not answered yet.
    private func renew(workflow: Int64) async throws {
        let approvals = try await store.read(cost: .open) { db in
            try db.integers(
                """
                SELECT a.id FROM approvals a JOIN tasks t ON t.id = a.task_id WHERE t.workflow_id = \(workflow)
                AND a.status = \(ApprovalStatus.assigned.rawValue) AND a.summary_key IS NOT NULL ORDER BY a.id
                """)
        }
        for approval in approvals {
            let now = store.now
            let (summary, digest) = try await store.read(cost: .open) { db in
                (try WorkflowSummary.read(db, approval: approval), try Self.made(db, approval)?.digest)
            }
            guard let summary, try await summary.digest() != digest else { continue }
            try await keep(summary, of: approval, at: now, isRenewed: true)
        }
    }

    /// The row goes, unless there were further changes meanwhile: those are gathered in turn.
    private func finish(_ job: Job) async throws {
        _ = try await store.write { transaction in
            let isAll = try transaction.execute(
                "DELETE FROM jobs WHERE id = \(job.id) AND repeats = \(job.repeats)")
            if isAll == 0 {
                try transaction.execute("UPDATE jobs SET created_at = \(transaction.now) WHERE id = \(job.id)")
            }
        }
    }
}
