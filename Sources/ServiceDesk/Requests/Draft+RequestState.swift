import Resources
import Store
import Wire

extension RequestState {
    /// The state a draft describes; nil while it lacks a category.
    init?(_ draft: Draft, _ value: (String) -> SQLValue) {
        guard let category = value("category").integer.flatMap(RequestCategory.init) else { return nil }
        func time(_ field: String) -> Timestamp? { value(field).integer.map(Timestamp.init(microseconds:)) }
        self.init(
            status: value("status").integer.flatMap(RequestStatus.init) ?? .assigned, category: category,
            impact: value("impact").integer.flatMap(RequestImpact.init),
            completionReason: value("completion_reason").integer.flatMap(RequestCompletionReason.init),
            completedAt: time("completed_at"), waitingUntil: time("waiting_until"),
            desiredCompletionAt: time("desired_completion_at"), team: value("team").integer,
            member: value("member").integer, hasService: !value("service").isNull,
            isGrouped: !value("grouped_into").isNull, hasWorkflow: !value("workflow").isNull,
            reviewed: value("reviewed").flag, isProviderFree: value("provider_not_accountable").flag,
            wasProviderFree: value("provider_was_not_accountable").flag,
            assignmentCount: value("assignment_count").integer ?? 0, reopenCount: value("reopen_count").integer ?? 0,
            resolutionDuration: value("resolution_duration").integer,
            nextTarget: value("next_target_at").integer ?? Target.bestEffort)
    }

    /// Writes the state back.
    func write(to draft: inout Draft) {
        draft["status"] = .integer(status.rawValue)
        draft["completion_reason"] = (completionReason?.rawValue).sqlValue
        draft["completed_at"] = completedAt.sqlValue
        draft["waiting_until"] = waitingUntil.sqlValue
        draft["team"] = team.sqlValue
        draft["member"] = member.sqlValue
        draft["reviewed"] = reviewed.sqlValue
        draft["provider_was_not_accountable"] = wasProviderFree.sqlValue
        draft["assignment_count"] = .integer(assignmentCount)
        draft["reopen_count"] = .integer(reopenCount)
        draft["resolution_duration"] = resolutionDuration.sqlValue
        draft["next_target_at"] = .integer(nextTarget)
    }
}
