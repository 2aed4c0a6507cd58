import Resources
import Store
import Wire

/// Commands on the phases of a workflow.
public enum Phases {
    /// Adds a phase, the last unless its position says otherwise.
    public static func add(
        _ transaction: Transaction, workflow: Int64, _ input: Input, by viewer: Viewer
    ) throws -> Int64 {
        let parent = try load(transaction, workflow, by: viewer)
        var draft = Draft(new: .phases, account: parent.account)
        try draft.take(input)
        if draft["position"].isNull {
            let last = try transaction.db.first("SELECT max(position) FROM phases WHERE workflow_id = \(workflow)") {
                $0.optionalInteger(0)
            }
            draft["position"] = .integer(((last ?? nil) ?? 0) + 1)
        }
        draft["status"] = .integer(PhaseStatus.registered.rawValue)
        if !draft.blankFields.isEmpty { throw Refusal.invalid(draft.blankFields) }
        return try transaction.save(
            &draft, by: viewer.person,
            extra: [("workflow_id", .integer(workflow)), ("account", .integer(parent.account))])
    }

    /// Changes a phase.
    public static func update(
        _ transaction: Transaction, workflow: Int64, phase: Int64, _ input: Input, by viewer: Viewer
    ) throws {
        _ = try load(transaction, workflow, by: viewer)
        var draft = try Draft.load(
            transaction, .phases, id: phase, in: .owned(by: .workflow, id: workflow), for: viewer.perspective)
        try draft.take(input)
        if draft["position"].isNull { draft["position"] = draft.previous("position") }
        if !draft.blankFields.isEmpty { throw Refusal.invalid(draft.blankFields) }
        try transaction.save(&draft, by: viewer.person)
    }

    /// Removes one phase, or all; their tasks then belong to none.
    public static func remove(
        _ transaction: Transaction, workflow: Int64, phase: Int64?, by viewer: Viewer
    ) throws {
        _ = try load(transaction, workflow, by: viewer)
        let removed = try transaction.db.all("SELECT id FROM phases WHERE workflow_id = \(workflow)") { $0.integer(0) }
            .filter { phase == nil || $0 == phase }
        if phase != nil, removed.isEmpty { throw Refusal.notFound }
        for id in removed {
            try transaction.execute("UPDATE tasks SET phase_id = NULL WHERE phase_id = \(id)")
            try transaction.execute("DELETE FROM phases WHERE id = \(id)")
            transaction.invalidate(Invalidation(kind: RecordKind.phase.code, id: id))
        }
    }

    /// Writes how far the tasks of each phase are.
    static func settle(_ transaction: Transaction, workflow: Int64, _ graph: WorkflowGraph) throws {
        let phases = try transaction.db.all(
            "SELECT id, status, started_at, completed_at FROM phases WHERE workflow_id = \(workflow)"
        ) {
            (id: $0.integer(0), status: $0.integer(1), started: $0.optionalInteger(2), completed: $0.optionalInteger(3))
        }
        if phases.isEmpty { return }
        let tasks = Dictionary(grouping: graph.tasks.filter { $0.phase != nil }) { $0.phase ?? 0 }
        for phase in phases {
            let (status, started, completed) = WorkflowRules.phase(tasks[phase.id] ?? [])
            guard
                status.rawValue != phase.status || started?.microseconds != phase.started
                    || completed?.microseconds != phase.completed
            else { continue }
            try transaction.execute(
                """
                UPDATE phases SET status = \(status.rawValue), started_at = \(started.sqlValue),
                completed_at = \(completed.sqlValue), updated_at = \(transaction.now) WHERE id = \(phase.id)
                """)
        }
    }

    private static func load(_ transaction: Transaction, _ workflow: Int64, by viewer: Viewer) throws -> Draft {
        let parent = try Draft.load(transaction, .workflows, id: workflow, for: viewer.perspective)
        try viewer.require(\.editsWorkflows, "change the phases of workflows")
        try parent.requireActive()
        return parent
    }
}
