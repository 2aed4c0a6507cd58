import Resources
import Wire

/// A workflow as one value: its tasks and links, its approvals and its phases. It takes what happened, and says what
/// becomes of it all (docs/protocol/workflows.md). Pure: `WorkflowChange` reads it from the database and writes what it
/// says.
struct WorkflowMachine {
    /// An approval as the rules see it, and whom it asks.
    struct Approval: Equatable {
        let id: Int64
        let approver: Int64
        var status = ApprovalStatus.registered
    }

    struct Phase: Equatable {
        let id: Int64
        var status = PhaseStatus.registered
        var startedAt: Timestamp?
        var completedAt: Timestamp?
    }

    /// The workflow itself.
    struct Workflow: Equatable {
        /// Whether it is neither archived nor trashed. What is not active does not move.
        var isActive = true
        var createdAt: Timestamp
        var end = WorkflowEnd()
        var impact = WorkflowImpact.none
        /// In minutes.
        var plannedEffort: Int64 = 0
        var target: Timestamp?
        var preventsRequestCompletion = false
    }

    /// Everything that an event can change.
    struct State: Equatable {
        var workflow: Workflow
        var graph: WorkflowGraph
        /// By the task they are for, in the order they were asked.
        var approvals: [Int64: [Approval]] = [:]
        var phases: [Phase] = []
    }

    /// How the workflow, its approvals and its phases were.
    let before: (workflow: Workflow, approvals: [Int64: [Approval]], phases: [Phase])
    /// How each task was that was put in its place again, by its index: a copy of all would cost more than the rest.
    private(set) var tasksBefore: [Int: TaskState] = [:]
    /// How all of it has become.
    private(set) var state: State
    let now: Timestamp
    /// Why each task has the status it got.
    private(set) var causes: [Int64: WorkflowCause] = [:]
    /// Approvals whose approver is asked, perhaps again, and gets a summary.
    private(set) var asked: [Int64] = []
    /// When the next task begins that waits for nothing but a time; nil when none does.
    private(set) var nextBeginning: Timestamp?
    /// Whether the workflow was completed by this, so that no request waits for it any more.
    private(set) var freesRequests = false

    /// - Parameter workflow: as it is to be, where a client changes it in the same call.
    init(_ state: State, changing workflow: Workflow? = nil, now: Timestamp) {
        before = (state.workflow, state.approvals, state.phases)
        self.state = state
        if let workflow { self.state.workflow = workflow }
        self.now = now
    }

    // MARK: Events

    /// A task was changed by hand, perhaps by an approver's answer.
    /// - Parameters:
    ///   - task: as it is to be, before its own rules.
    ///   - answer: the approval that was answered, and how.
    ///   - facts: what its rules are to know of who changed it.
    /// - Returns: what is wrong with it; the machine then means nothing.
    mutating func change(
        _ task: TaskState, answer: (approval: Int64, status: ApprovalStatus)? = nil, _ facts: TaskRules.Change
    ) -> [FieldError] {
        guard let index = state.graph.index(of: task.id) else { return [] }
        let old = state.graph.tasks[index]
        var task = task
        var cause = WorkflowCause.hand
        if let answer {
            set(answer.approval, of: task.id, to: answer.status)
        }
        // How many must say yes may be fewer now. Set back, all are asked again.
        if task.status.isActive, old.status.isActive, let decided = decide(&task) { cause = decided }
        var facts = facts
        (facts.before, facts.approvers, facts.now) = (old, approvers(of: task.id), now)
        let errors = TaskRules.settle(&task, facts)
        if !errors.isEmpty { return errors }
        replace(index, by: task, because: cause)
        settle()
        return []
    }

    /// Who is asked to approve a task has changed.
    mutating func recount(task id: Int64) {
        guard let index = state.graph.index(of: id) else { return }
        let old = state.graph.tasks[index]
        var task = old
        let cause = old.status.isActive ? decide(&task) : nil
        let people = approvers(of: id)
        if people.isEmpty { task.member = nil }
        _ = TaskRules.settle(&task, TaskRules.Change(before: old, approvers: people, now: now))
        replace(index, by: task, because: cause ?? .hand)
        settle()
    }

    /// The time until which a task waits has come.
    mutating func endWaiting(task id: Int64) {
        if let index = state.graph.index(of: id), state.graph.tasks[index].status == .waitingFor {
            set(index, to: .assigned, because: .time)
        }
        settle()
    }

    /// Somebody completes the workflow by hand, and gives up what is not done.
    /// - Parameter reason: why.
    mutating func complete(because reason: WorkflowCompletionReason) {
        for index in state.graph.tasks.indices where !state.graph.tasks[index].status.isFinished {
            set(index, to: .canceled, because: .workflow)
        }
        state.workflow.end.reason = reason
        settle(isReasonSent: true)
    }

    /// Something else is to be looked at again: links, times, tasks that were added, or the workflow's own values.
    /// - Parameter isReasonSent: whether a client just said why the workflow is completed.
    mutating func settle(isReasonSent: Bool = false) {
        guard state.workflow.isActive else { return }
        for index in WorkflowRules.beginning(state.graph, at: now) { begin(index) }
        settleWorkflow(isReasonSent: isReasonSent)
        let phased = state.phases.isEmpty ? [:] : Dictionary(grouping: state.graph.tasks) { $0.phase }
        for index in state.phases.indices {
            let id = state.phases[index].id
            let (status, started, completed) = WorkflowRules.phase(phased[id] ?? [])
            state.phases[index] = Phase(id: id, status: status, startedAt: started, completedAt: completed)
        }
        nextBeginning = WorkflowRules.nextBeginning(state.graph, after: now)
    }

    // MARK: Steps

    private mutating func begin(_ index: Int) {
        var task = state.graph.tasks[index]
        task.status = .assigned
        task.assignedAt = now
        task.target = now.adding(minutes: task.plannedDuration)
        replace(index, by: task, because: WorkflowRules.cause(of: index, in: state.graph))
    }

    private mutating func set(_ index: Int, to status: TaskStatus, because cause: WorkflowCause) {
        let old = state.graph.tasks[index]
        var task = old
        task.status = status
        let facts = TaskRules.Change(before: old, approvers: approvers(of: task.id), now: now)
        _ = TaskRules.settle(&task, facts)
        replace(index, by: task, because: cause)
    }

    /// Puts a task in its place; what follows for its approvals from its status happens here and nowhere else.
    private mutating func replace(_ index: Int, by task: TaskState, because cause: WorkflowCause) {
        let old = state.graph.tasks[index].status
        if tasksBefore[index] == nil { tasksBefore[index] = state.graph.tasks[index] }
        state.graph.replace(index, by: task)
        guard task.status != old else { return }
        causes[task.id] = cause
        if task.status.isBad, !old.isBad, let failure = state.graph.failures[index] { takeOver(failure, for: task.id) }
        for approval in state.approvals[task.id] ?? [] {
            set(
                approval.id, of: task.id,
                to: ApprovalRules.status(approval.status, whenTaskIs: task.status, before: old))
        }
    }

    /// What has taken over before and is done takes over again; what has not begun yet begins by `beginning`.
    private mutating func takeOver(_ index: Int, for task: Int64) {
        let status = state.graph.tasks[index].status
        if status.isFinished, status != .canceled { set(index, to: .assigned, because: .task(task)) }
    }

    private mutating func set(_ approval: Int64, of task: Int64, to status: ApprovalStatus) {
        guard let index = state.approvals[task]?.firstIndex(where: { $0.id == approval }),
            state.approvals[task]?[index].status != status
        else { return }
        state.approvals[task]?[index].status = status
        if status == .assigned { asked.append(approval) }
    }

    /// Gives a task what the answers of its approvers come to.
    /// - Returns: the answer that decided; nil while it goes on waiting.
    private func decide(_ task: inout TaskState) -> WorkflowCause? {
        let answers = (state.approvals[task.id] ?? []).map { ApprovalRules.Answer(id: $0.id, status: $0.status) }
        guard let verdict = ApprovalRules.verdict(answers, required: task.requiredApprovals) else { return nil }
        task.status = verdict.status
        task.waitingUntil = nil
        return verdict.decidedBy.map { .approval($0) }
    }

    private func approvers(of task: Int64) -> [Int64] { (state.approvals[task] ?? []).map(\.approver) }

    private mutating func settleWorkflow(isReasonSent: Bool) {
        let graph = state.graph
        let (end, isCompletedNow) = WorkflowEnd.settle(
            graph, before: before.workflow.end, reason: state.workflow.end.reason, isReasonSent: isReasonSent,
            createdAt: state.workflow.createdAt, now: now)
        state.workflow.end = end
        state.workflow.impact = WorkflowRules.impact(graph).value
        state.workflow.plannedEffort = WorkflowRules.plannedEffort(graph)
        // What was done keeps the target it had.
        if end.status != .completed { state.workflow.target = WorkflowRules.target(graph, at: now).value }
        freesRequests = isCompletedNow
    }
}

/// Why a task has the status that it got.
enum WorkflowCause: Equatable {
    /// Somebody set it.
    case hand
    /// Its time came.
    case time
    /// A task before it ended, or one that it takes over for.
    case task(Int64)
    /// An approver's answer decided.
    case approval(Int64)
    /// The workflow was completed by hand.
    case workflow
}
