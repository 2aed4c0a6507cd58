import Resources
import Store
import Wire

/// Brings a workflow in line with its rules after something on it changed: assigns the tasks whose time has come, and
/// writes what follows for the workflow, its phases and its requests. It reads the whole workflow with two statements,
/// and writes only what changes.
///
/// Whoever calls this has locked the workflow before it looked at anything on it.
struct WorkflowSettlement {
    private let transaction: Transaction
    private let user: Int64?
    private let id: Int64

    init(_ transaction: Transaction, workflow id: Int64, by user: Int64?) {
        self.transaction = transaction
        self.id = id
        self.user = user
    }

    /// Keeps a workflow from other writers. Everything that changes a task or an approval does this first.
    static func lock(_ transaction: Transaction, workflow: Int64) throws {
        try transaction.lock(RecordKind.workflow.table, [workflow])
    }

    func run() throws {
        guard var workflow = try Draft.loadUnseen(transaction, .workflows, id: id), workflow.lifeCycle == .active else {
            return
        }
        try run(&workflow)
    }

    /// - Parameter workflow: loaded, perhaps changed, and not saved.
    func run(_ workflow: inout Draft) throws {
        var graph = try WorkflowGraph.load(transaction.db, workflow: id, startAt: workflow["start_at"].timestamp)
        for place in WorkflowRules.beginning(graph, at: transaction.now) {
            graph.tasks[place] = try assign(graph.tasks[place])
        }
        let isCompleted = try settle(&workflow, graph)
        try Due.set(
            transaction, .workflow, id,
            at: workflow.lifeCycle == .active ? WorkflowRules.nextBeginning(graph, after: transaction.now) : nil)
        try Phases.settle(transaction, workflow: id, graph)
        if isCompleted, !workflow["prevent_request_completion"].flag {
            try WorkflowRequests.complete(transaction, workflow: id, by: user)
        }
    }

    /// - Returns: whether the workflow was completed by this.
    private func settle(_ workflow: inout Draft, _ graph: WorkflowGraph) throws -> Bool {
        let created = workflow["created_at"].timestamp ?? transaction.now
        let (end, isCompletedNow) = WorkflowEnd.settle(
            graph, before: WorkflowEnd { workflow.previous($0) },
            reason: workflow["completion_reason"].integer.flatMap(WorkflowCompletionReason.init),
            isReasonSent: workflow.changes("completion_reason"), createdAt: created, now: transaction.now)
        end.write(to: &workflow)
        workflow["impact"] = .integer(WorkflowRules.impact(graph).value.rawValue)
        workflow["planned_effort"] = .integer(WorkflowRules.plannedEffort(graph))
        // What was done keeps the target it had.
        if end.status != .completed {
            workflow["completion_target_at"] = WorkflowRules.target(graph, at: transaction.now).value.sqlValue
        }
        try transaction.save(&workflow, by: user)
        return isCompletedNow
    }

    private func assign(_ task: WorkflowGraph.Task) throws -> WorkflowGraph.Task {
        var task = task
        guard var draft = try Draft.loadUnseen(transaction, .tasks, id: task.id) else { return task }
        task.status = .assigned
        task.assignedAt = transaction.now
        task.target = transaction.now.adding(minutes: task.plannedDuration)
        draft["status"] = .integer(task.status.rawValue)
        draft["assigned_at"] = task.assignedAt.sqlValue
        draft["completion_target_at"] = task.target.sqlValue
        try transaction.save(&draft, by: user)
        try Approvals.follow(transaction, task: task.id, status: .assigned, before: .registered)
        return task
    }
}

extension WorkflowEnd {
    /// How the workflow that a draft describes stands.
    fileprivate init(_ value: (String) -> SQLValue) {
        self.init(
            status: value("status").integer.flatMap(WorkflowStatus.init) ?? .registered,
            reason: value("completion_reason").integer.flatMap(WorkflowCompletionReason.init),
            completedAt: value("completed_at").timestamp, resolutionDuration: value("resolution_duration").integer)
    }

    /// Writes it back.
    fileprivate func write(to draft: inout Draft) {
        draft["status"] = .integer(status.rawValue)
        draft["completion_reason"] = (reason?.rawValue).sqlValue
        draft["completed_at"] = completedAt.sqlValue
        draft["resolution_duration"] = resolutionDuration.sqlValue
    }
}

extension WorkflowGraph {
    /// Reads a workflow's tasks and links.
    static func load(_ db: Database, workflow: Int64, startAt: Timestamp?) throws -> WorkflowGraph {
        let tasks = try db.all(
            """
            SELECT id, category, status, impact, planned_duration, planned_effort, start_at, assigned_at, finished_at,
            completion_target_at, failure_task_id, phase_id FROM tasks WHERE workflow_id = \(workflow) ORDER BY id
            """
        ) { row in
            Task(
                id: row.integer(0), category: TaskCategory(rawValue: row.integer(1)) ?? .implementation,
                status: TaskStatus(rawValue: row.integer(2)) ?? .registered,
                impact: WorkflowImpact(rawValue: row.integer(3)) ?? .none, plannedDuration: row.integer(4),
                plannedEffort: row.integer(5), startAt: row.optionalTimestamp(6), assignedAt: row.optionalTimestamp(7),
                finishedAt: row.optionalTimestamp(8),
                target: row.optionalTimestamp(9), failureTask: row.optionalInteger(10), phase: row.optionalInteger(11))
        }
        let links = try db.all(
            "SELECT task_id, successor_id FROM task_links WHERE workflow_id = \(workflow)"
        ) { ($0.integer(0), $0.integer(1)) }
        return WorkflowGraph(startAt: startAt, tasks: tasks, links: links)
    }
}

extension SQLValue {
    /// The time, if this is one.
    var timestamp: Timestamp? { integer.map(Timestamp.init(microseconds:)) }
}
