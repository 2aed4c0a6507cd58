import Resources
import Store
import Wire

extension TaskState {
    /// The state a draft describes.
    init(_ value: (String) -> SQLValue) {
        self.init(
            status: value("status").integer.flatMap(TaskStatus.init) ?? .registered,
            category: value("category").integer.flatMap(TaskCategory.init) ?? .implementation,
            team: value("team").integer, member: value("member").integer,
            plannedDuration: value("planned_duration").integer ?? 0, waitingUntil: value("waiting_until").timestamp,
            assignedAt: value("assigned_at").timestamp, target: value("completion_target_at").timestamp,
            finishedAt: value("finished_at").timestamp, resolutionDuration: value("resolution_duration").integer,
            rejectionCount: value("rejection_count").integer ?? 0)
    }

    /// Writes the state back.
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
