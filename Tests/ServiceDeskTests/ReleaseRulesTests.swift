import Testing
import Wire

@testable import ServiceDesk

/// What follows for a release from its workflows (docs/protocol/releases.md), as tables.
@Suite struct ReleaseRulesTests {
    typealias Workflow = ReleaseRules.Workflow

    static func minute(_ minutes: Int64) -> Timestamp { Timestamp(microseconds: 0).adding(minutes: minutes) }

    static func workflow(
        _ id: Int64, _ status: WorkflowStatus, _ change: (inout Workflow) -> Void = { _ in }
    ) -> Workflow {
        var workflow = Workflow(id: id, status: status)
        if status == .completed { workflow.reason = .complete }
        change(&workflow)
        return workflow
    }

    @Test(
        "how far a release is: completed before halted before under way",
        arguments: [
            ([], .registered, []),
            ([workflow(1, .registered)], .registered, [1]),
            ([workflow(1, .beingCreated), workflow(2, .registered)], .registered, [1, 2]),
            ([workflow(1, .registered), workflow(2, .inProgress)], .inProgress, [2]),
            ([workflow(1, .completed), workflow(2, .registered)], .inProgress, [1]),
            ([workflow(1, .completed), workflow(2, .inProgress)], .inProgress, [2]),
            (
                [workflow(1, .completed), workflow(2, .inProgress), workflow(3, .progressHalted)], .progressHalted,
                [3]
            ),
            ([workflow(1, .progressHalted), workflow(2, .progressHalted)], .progressHalted, [1, 2]),
            ([workflow(1, .completed)], .completed, [1]),
            ([workflow(1, .completed), workflow(2, .completed)], .completed, [1, 2]),
            ([workflow(1, .completed) { $0.isArchived = true }, workflow(2, .registered)], .inProgress, [1]),
            ([workflow(1, .completed) { $0.isArchived = true }], .completed, [1]),
        ] as [([Workflow], ReleaseStatus, [Int64])])
    func status(workflows: [Workflow], status: ReleaseStatus, by: [Int64]) {
        let decided = ReleaseRules.status(workflows)
        #expect(decided.value == status)
        #expect(decided.by == by)
        #expect(!decided.sentence.isEmpty)
    }

    @Test(
        "the impact is the worst of all workflows", arguments: WorkflowImpact.allCases, WorkflowImpact.allCases)
    func impact(one: WorkflowImpact, other: WorkflowImpact) {
        let workflows = [
            Self.workflow(1, .inProgress) { $0.impact = one }, Self.workflow(2, .completed) { $0.impact = other },
        ]
        let decided = ReleaseRules.impact(workflows)
        #expect(decided.value == max(one, other))
        let by: [Int64] = [1, 2].filter { (($0 == 1) ? one : other) == decided.value && decided.value != .none }
        #expect(decided.by == by)
    }

    @Test func withoutWorkflowsThereIsNoImpactNoTargetAndNoReason() {
        #expect(ReleaseRules.impact([]).value == .none)
        #expect(ReleaseRules.target([]).value == nil)
        #expect(ReleaseRules.reason([]).value == nil)
    }

    @Test(
        "the target is the latest of all workflows",
        arguments: [
            ([nil, nil], nil, []), ([5, nil], 5, [1]), ([5, 7], 7, [2]), ([7, 7], 7, [1, 2]), ([9, 7], 9, [1]),
        ] as [([Int64?], Int64?, [Int64])])
    func target(targets: [Int64?], target: Int64?, by: [Int64]) {
        let workflows = zip([Int64(1), 2], targets).map { id, target in
            Self.workflow(id, .inProgress) { $0.target = target.map(Self.minute) }
        }
        let decided = ReleaseRules.target(workflows)
        #expect(decided.value == target.map(Self.minute))
        #expect(decided.by == by)
    }

    @Test(
        "the reason is that of all workflows, or of those that achieved least",
        arguments: WorkflowCompletionReason.allCases, WorkflowCompletionReason.allCases)
    func reason(one: WorkflowCompletionReason, other: WorkflowCompletionReason) {
        let workflows = [
            Self.workflow(1, .completed) { $0.reason = one }, Self.workflow(2, .completed) { $0.reason = other },
        ]
        let decided = ReleaseRules.reason(workflows)
        let least = one.rawValue < other.rawValue ? one : other
        #expect(decided.value == least)
        #expect(decided.by == [1, 2].filter { ($0 == 1 ? one : other) == least })
    }

    @Test func thereIsAReasonOnlyOnceAllAreCompleted() {
        let workflows = [Self.workflow(1, .completed) { $0.reason = .failed }, Self.workflow(2, .inProgress)]
        #expect(ReleaseRules.reason(workflows).value == nil)
    }

    @Test func archivedWorkflowsSayWhyOnlyWhereNoOtherIsLeft() {
        let archived = Self.workflow(1, .completed) { ($0.reason, $0.isArchived) = (.failed, true) }
        #expect(ReleaseRules.reason([archived, Self.workflow(2, .completed)]).value == .complete)
        #expect(ReleaseRules.reason([archived]).value == .failed)
    }

    @Test func theEndIsKeptWhileCompletedAndTakenBackWhenOpened() {
        var state = ReleaseState()
        let done = [Self.workflow(1, .completed)]
        state.settle(done, at: Self.minute(1))
        #expect(state.completedAt == Self.minute(1) && state.reason == .complete)
        state.settle(done, at: Self.minute(2))
        #expect(state.completedAt == Self.minute(1))
        state.settle(done + [Self.workflow(2, .registered)], at: Self.minute(3))
        #expect(state == ReleaseState(status: .inProgress))
        state.settle(done, at: Self.minute(4))
        #expect(state.completedAt == Self.minute(4))
    }
}
