import Resources
import Wire

/// How a workflow stands, and since when and why it is completed if it is
/// (docs/protocol/workflows.md#status-of-a-workflow).
struct WorkflowEnd: Equatable {
    var status = WorkflowStatus.registered
    var reason: WorkflowCompletionReason?
    var completedAt: Timestamp?
    /// In minutes.
    var resolutionDuration: Int64?

    /// What follows from the tasks. Pure.
    /// - Parameters:
    ///   - before: how it stood; nil for a new workflow.
    ///   - reason: the reason it is to have, which a client may have sent.
    ///   - isReasonSent: whether a client just sent it. A reason that the rules gave says nothing once the tasks are
    ///     not what they were.
    /// - Returns: how it stands, and whether it was completed by this.
    static func settle(
        _ graph: WorkflowGraph, before: WorkflowEnd?, reason: WorkflowCompletionReason?, isReasonSent: Bool,
        createdAt: Timestamp, now: Timestamp
    ) -> (end: WorkflowEnd, isCompletedNow: Bool) {
        let byHand = isReasonSent ? reason : WorkflowEnd(reason: reason).reasonByHand(graph)
        let status = WorkflowRules.status(graph, completedBecause: byHand).value
        // Whatever opens a workflow again takes its end back.
        guard status == .completed else { return (WorkflowEnd(status: status), false) }
        let isCompletedNow = before?.status != .completed || before?.completedAt == nil
        guard isCompletedNow else {
            return (
                WorkflowEnd(
                    status: status, reason: reason ?? Self.reason(byHand: nil).value, completedAt: before?.completedAt,
                    resolutionDuration: before?.resolutionDuration), false
            )
        }
        let minutes = now.minutes(since: createdAt)
        return (
            WorkflowEnd(
                status: status, reason: Self.reason(byHand: byHand).value, completedAt: now,
                resolutionDuration: minutes), true
        )
    }

    /// The reason as far as somebody gave it: all tasks that ended well give one themselves.
    func reasonByHand(_ graph: WorkflowGraph) -> WorkflowCompletionReason? {
        reason != .complete || graph.tasks.isEmpty ? reason : nil
    }

    /// Why a completed workflow ended as it did.
    static func reason(byHand: WorkflowCompletionReason?) -> Decided<WorkflowCompletionReason> {
        byHand.map { Decided($0, "Whoever completed it said so.") }
            ?? Decided(.complete, "All its tasks are completed, approved or canceled, and no other reason was given.")
    }
}
