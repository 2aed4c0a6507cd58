import Resources
import Store
import Wire

extension WorkflowMachine.State {
    /// Up to this many tasks that are approved, their approvals are asked for by their ids.
    private static let fewApproved = 128

    /// Reads all that is on a workflow, each kind with one statement.
    init(_ db: Database, _ id: Int64, _ workflow: WorkflowMachine.Workflow, startAt: Timestamp?) throws {
        let graph = try WorkflowGraph.load(db, workflow: id, startAt: startAt)
        self.init(workflow: workflow, graph: graph, approvals: try Self.approvals(db, id, graph))
        phases = try db.all(
            "SELECT id, status, started_at, completed_at FROM phases WHERE workflow_id = \(id) ORDER BY id"
        ) {
            WorkflowMachine.Phase(
                id: $0.integer(0), status: $0.value(1).code() ?? .registered, startedAt: $0.optionalTimestamp(2),
                completedAt: $0.optionalTimestamp(3))
        }
    }

    /// Reads the approvals of a workflow's tasks, by task.
    static func approvals(
        _ db: Database, _ id: Int64, _ graph: WorkflowGraph
    ) throws -> [Int64: [WorkflowMachine.Approval]] {
        let approved = graph.tasks.filter { $0.category == .approval }.map(\.id)
        if approved.isEmpty { return [:] }
        // By their ids, as long as they are few of many.
        let those: SQL =
            approved.count > Self.fewApproved
            ? "a.task_id IN (SELECT id FROM tasks WHERE workflow_id = \(id))"
            : "a.task_id IN (\(list: Padding.toPowerOfTwo(approved)))"
        let approvals = try db.all(
            "SELECT a.task_id, a.id, a.approver_id, a.status FROM approvals a WHERE \(those) ORDER BY a.id"
        ) {
            (
                task: $0.integer(0),
                WorkflowMachine.Approval(
                    id: $0.integer(1), approver: $0.integer(2), status: $0.value(3).code() ?? .registered)
            )
        }
        return Dictionary(grouping: approvals, by: \.task).mapValues { $0.map(\.1) }
    }
}

extension WorkflowMachine.Workflow {
    /// The workflow that a draft describes.
    init(_ draft: Draft, _ value: (String) -> SQLValue, _ now: Timestamp) {
        self.init(
            isActive: draft.lifeCycle == .active, createdAt: value("created_at").timestamp ?? now,
            end: WorkflowEnd(
                status: value("status").code() ?? .registered, reason: value("completion_reason").code(),
                completedAt: value("completed_at").timestamp,
                resolutionDuration: value("resolution_duration").integer),
            impact: value("impact").code() ?? .none, plannedEffort: value("planned_effort").integer ?? 0,
            target: value("completion_target_at").timestamp,
            preventsRequestCompletion: value("prevent_request_completion").flag)
    }

    /// Writes back what the machine changes.
    func write(to draft: inout Draft) {
        draft["status"] = .integer(end.status.rawValue)
        draft["completion_reason"] = (end.reason?.rawValue).sqlValue
        draft["completed_at"] = end.completedAt.sqlValue
        draft["resolution_duration"] = end.resolutionDuration.sqlValue
        draft["impact"] = .integer(impact.rawValue)
        draft["planned_effort"] = .integer(plannedEffort)
        draft["completion_target_at"] = target.sqlValue
    }
}

extension WorkflowGraph {
    /// Reads a workflow's tasks and links.
    static func load(_ db: Database, workflow: Int64, startAt: Timestamp?) throws -> WorkflowGraph {
        let tasks = try db.all(
            """
            SELECT id, category, status, impact, team_id, member_id, planned_duration, planned_effort,
            required_approvals, start_at, waiting_until, assigned_at, completion_target_at, finished_at,
            resolution_duration, rejection_count, failure_task_id, phase_id
            FROM tasks WHERE workflow_id = \(workflow) ORDER BY id
            """
        ) { row in
            Task(
                id: row.integer(0), category: TaskCategory(rawValue: row.integer(1)) ?? .implementation,
                status: TaskStatus(rawValue: row.integer(2)) ?? .registered,
                impact: WorkflowImpact(rawValue: row.integer(3)) ?? .none, team: row.optionalInteger(4),
                member: row.optionalInteger(5), plannedDuration: row.integer(6), plannedEffort: row.integer(7),
                requiredApprovals: row.integer(8), startAt: row.optionalTimestamp(9),
                waitingUntil: row.optionalTimestamp(10), assignedAt: row.optionalTimestamp(11),
                target: row.optionalTimestamp(12), finishedAt: row.optionalTimestamp(13),
                resolutionDuration: row.optionalInteger(14), rejectionCount: row.integer(15),
                failureTask: row.optionalInteger(16), phase: row.optionalInteger(17))
        }
        let links = try db.all(
            "SELECT task_id, successor_id FROM task_links WHERE workflow_id = \(workflow)"
        ) { ($0.integer(0), $0.integer(1)) }
        return WorkflowGraph(startAt: startAt, tasks: tasks, links: links)
    }
}
