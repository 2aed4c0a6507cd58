import Resources
import Store
import Wire

/// The approvals of a task (docs/protocol/workflows.md#approvals): who is asked. What they answer is a change of the
/// task.
public enum Approvals: EntryNoun {
    public static let writing = EntryWriting(.approvals, of: .tasks).with {
        $0.lock = { try Tasks.lockWorkflow($0, of: $1) }
        $0.permit = { change in
            guard try Tasks.mayEdit(change.db, change.owner, change.viewer) else {
                throw Refusal.forbidden("\(change.viewer.name) may not change who approves this task")
            }
        }
        $0.complete = { approval, change in
            // Another person has not answered yet.
            guard approval.isNew || approval.changes("approver") else { return }
            let status = ApprovalRules.status(.registered, whenTaskIs: TaskState(change.owner).status, before: nil)
            approval["status"] = .integer(status.rawValue)
        }
        $0.rules = rules
        $0.release = { try Summaries.giveUp($1.transaction, approval: $0.id ?? 0) }
        $0.follow = follow
        $0.isReadAfterCommit = true
    }

    @Sendable private static func rules(_ approval: Draft, _ change: EntryChange) throws -> [FieldError] {
        guard TaskState(change.owner).category == .approval else {
            throw Refusal.invalid("task", "Task must be of the category approval")
        }
        guard approval.changes("approver"), let approver = approval["approver"].integer else { return [] }
        if let problem = try Draft.problem(change.db, .person, approver, account: change.owner.account) {
            return [FieldError("approver", "Approver \(problem)")]
        }
        let isTaken = try change.db.exists(
            """
            SELECT 1 FROM approvals WHERE task_id = \(change.owner.id ?? 0) AND approver_id = \(approver)
            AND id <> \(approval.id ?? 0)
            """)
        return isTaken ? [FieldError("approver", "Approver has already been taken")] : []
    }

    /// Those who are asked see the task and get a summary; the answers are counted anew.
    @Sendable private static func follow(_ outcome: EntryWriting.Outcome, _ change: EntryChange) throws {
        let (transaction, task) = (change.transaction, change.owner)
        switch outcome {
        case .added(let approval), .changed(let approval):
            if !approval.changes("approver") { break }
            if TaskState(task).status.isActive, let id = approval.id {
                try Summaries.want(transaction, approval: id)
            }
            try replaced(approval.previous("approver").integer, by: approval["approver"].integer, change)
        case .removed(let approvals):
            for approval in approvals { try replaced(approval["approver"].integer, by: nil, change) }
        }
        try WorkflowChange.make(transaction, workflow: task["workflow"].integer ?? 0, by: change.viewer.person) {
            $0.recount(task: task.id ?? 0)
        }
    }

    private static func replaced(_ old: Int64?, by new: Int64?, _ change: EntryChange) throws {
        try change.transaction.audit(
            change.owner, "approvers", of: .person, from: old, to: new, by: change.viewer.person)
        try Tasks.visibility.refresh(change.transaction, change.owner, [old, new].compactMap { $0 })
    }
}
