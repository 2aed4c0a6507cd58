import Resources
import Wire

/// The part of a request that its rules are about.
struct RequestState: Equatable {
    var status: RequestStatus
    var category: RequestCategory
    var impact: RequestImpact?
    var completionReason: RequestCompletionReason?
    var completedAt: Timestamp?
    var waitingUntil: Timestamp?
    var desiredCompletionAt: Timestamp?
    var team: Int64?
    var member: Int64?
    var hasService = false
    var isGrouped = false
    var hasWorkflow = false
    var reviewed = false
    /// Whether the provider cannot be held to account, and whether that was so when the request was completed.
    var isProviderFree = false
    var wasProviderFree = false
    var assignmentCount: Int64 = 0
    var reopenCount: Int64 = 0
    var resolutionDuration: Int64?
    var nextTarget: Int64 = Target.bestEffort

    /// Completed so that nobody needs to review it (docs/protocol/requests.md#fields).
    var needsNoReview: Bool {
        guard status == .completed else { return false }
        return !hasService || hasWorkflow || isGrouped || completionReason == .solved && impact != .top
    }
}

/// What a change of a request brings with it (docs/protocol/requests.md#status). Pure: it asks nothing and knows no
/// database.
struct RequestRules {
    /// The facts a change is judged by.
    struct Change {
        /// The state before, or nil for a new request.
        var before: RequestState?
        /// Whether the client named a status, or a member, or said that there is no member.
        var setsStatus: Bool
        var setsMember: Bool
        var clearsMember = false
        /// Whether the chosen member, and the caller, belong to the team.
        var isMemberInTeam: Bool
        var isCallerInTeam: Bool
        var caller: Int64?
        var createdAt: Timestamp
        var now: Timestamp
    }

    /// Brings the state in line with its own rules.
    /// - Returns: what is wrong with it; the state then means nothing.
    static func settle(_ state: inout RequestState, _ change: Change) -> [FieldError] {
        var errors: [FieldError] = []
        assign(&state, change, &errors)
        progress(&state, change, &errors)
        complete(&state, change, &errors)
        if state.needsNoReview, change.before?.needsNoReview != true { state.reviewed = true }
        if state.status == .completed, state.isProviderFree { state.wasProviderFree = true }
        if state.category == .incident, state.impact == nil {
            errors.append(FieldError("impact", "Impact can't be blank"))
        }
        state.nextTarget = nextTarget(state)
        return errors
    }

    /// A change of team clears a member who is not in it, counts as an assignment, and begins the work anew.
    private static func assign(_ state: inout RequestState, _ change: Change, _ errors: inout [FieldError]) {
        if state.team != change.before?.team {
            if !change.setsMember, !change.isMemberInTeam { state.member = nil }
            if state.team != nil { state.assignmentCount += 1 }
            if let before = change.before, before.status != .completed, !change.setsStatus { state.status = .assigned }
        }
        let mayBeCallers = !change.clearsMember && (change.isCallerInTeam || state.team == nil)
        if state.status == .accepted, state.member == nil, mayBeCallers {
            state.member = change.caller
        } else if state.status == .accepted, state.member == nil {
            errors.append(FieldError("member", "Member can't be blank"))
        }
        if change.setsMember, state.member != nil, state.team != nil, !change.isMemberInTeam {
            errors.append(FieldError("member", "Member must be a member of the team"))
        }
    }

    /// Waiting needs an end, and the pending statuses need what they are pending on.
    private static func progress(_ state: inout RequestState, _ change: Change, _ errors: inout [FieldError]) {
        switch state.status {
        case .waitingFor:
            if state.waitingUntil == nil {
                errors.append(FieldError("waiting_until", "Waiting until can't be blank"))
            }
        case .workflowPending where state.hasWorkflow: state.waitingUntil = nil
        case .workflowPending, .projectPending, .reservationPending:
            let link = state.status.wireName.replacing("_pending", with: "")
            errors.append(FieldError("status", "Status can't be \(state.status.wireName) without a \(link)"))
        default:
            if let time = state.waitingUntil, time != change.before?.waitingUntil {
                errors.append(FieldError("waiting_until", "Waiting until can only be set with the status waiting_for"))
            }
            state.waitingUntil = nil
        }
    }

    /// Completing needs a reason and stamps the request; leaving completed takes both back.
    private static func complete(_ state: inout RequestState, _ change: Change, _ errors: inout [FieldError]) {
        let wasCompleted = change.before?.status == .completed
        if state.status == .completed {
            if state.completionReason == nil {
                errors.append(FieldError("completion_reason", "Completion reason can't be blank"))
            }
            guard !wasCompleted else { return }
            state.completedAt = change.now
            state.resolutionDuration = change.now.minutes(since: change.createdAt)
        } else {
            if let reason = state.completionReason, reason != change.before?.completionReason {
                errors.append(
                    FieldError("completion_reason", "Completion reason can only be set with the status completed"))
            }
            state.completionReason = nil
            guard wasCompleted else { return }
            state.completedAt = nil
            state.resolutionDuration = nil
            state.reopenCount += 1
        }
    }

    /// What has to be met next (docs/protocol/requests.md#fields). Without service levels there are no response and
    /// resolution targets.
    private static func nextTarget(_ state: RequestState) -> Int64 {
        if state.status == .completed { return Target.noTarget }
        return state.desiredCompletionAt?.microseconds ?? Target.bestEffort
    }
}
