import Resources

/// What the requests that wait for a workflow come to, by what became of it
/// (docs/protocol/workflows.md#status-of-a-workflow). Pure.
enum WorkflowOutcome: Equatable {
    /// It has done what they asked for.
    case solved
    /// It has not, and why, as the rest of a sentence that begins with the workflow.
    case unsolved(String)

    /// Nil while the workflow goes on.
    init?(_ workflow: WorkflowMachine.Workflow, in lifeCycle: LifeCycle) {
        guard workflow.end.status == .completed else {
            if lifeCycle == .active { return nil }
            self = .unsolved("was moved to the \(lifeCycle == .trashed ? "trash" : "archive")")
            return
        }
        let reason = workflow.end.reason ?? .complete
        let words = reason.wireName.replacing("_", with: " ")
        if !reason.solvesRequests {
            self = .unsolved("was completed as \(words)")
        } else if workflow.preventsRequestCompletion {
            self = .unsolved("was completed as \(words), which does not complete its requests")
        } else {
            self = .solved
        }
    }
}

extension WorkflowCompletionReason {
    /// Whether what the workflow was carried out for is done, if perhaps not in every respect.
    var solvesRequests: Bool {
        switch self {
        case .complete, .partial, .disruptive: true
        case .withdrawn, .rejected, .rolledBack, .failed: false
        }
    }
}
