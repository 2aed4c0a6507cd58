import Resources

/// What the answers of approvers come to (docs/protocol/workflows.md#answers). Pure.
enum ApprovalRules {
    /// An approval as the rules see it.
    struct Answer: Equatable {
        let id: Int64
        var status: ApprovalStatus
    }

    /// What became of a task, and which approval decided.
    struct Verdict: Equatable {
        let status: TaskStatus
        let decidedBy: Int64?
    }

    /// When rejections reject the task: `firstRejection` at once, `outOfReach` once the approvals that are there can no
    /// longer become as many as are required. They are the same when everybody is required.
    enum RejectionRule {
        case firstRejection
        case outOfReach
    }

    static let rejection = RejectionRule.outOfReach

    /// What the answers make of a task that waits for them; nil while it goes on waiting.
    static func verdict(
        _ answers: [Answer], required: Int64, rule: RejectionRule = rejection
    ) -> Verdict? {
        let approved = answers.filter { $0.status == .approved }
        if let last = approved.last, approved.count >= required {
            return Verdict(status: .approved, decidedBy: last.id)
        }
        guard let rejected = answers.last(where: { $0.status == .rejected }) else { return nil }
        let open = answers.count { $0.status.isOpen }
        switch rule {
        case .outOfReach where Int64(approved.count + open) >= required: return nil
        case .outOfReach, .firstRejection: return Verdict(status: .rejected, decidedBy: rejected.id)
        }
    }

    /// Why a task has the status it has, where the answers of its approvers say so.
    static func reason(_ status: TaskStatus, _ answers: [Answer], required: Int64) -> Decided<TaskStatus>? {
        func those(_ holds: (ApprovalStatus) -> Bool) -> [Int64] { answers.filter { holds($0.status) }.map(\.id) }
        if status.isActive {
            return Decided(status, "It waits for the answers of its approvers.", by: those(\.isOpen))
        }
        switch verdict(answers, required: required)?.status {
        case .approved where status == .approved:
            return Decided(status, "As many approvers approved it as it takes.", by: those { $0 == .approved })
        case .rejected where status == .rejected:
            return Decided(
                status, "So many approvers rejected it that it cannot be approved.", by: those { $0 == .rejected })
        default: return nil
        }
    }

    /// What approvals are once their task has a status.
    static func status(_ approval: ApprovalStatus, whenTaskIs task: TaskStatus, before: TaskStatus?) -> ApprovalStatus {
        let wasSetBack = before?.isFinished ?? false
        if task == .registered { return .registered }
        if task.isActive { return approval == .registered || wasSetBack ? .assigned : approval }
        return approval.isOpen ? .canceled : approval
    }
}
