import Resources
import Store
import Wire

/// The part of a task that rules are about: its own, and those of the workflow it belongs to.
struct TaskState: Equatable {
    var id: Int64 = 0
    var category = TaskCategory.implementation
    var status = TaskStatus.registered
    var impact = WorkflowImpact.none
    var team: Int64?
    var member: Int64?
    /// In minutes.
    var plannedDuration: Int64 = 0
    var plannedEffort: Int64 = 0
    /// How many must approve.
    var requiredApprovals: Int64 = 1
    var startAt: Timestamp?
    var waitingUntil: Timestamp?
    var assignedAt: Timestamp?
    var target: Timestamp?
    var finishedAt: Timestamp?
    /// In minutes.
    var resolutionDuration: Int64?
    var rejectionCount: Int64 = 0
    /// The task that takes over when this one fails.
    var failureTask: Int64?
    var phase: Int64?
}

extension TaskState {
    /// The state a draft describes.
    init(_ draft: Draft) { self.init(draft) { draft[$0] } }

    /// The state that a draft's record had when it was loaded.
    init(before draft: Draft) { self.init(draft, draft.previous) }

    private init(_ draft: Draft, _ value: (String) -> SQLValue) {
        self.init(
            id: draft.id ?? 0, category: value("category").code() ?? .implementation,
            status: value("status").code() ?? .registered, impact: value("impact").code() ?? .none,
            team: value("team").integer, member: value("member").integer,
            plannedDuration: value("planned_duration").integer ?? 0,
            plannedEffort: value("planned_effort").integer ?? 0,
            requiredApprovals: value("required_approvals").integer ?? 1, startAt: value("start_at").timestamp,
            waitingUntil: value("waiting_until").timestamp, assignedAt: value("assigned_at").timestamp,
            target: value("completion_target_at").timestamp, finishedAt: value("finished_at").timestamp,
            resolutionDuration: value("resolution_duration").integer,
            rejectionCount: value("rejection_count").integer ?? 0, failureTask: value("failure_task").integer,
            phase: value("phase").integer)
    }

    /// Writes back what rules change.
    func write(to draft: inout Draft) {
        draft["status"] = .integer(status.rawValue)
        draft["member"] = member.sqlValue
        draft["waiting_until"] = waitingUntil.sqlValue
        draft["assigned_at"] = assignedAt.sqlValue
        draft["completion_target_at"] = target.sqlValue
        draft["finished_at"] = finishedAt.sqlValue
        draft["resolution_duration"] = resolutionDuration.sqlValue
        draft["rejection_count"] = .integer(rejectionCount)
    }
}

extension SQLValue {
    /// The time, if this is one.
    var timestamp: Timestamp? { integer.map(Timestamp.init(microseconds:)) }

    /// The value that this is the stored code of, if it is one.
    func code<Code: WireEnum>(_ type: Code.Type = Code.self) -> Code? { integer.flatMap(Code.init(rawValue:)) }
}
