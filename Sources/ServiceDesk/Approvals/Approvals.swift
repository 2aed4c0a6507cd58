import Resources
import Store
import Wire

/// The approvals of a task (docs/protocol/workflows.md#approvals): who is asked. What they answer is a change of the
/// task.
public enum Approvals: EntryNoun {
    public static let writing = EntryWriting(.approvals, of: .tasks).with {
        $0.lock = { try Tasks.lockWorkflow($0, of: $1) }
        $0.permit = { change in
            guard Tasks.mayManage(change.owner, change.viewer) else {
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
        $0.release = { approval, change in
            if let problem = settled(approval, change) { throw Refusal.invalid([problem]) }
            try Summaries.giveUp(change.transaction, approval: approval.id ?? 0)
        }
        $0.follow = follow
        $0.isReadAfterCommit = true
    }

    @Sendable private static func rules(_ approval: Draft, _ change: EntryChange) throws -> [FieldError] {
        guard TaskState(change.owner).category == .approval else {
            throw Refusal.invalid("task", "Task must be of the category approval")
        }
        guard approval.changes("approver"), let approver = approval["approver"].integer else { return [] }
        if let problem = settled(approval, change) { return [problem] }
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

    /// Why who approves stays as it is: what was answered stands, and so does what ended.
    private static func settled(_ approval: Draft, _ change: EntryChange) -> FieldError? {
        if TaskState(change.owner).status.isFinished {
            return FieldError("approver", "Approver can't be changed once the task ended")
        }
        let status: ApprovalStatus? = approval.previous("status").code()
        guard status == .approved || status == .rejected else { return nil }
        return FieldError("approver", "Approver can't be changed after they answered")
    }

    /// Those who are asked see the task and get a summary; the answers are counted anew.
    @Sendable private static func follow(_ outcome: EntryWriting.Outcome, _ change: EntryChange) throws {
        let (transaction, task) = (change.transaction, change.owner)
        var asked: [Int64] = []
        func replace(_ old: Int64?, by new: Int64?) throws {
            try transaction.audit(task, "approvers", of: .person, from: old, to: new, by: change.viewer.person)
            asked += [old, new].compactMap { $0 }
        }
        switch outcome {
        case .added(let approval), .changed(let approval):
            if !approval.wasNew, approval.changes("planned_effort") {
                try auditEffort(approval, change)
            }
            guard approval.changes("approver"), let id = approval.id else { break }
            // A summary is for the one person it was made for.
            if !approval.wasNew { try Summaries.giveUp(transaction, approval: id) }
            if TaskState(task).status.isActive { try Summaries.want(transaction, approval: id) }
            try replace(approval.previous("approver").integer, by: approval["approver"].integer)
        case .removed(let approvals):
            for approval in approvals { try replace(approval["approver"].integer, by: nil) }
        }
        try Tasks.visibility.refresh(transaction, task, asked)
        try WorkflowChange.make(
            transaction, workflow: task["workflow"].integer ?? 0, by: change.viewer.person, asked: asked
        ) { $0.recount(task: task.id ?? 0) }
    }

    private static func auditEffort(_ approval: Draft, _ change: EntryChange) throws {
        let person = try AuditLine.reference(.person, approval["approver"].integer, change.db)
        func shown(_ minutes: SQLValue) -> JSON {
            ["approver": person, "planned_effort": minutes.integer.map { .integer($0) } ?? .null]
        }
        try change.transaction.audit(
            change.owner, "approval", from: shown(approval.previous("planned_effort")),
            to: shown(approval["planned_effort"]), by: change.viewer.person)
    }
}
