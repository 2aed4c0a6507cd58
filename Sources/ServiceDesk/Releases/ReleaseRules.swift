import Wire

/// What follows for a release from what its workflows are (docs/protocol/releases.md#what-follows-from-the-workflows).
/// Pure: it asks nothing and knows no database.
enum ReleaseRules {
    /// The part of a workflow that the rules are about.
    struct Workflow: Equatable {
        let id: Int64
        var status = WorkflowStatus.registered
        var impact = WorkflowImpact.none
        var target: Timestamp?
        var reason: WorkflowCompletionReason?
        /// One in the trash is none of the release's.
        var isArchived = false
    }

    /// How far the release is: completed before halted before under way.
    static func status(_ workflows: [Workflow]) -> Decided<ReleaseStatus> {
        if workflows.isEmpty { return Decided(.registered, "No workflow is linked to it.") }
        func those(_ status: WorkflowStatus) -> [Int64] { workflows.filter { $0.status == status }.map(\.id) }
        let completed = those(.completed)
        if completed.count == workflows.count {
            return Decided(.completed, "All its workflows are completed.", by: completed)
        }
        let halted = those(.progressHalted)
        if !halted.isEmpty { return Decided(.progressHalted, "One of its workflows is halted.", by: halted) }
        let going = those(.inProgress)
        if !going.isEmpty { return Decided(.inProgress, "Work on its workflows has begun.", by: going) }
        if !completed.isEmpty {
            return Decided(
                .inProgress, "Some of its workflows are completed, the others have not begun.", by: completed)
        }
        return Decided(.registered, "Work on its workflows has not begun.", by: workflows.map(\.id))
    }

    /// The worst impact of the workflows.
    static func impact(_ workflows: [Workflow]) -> Decided<WorkflowImpact> {
        let worst = workflows.map(\.impact).max() ?? .none
        if worst == .none { return Decided(.none, "None of its workflows degrades a service.") }
        return Decided(
            worst, "It is the worst impact of its workflows.", by: workflows.filter { $0.impact == worst }.map(\.id))
    }

    /// When the last of the workflows is to be done.
    static func target(_ workflows: [Workflow]) -> Decided<Timestamp?> {
        guard let last = workflows.compactMap(\.target).max() else {
            return Decided(nil, "None of its workflows has a target.")
        }
        return Decided(
            last, "It is the latest target of its workflows.", by: workflows.filter { $0.target == last }.map(\.id))
    }

    /// Why the release ended as it did: as its workflows did, or as the one that achieved least. An archived one says
    /// so only where none is left that is not.
    static func reason(_ workflows: [Workflow]) -> Decided<WorkflowCompletionReason?> {
        guard status(workflows).value == .completed else { return Decided(nil, "The release is not completed.") }
        let active = workflows.filter { !$0.isArchived }
        let counted = active.isEmpty ? workflows : active
        let reasons = counted.map { $0.reason ?? .complete }
        guard let least = reasons.min(by: { $0.rawValue < $1.rawValue }) else {
            return Decided(nil, "The release is not completed.")
        }
        return Decided(
            least,
            reasons.contains { $0 != least }
                ? "The workflows that achieved least ended like this."
                : counted.count == workflows.count
                    ? "All its workflows ended like this."
                    : "All its workflows ended like this, those in the archive left aside.",
            by: zip(counted, reasons).filter { $1 == least }.map { $0.0.id })
    }
}

/// All that follows for a release.
struct ReleaseState: Equatable {
    var status = ReleaseStatus.registered
    var impact = WorkflowImpact.none
    var target: Timestamp?
    var reason: WorkflowCompletionReason?
    var completedAt: Timestamp?

    /// What follows from the workflows. Whatever opens a release again takes its end back.
    mutating func settle(_ workflows: [ReleaseRules.Workflow], at now: Timestamp) {
        let status = ReleaseRules.status(workflows).value
        if status != .completed {
            completedAt = nil
        } else if self.status != .completed || completedAt == nil {
            completedAt = now
        }
        self.status = status
        impact = ReleaseRules.impact(workflows).value
        target = ReleaseRules.target(workflows).value
        reason = ReleaseRules.reason(workflows).value
    }
}
