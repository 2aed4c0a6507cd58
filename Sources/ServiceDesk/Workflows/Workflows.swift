import Resources
import Store
import Wire

/// Commands on workflows.
public enum Workflows: Noun {
    public static let entries: [any EntryNoun.Type] = [Phases.self]
    public static let links = [WorkflowRequests.writing]

    /// Its manager sees a workflow, and that of its release, and whoever is asked to approve one of its tasks, as long
    /// as they are asked.
    static let visibility = Visibility("manager") { workflow, person in
        """
        SELECT 1 FROM tasks t JOIN approvals a ON a.task_id = t.id WHERE t.workflow_id = \(workflow)
        AND a.approver_id = \(person) AND a.status = \(ApprovalStatus.assigned.rawValue)
        UNION ALL SELECT 1 FROM workflows w JOIN releases r ON r.id = w.release_id WHERE w.id = \(workflow)
        AND r.manager_id = \(person)
        """
    }

    public static let writing = Writing(.workflows, permit: permit).with {
        $0.lock = { change, id in
            if let release = change.input["release"] {
                try ReleaseWorkflows.lock(change.transaction, [id], and: release.integer)
            }
        }
        $0.defaults = defaults
        $0.authorize = ReleaseWorkflows.authorize
        $0.rules = rules
        $0.save = save
        $0.visibility = visibility
        $0.follow = follow
        $0.notes = [("note", false)]
        $0.moving = Moving(completed: WorkflowStatus.completed).with {
            $0.follow = { draft, old, change in
                try moveTasks(change, draft.id ?? 0, to: draft.lifeCycle)
                try WorkflowRequests.free(change.transaction, of: draft, by: change.viewer?.person)
                try ReleaseWorkflows.follow(change.transaction, draft, movedFrom: old, by: change.viewer?.person)
            }
        }
    }.managed(by: .workflowManager)

    // MARK: Steps

    @Sendable private static func permit(_ change: Change, _ record: Draft?) throws {
        guard let viewer = change.viewer else { return }
        guard let record else {
            return try viewer.require(\.editsWorkflows, in: viewer.account.number, "create workflows")
        }
        guard viewer.roles(in: record.account).editsWorkflows || record["manager"].integer == viewer.person else {
            throw Refusal.forbidden("\(viewer.name) may not change this workflow")
        }
    }

    @Sendable private static func defaults(_ draft: inout Draft, _ change: Change) {
        draft["impact"] = .integer(WorkflowImpact.none.rawValue)
        draft["planned_effort"] = .integer(0)
        if draft["status"].isNull { draft["status"] = .integer(WorkflowStatus.registered.rawValue) }
    }

    @Sendable private static func rules(_ draft: Draft, _ change: Change) throws -> [FieldError] {
        var errors = try ReleaseWorkflows.errors(draft, change)
        let status = draft["status"].integer.flatMap(WorkflowStatus.init) ?? .registered
        if draft.changes("status"), status != .completed, !(draft.isNew && status == .registered) {
            errors.append(
                FieldError("status", "Status follows from the tasks; only completed can be set"))
        }
        let reason = draft["completion_reason"].integer.flatMap(WorkflowCompletionReason.init)
        if status == .completed, reason == nil, draft.changes("status") || draft.changes("completion_reason") {
            errors.append(FieldError("completion_reason", "Completion reason can't be blank"))
        }
        if status != .completed, reason != nil {
            errors.append(
                FieldError("completion_reason", "Completion reason can only be set with the status completed"))
        }
        if reason == .complete, draft.changes("completion_reason"), try hasFailed(change.db, draft.id) {
            errors.append(
                FieldError("completion_reason", "Completion reason can't be complete while a task has failed"))
        }
        return errors
    }

    /// A workflow has no tasks before it has an id; one that has some is written together with what they come to.
    @Sendable private static func save(_ draft: inout Draft, _ change: Change) throws -> Int64 {
        guard let id = draft.id, let viewer = change.viewer else { return try writing.write(&draft, change) }
        try change.transaction.saveFiles(&draft, with: change.input, by: viewer)
        var workflow = try WorkflowChange(change.transaction, draft, by: viewer.person)
        if draft.changes("status"), let reason: WorkflowCompletionReason = draft["completion_reason"].code() {
            workflow.machine.complete(because: reason)
        } else {
            workflow.machine.settle(isReasonSent: draft.changes("completion_reason"))
        }
        draft = try workflow.write()
        return id
    }

    @Sendable private static func follow(_ draft: Draft, _ change: Change, _ id: Int64) throws {
        if draft.wasNew {
            try ReleaseWorkflows.follow(change.transaction, draft, by: change.viewer?.person)
            try WorkflowChange.make(change.transaction, workflow: id, by: change.viewer?.person)
        } else if draft.changes("manager") {
            try giveTasks(change, id, to: draft["manager"])
        }
    }

    private static func hasFailed(_ db: Database, _ id: Int64?) throws -> Bool {
        guard let id else { return false }
        return try db.exists(
            """
            SELECT 1 FROM tasks WHERE workflow_id = \(id)
            AND status IN (\(TaskStatus.failed.rawValue), \(TaskStatus.rejected.rawValue)) LIMIT 1
            """)
    }

    /// The tasks of a workflow have its manager.
    private static func giveTasks(_ change: Change, _ id: Int64, to manager: SQLValue) throws {
        for var task in try tasks(of: id, change.transaction) {
            task["manager"] = manager
            try change.transaction.save(&task, by: change.viewer?.person)
            try Tasks.visibility.refreshAfterSave(change.transaction, task)
        }
    }

    /// The tasks of a workflow lie where it lies.
    private static func moveTasks(_ change: Change, _ id: Int64, to lifeCycle: LifeCycle) throws {
        guard let viewer = change.viewer else { return }
        for var task in try tasks(of: id, change.transaction) {
            try change.transaction.move(&task, to: lifeCycle, by: viewer.person)
        }
    }

    private static func tasks(of id: Int64, _ transaction: Transaction) throws -> [Draft] {
        try transaction.db.integers("SELECT id FROM tasks WHERE workflow_id = \(id) ORDER BY id")
            .compactMap { try Draft.loadUnseen(transaction, .tasks, id: $0) }
    }
}
