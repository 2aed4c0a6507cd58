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

    /// Takes a change of a task as an answer; nil when it is none. Only who is asked answers; an account administrator
    /// may say for whom they answer.
    /// - Throws: `Refusal.forbidden` for everybody else; `Refusal.invalid` when the one they answer for is not asked,
    /// or   is not asked any more.
    init?(_ input: Input, to task: Draft, of approvals: [WorkflowMachine.Approval], by viewer: Viewer) throws {
        let state = TaskState(task)
        guard let status: TaskStatus = input["status"]?.code(), status == .approved || status == .rejected,
            state.category == .approval, !approvals.isEmpty
        else { return nil }
        let person = input["member"]?.integer ?? viewer.person
        let approval = approvals.first { $0.approver == person }
        if person != viewer.person || approval == nil, !viewer.roles(in: task.account).administers {
            throw Refusal.forbidden(
                person == viewer.person
                    ? "\(viewer.name) is not asked to approve this task" : "\(viewer.name) may not answer for others")
        }
        guard let approval else { throw Refusal.invalid("member", "Member must be one of the approvers") }
        let answer: ApprovalStatus = status == .approved ? .approved : .rejected
        guard state.status.isActive || state.status == status && approval.status == answer else {
            throw Refusal.invalid(
                "status", "Status can only be answered while the task is under way, and it is \(state.status.wireName)"
            )
        }
        given = state.status.isActive ? (approval, answer) : nil
    }

    /// Who answered what, for the task's history: the answer is a change of the task, also when it decides nothing yet.
    /// - Returns: what was, and what is; nil when the same was answered before.
    func changes(_ db: Database) throws -> JSON? {
        guard let (approval, answer) = given, approval.status != answer else { return nil }
        let person = try AuditLine.reference(.person, approval.approver, db)
        func shown(_ status: ApprovalStatus) -> JSON { ["approver": person, "status": .string(status.wireName)] }
        return [shown(approval.status), shown(answer)]
    }
}
