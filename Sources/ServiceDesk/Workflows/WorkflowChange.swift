import Resources
import Store
import Wire

/// A change of a workflow, or of anything on it: locks the workflow, reads it into a `WorkflowMachine`, and writes what
/// the machine says. Whatever changes a task, a link, an approval or a phase does it through here.
struct WorkflowChange {
    var machine: WorkflowMachine
    private let transaction: Transaction
    private let user: Int64?
    private let id: Int64
    private var workflow: Draft
    /// The task that a command saved itself.
    private var saved: Int64?
    /// The people who may see the workflow from now on because they are asked, or not any more.
    private var asked: [Int64] = []

    /// Keeps a workflow from other writers. Everything that changes something on it does this before it looks at
    /// anything there.
    static func lock(_ transaction: Transaction, workflow: Int64) throws {
        try transaction.lock(RecordKind.workflow.table, [workflow])
    }

    /// Tells a workflow what happened, and writes what follows.
    /// - Parameters:
    ///   - user: who made it happen; nil for time.
    ///   - asked: people who were asked to approve a task of it, or are not asked any more.
    ///   - event: one of the machine's.
    static func make(
        _ transaction: Transaction, workflow id: Int64, by user: Int64?, asked: [Int64] = [],
        _ event: (inout WorkflowMachine) -> Void = { $0.settle() }
    ) throws {
        guard let workflow = try Draft.loadUnseen(transaction, .workflows, id: id), workflow.lifeCycle == .active
        else { return }
        var change = try WorkflowChange(transaction, workflow, by: user)
        event(&change.machine)
        change.asked += asked
        try change.write(besides: true)
    }

    /// Reads all that is on a workflow.
    /// - Parameter workflow: loaded, perhaps changed, and not saved.
    init(_ transaction: Transaction, _ workflow: Draft, by user: Int64?) throws {
        self.transaction = transaction
        self.user = user
        self.workflow = workflow
        id = workflow.id ?? 0
        let now = transaction.now
        let state = try WorkflowMachine.State(
            transaction.db, id, .init(workflow, workflow.previous, now), startAt: workflow["start_at"].timestamp)
        machine = WorkflowMachine(state, changing: .init(workflow, { workflow[$0] }, now), now: now)
    }

    /// The same for the workflow of a task.
    /// - Throws: `Refusal.notFound` when there is none.
    init(_ transaction: Transaction, ofTask task: Draft, by user: Int64?) throws {
        guard let id = task["workflow"].integer, let workflow = try Draft.loadUnseen(transaction, .workflows, id: id)
        else { throw Refusal.notFound }
        try self.init(transaction, workflow, by: user)
    }

    // MARK: Writing

    /// Writes what follows.
    /// - Parameter isChanged: whether something changed on the workflow that the machine does not see.
    /// - Returns: the workflow as it was saved.
    @discardableResult
    mutating func write(besides isChanged: Bool = false) throws -> Draft {
        let effects = machine.effects
        for effect in effects { try write(effect) }
        try saveWorkflow()
        try Workflows.visibility.refresh(transaction, workflow, asked)
        if machine.state.workflow.isActive { try Due.set(transaction, .workflow, id, at: machine.nextBeginning) }
        if effects.contains(.freeRequests) {
            try WorkflowRequests.free(transaction, of: workflow, by: user)
        }
        if isChanged || !effects.isEmpty || workflow.hasChanges {
            try Summaries.outdate(transaction, workflow: id, isAsking: machine.state.isAsking)
        }
        return workflow
    }

    /// Writes a task as a client changed it, with what follows for it and everything else.
    /// - Parameters:
    ///   - task: loaded and changed; what the machine made of it is in there afterwards.
    ///   - save: writes it.
    mutating func write(_ task: inout Draft, _ save: (inout Draft) throws -> Void) throws {
        let id = task.id ?? 0
        if let index = machine.state.graph.index(of: id) { machine.state.graph.tasks[index].write(to: &task) }
        try save(&task)
        try Self.follow(transaction, task)
        saved = id
        try write(besides: task.hasChanges)
    }

    /// What follows from a saved task for what is kept beside it.
    static func follow(_ transaction: Transaction, _ task: Draft) throws {
        try Tasks.visibility.refreshAfterSave(transaction, task)
        guard let id = task.id, task.changes("waiting_until") else { return }
        try Due.set(transaction, .task, id, at: task["waiting_until"].timestamp)
    }

    private mutating func write(_ effect: WorkflowMachine.Effect) throws {
        switch effect {
        case .task(let state, _):
            guard state.id != saved, var task = try Draft.loadUnseen(transaction, .tasks, id: state.id)
            else { return }
            state.write(to: &task)
            try transaction.save(&task, by: user)
            try Self.follow(transaction, task)
        case .approval(let approval):
            asked.append(approval.approver)
            try transaction.execute(
                """
                UPDATE approvals SET status = \(approval.status.rawValue), updated_at = \(transaction.now)
                WHERE id = \(approval.id)
                """)
        case .summary(let approval): try Summaries.want(transaction, approval: approval)
        case .phase(let phase):
            try transaction.execute(
                """
                UPDATE phases SET status = \(phase.status.rawValue), started_at = \(phase.startedAt.sqlValue),
                completed_at = \(phase.completedAt.sqlValue), updated_at = \(transaction.now) WHERE id = \(phase.id)
                """)
        // The workflow is saved once, with what a client changed in it; its requests look at it as saved.
        case .workflow, .freeRequests: break
        }
    }

    private mutating func saveWorkflow() throws {
        if machine.before.workflow != machine.state.workflow { machine.state.workflow.write(to: &workflow) }
        try transaction.save(&workflow, by: user)
        try ReleaseWorkflows.follow(transaction, workflow, by: user)
    }
}

extension WorkflowMachine.State {
    /// Whether somebody has not answered yet who is asked to approve a task.
    fileprivate var isAsking: Bool { approvals.values.contains { $0.contains { $0.status == .assigned } } }
}
