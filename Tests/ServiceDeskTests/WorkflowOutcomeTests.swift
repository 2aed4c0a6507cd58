import Resources
import Testing
import Wire

@testable import ServiceDesk

/// What becomes of requests by how their workflow ended.
@Suite struct WorkflowOutcomeTests {
    private static func workflow(
        _ status: WorkflowStatus, _ reason: WorkflowCompletionReason? = nil, prevents: Bool = false
    ) -> WorkflowMachine.Workflow {
        let time = Timestamp(microseconds: 0)
        return WorkflowMachine.Workflow(
            createdAt: time, end: WorkflowEnd(status: status, reason: reason, completedAt: reason.map { _ in time }),
            preventsRequestCompletion: prevents)
    }

    @Test("nothing, while it goes on", arguments: WorkflowStatus.allCases.filter { $0 != .completed })
    func open(status: WorkflowStatus) {
        #expect(WorkflowOutcome(Self.workflow(status), in: .active) == nil)
        #expect(WorkflowOutcome(Self.workflow(status), in: .archived) == .unsolved("was moved to the archive"))
        #expect(WorkflowOutcome(Self.workflow(status), in: .trashed) == .unsolved("was moved to the trash"))
    }

    @Test(
        "by the reason",
        arguments: [
            (.withdrawn, "withdrawn"), (.rejected, "rejected"), (.rolledBack, "rolled back"), (.failed, "failed"),
            (.partial, nil), (.disruptive, nil), (.complete, nil),
        ] as [(WorkflowCompletionReason, String?)])
    func reasons(reason: WorkflowCompletionReason, words: String?) {
        let expected = words.map { WorkflowOutcome.unsolved("was completed as \($0)") } ?? .solved
        for place in [LifeCycle.active, .archived, .trashed] {
            #expect(WorkflowOutcome(Self.workflow(.completed, reason), in: place) == expected)
        }
    }

    @Test("a workflow that does not complete its requests solves none", arguments: WorkflowCompletionReason.allCases)
    func prevented(reason: WorkflowCompletionReason) {
        let outcome = WorkflowOutcome(Self.workflow(.completed, reason, prevents: true), in: .active)
        #expect(outcome != .solved && outcome != nil)
    }
}
