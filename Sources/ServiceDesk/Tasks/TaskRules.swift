import Resources
import Wire

/// What a change of a task brings with it (docs/protocol/workflows.md#status-of-a-task). Pure.
enum TaskRules {
    /// The facts a change is judged by.
    struct Change {
        /// The state before, or nil for a new task.
        var before: TaskState?
        var setsMember = false
        /// Whether the client said that there is no member.
        var clearsMember = false
        /// Whether the chosen member, and the caller, belong to the team.
        var isMemberInTeam = false
        var isCallerInTeam = false
        var caller: Int64?
        /// Who are asked to approve.
        var approvers: [Int64] = []
        var now: Timestamp
    }

    /// The ends that a kind of work can come to.
    static func ends(of category: TaskCategory) -> [TaskStatus] {
        category == .approval ? [.approved, .rejected, .canceled] : [.completed, .failed, .canceled]
    }

    /// Brings the state in line with its own rules.
    /// - Returns: what is wrong with it; the state then means nothing.
    static func settle(_ state: inout TaskState, _ change: Change) -> [FieldError] {
        var errors: [FieldError] = []
        if state.status.isFinished, !ends(of: state.category).contains(state.status) {
            let ends = ends(of: state.category).map(\.wireName).joined(separator: ", ")
            errors.append(
                FieldError(
                    "status", "Status can't be \(state.status.wireName) for this category; it can end as \(ends)"))
        }
        staff(&state, change, &errors)
        wait(&state, change, &errors)
        stamp(&state, change)
        return errors
    }

    /// Who does it. A change of team clears a member who is not in it; several approvers leave no one member.
    private static func staff(_ state: inout TaskState, _ change: Change, _ errors: inout [FieldError]) {
        if state.team != change.before?.team, !change.setsMember, !change.isMemberInTeam { state.member = nil }
        if state.category == .approval {
            if !change.approvers.isEmpty { state.member = change.approvers.count == 1 ? change.approvers[0] : nil }
            return
        }
        if state.status == .accepted, state.member == nil {
            if change.isCallerInTeam, !change.clearsMember {
                state.member = change.caller
            } else {
                errors.append(FieldError("member", "Member can't be blank"))
            }
        }
        if change.setsMember, state.member != nil, !change.isMemberInTeam {
            errors.append(FieldError("member", "Member must be a member of the team"))
        }
    }

    private static func wait(_ state: inout TaskState, _ change: Change, _ errors: inout [FieldError]) {
        if state.status == .waitingFor {
            if state.waitingUntil == nil {
                errors.append(FieldError("waiting_until", "Waiting until can't be blank"))
            }
            return
        }
        if let time = state.waitingUntil, time != change.before?.waitingUntil {
            errors.append(FieldError("waiting_until", "Waiting until can only be set with the status waiting_for"))
        }
        state.waitingUntil = nil
    }

    private static func stamp(_ state: inout TaskState, _ change: Change) {
        let before = change.before?.status ?? .registered
        if state.status == .registered {
            (state.assignedAt, state.target) = (nil, nil)
        } else if state.status == .assigned && before != .assigned
            || state.assignedAt == nil && state.status != .canceled
        {
            state.assignedAt = change.now
        }
        if let assigned = state.assignedAt { state.target = assigned.adding(minutes: state.plannedDuration) }
        if !state.status.isFinished {
            (state.finishedAt, state.resolutionDuration) = (nil, nil)
        } else if !before.isFinished || state.finishedAt == nil {
            state.finishedAt = change.now
            let begin = state.assignedAt ?? change.now
            state.resolutionDuration = change.now.minutes(since: begin)
        }
        if state.status == .rejected, before != .rejected { state.rejectionCount += 1 }
    }
}
