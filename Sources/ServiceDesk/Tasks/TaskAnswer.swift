import Resources
import Store
import Wire

/// `approved` or `rejected`, sent as the status of a task on which people are asked: the answer of one of them
/// (docs/protocol/workflows.md#answers).
struct TaskAnswer {
    /// What an approver without any right on the task may send with an answer.
    static let fields: Set<String> = ["status", "note", "note_attachments", "member"]

    /// The approval that is answered, and how; nil when the task has come to that already.
    let given: (approval: WorkflowMachine.Approval, status: ApprovalStatus)?

    /// Takes a change of a task as an answer; nil when it is none.
    /// - Throws: `Refusal.invalid` for whom nobody asks, and when the task is not under way; `Refusal.forbidden` for
    ///   others without a right on the task.
    init?(
        _ input: Input, to task: Draft, of approvals: [WorkflowMachine.Approval], mayEdit: Bool, by viewer: Viewer
    ) throws {
        let state = TaskState(task)
        guard let status: TaskStatus = input["status"]?.code(), status == .approved || status == .rejected,
            state.category == .approval, !approvals.isEmpty
        else { return nil }
        let person = input["member"]?.integer ?? viewer.person
        guard let approval = approvals.first(where: { $0.approver == person }) else {
            throw Refusal.invalid("member", "Member must be one of the approvers")
        }
        if person != viewer.person, !mayEdit {
            throw Refusal.forbidden("\(viewer.name) may not answer for others")
        }
        guard state.status.isActive || state.status == status else {
            throw Refusal.invalid(
                "status", "Status can only be answered while the task is under way, and it is \(state.status.wireName)"
            )
        }
        given = state.status.isActive ? (approval, status == .approved ? .approved : .rejected) : nil
    }

    /// Writes into the task's history who answered what, and for whom.
    static func audit(
        _ transaction: Transaction, _ task: Draft, _ approval: WorkflowMachine.Approval, _ answer: ApprovalStatus,
        by viewer: Viewer
    ) throws {
        guard approval.status != answer else { return }
        let person = try AuditLine.reference(.person, approval.approver, transaction.db)
        func shown(_ status: ApprovalStatus) -> JSON {
            ["approver": person, "status": .string(status.wireName)]
        }
        try transaction.audit(task, "approval", from: shown(approval.status), to: shown(answer), by: viewer.person)
    }
}
