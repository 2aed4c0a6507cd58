import Wire

extension WorkflowMachine {
    /// One thing that is to be written.
    enum Effect: Equatable {
        /// - Parameter because: why the status changed; nil when only something else did.
        case task(TaskState, because: WorkflowCause?)
        case approval(Approval)
        /// An approver gets a summary of the workflow.
        case summary(approval: Int64)
        case workflow(Workflow)
        case phase(Phase)
        /// No request waits for the workflow any more: `WorkflowOutcome` says what becomes of them.
        case freeRequests
    }

    /// What is to be written: all that differs from how it was, in the order in which it is told. Nothing can be
    /// forgotten here by an event.
    var effects: [Effect] {
        var effects: [Effect] = []
        for (index, old) in tasksBefore.sorted(by: { $0.key < $1.key }) {
            let new = state.graph.tasks[index]
            if old != new { effects.append(.task(new, because: causes[new.id])) }
        }
        for task in state.graph.tasks {
            guard let new = state.approvals[task.id], let old = before.approvals[task.id] else { continue }
            effects += zip(old, new).filter { $0 != $1 }.map { .approval($1) }
        }
        effects += asked.map { .summary(approval: $0) }
        if before.workflow != state.workflow { effects.append(.workflow(state.workflow)) }
        effects += zip(before.phases, state.phases).filter { $0 != $1 }.map { .phase($1) }
        if freesRequests { effects.append(.freeRequests) }
        return effects
    }
}
