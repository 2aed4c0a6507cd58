import Resources
import Store
import Wire

/// Commands on workflows.
public enum Workflows {
    /// Registers a workflow in the account the call works in.
    /// - Returns: its id.
    /// - Throws: `Refusal.forbidden` without the role, `Refusal.invalid`.
    public static func create(_ transaction: Transaction, _ input: Input, by viewer: Viewer) throws -> Int64 {
        try viewer.require(\.editsWorkflows, "create workflows")
        var draft = Draft(new: .workflows, account: viewer.account.number)
        try draft.take(input)
        if draft["manager"].isNull { draft["manager"] = .integer(viewer.person) }
        draft["impact"] = .integer(WorkflowImpact.none.rawValue)
        draft["planned_effort"] = .integer(0)
        viewer.stampSource(&draft, input)
        if draft["status"].isNull { draft["status"] = .integer(WorkflowStatus.registered.rawValue) }
        try check(transaction, &draft, by: viewer)
        // A workflow has no tasks before it has an id; what follows from a start or an end is settled by them.
        let id = try transaction.save(&draft, with: input, by: viewer)
        try Grants(transaction).give(
            holder: draft["manager"].integer ?? viewer.person, .workflow, id, account: draft.account)
        try addNote(transaction, id, draft, input, by: viewer)
        try WorkflowSettlement(transaction, workflow: id, by: viewer.person).run()
        return id
    }

    /// Changes a workflow.
    public static func update(_ transaction: Transaction, id: Int64, _ input: Input, by viewer: Viewer) throws {
        var draft = try Draft.load(transaction, .workflows, id: id, for: viewer.perspective)
        guard viewer.roles.editsWorkflows || draft["manager"].integer == viewer.person else {
            throw Refusal.forbidden("\(viewer.name) may not change this workflow")
        }
        try draft.requireActive()
        try draft.take(input)
        try check(transaction, &draft, by: viewer)
        let completes = draft.changes("status")
        if completes { try cancelOpenTasks(transaction, id, by: viewer) }
        let manager = (old: draft.previous("manager").integer, new: draft["manager"].integer)
        try transaction.saveFiles(&draft, with: input, by: viewer)
        try WorkflowSettlement(transaction, workflow: id, by: viewer.person).run(&draft)
        if let old = manager.old, let new = manager.new, old != new {
            try changeManager(transaction, draft, from: old, to: new)
        }
        try addNote(transaction, id, draft, input, by: viewer)
    }

    /// Archives, trashes or restores a workflow with all its tasks.
    public static func move(
        _ transaction: Transaction, id: Int64, to lifeCycle: LifeCycle, by viewer: Viewer
    ) throws {
        var draft = try Draft.load(
            transaction, .workflows, id: id, for: viewer.perspective, trashedToo: lifeCycle != .archived)
        try viewer.require(\.archives, "archive, trash and restore workflows")
        if lifeCycle != .active, draft["status"] != .integer(WorkflowStatus.completed.rawValue) {
            throw Refusal.invalid("status", "Status must be completed before a workflow is archived or trashed")
        }
        let old = draft.lifeCycle
        guard old != lifeCycle else { return }
        try transaction.move(&draft, to: lifeCycle, by: viewer.person)
        try moveTasks(transaction, id, draft.account, from: old, to: lifeCycle)
    }

    // MARK: Steps

    private static func check(_ transaction: Transaction, _ draft: inout Draft, by viewer: Viewer) throws {
        draft.fillFlags()
        if draft["manager"].isNull { draft["manager"] = draft.previous("manager") }
        try viewer.checkSource(draft)
        var errors = draft.blankFields + (try draft.referenceErrors(transaction.db, known: viewer.person))
        if errors.isEmpty, draft.changes("manager"), let manager = draft["manager"].integer,
            try !PeopleDirectory.roles(transaction.db, person: manager, number: draft.account).contains(
                Roles(.workflowManager))
        {
            errors.append(FieldError("manager", "Manager must be a workflow manager"))
        }
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
        if reason == .complete, draft.changes("completion_reason"), try hasFailed(transaction.db, draft.id) {
            errors.append(
                FieldError("completion_reason", "Completion reason can't be complete while a task has failed"))
        }
        if !errors.isEmpty { throw Refusal.invalid(errors) }
    }

    private static func hasFailed(_ db: Database, _ id: Int64?) throws -> Bool {
        guard let id else { return false }
        return try db.first(
            """
            SELECT 1 FROM tasks WHERE workflow_id = \(id)
            AND status IN (\(TaskStatus.failed.rawValue), \(TaskStatus.rejected.rawValue)) LIMIT 1
            """
        ) { _ in true } ?? false
    }

    /// Whoever completes a workflow by hand gives up what is not done.
    private static func cancelOpenTasks(_ transaction: Transaction, _ id: Int64, by viewer: Viewer) throws {
        let open = try transaction.db.all(
            "SELECT id FROM tasks WHERE workflow_id = \(id) AND status < \(TaskStatus.failed.rawValue) ORDER BY id"
        ) { $0.integer(0) }
        for task in open {
            guard var draft = try Draft.load(transaction, .tasks, id: task) else { continue }
            let before = TaskState { draft[$0] }
            var state = before
            state.status = .canceled
            _ = TaskRules.settle(&state, TaskRules.Change(before: before, now: transaction.now))
            state.write(to: &draft)
            try transaction.save(&draft, by: viewer.person)
            try Due.set(transaction, .task, task, at: nil)
            try Approvals.follow(transaction, task: task, status: .canceled, before: before.status)
        }
    }

    private static func changeManager(
        _ transaction: Transaction, _ workflow: Draft, from old: Int64, to new: Int64
    ) throws {
        guard let id = workflow.id else { return }
        try transaction.execute("UPDATE tasks SET manager_id = \(new) WHERE workflow_id = \(id)")
        let grants = Grants(transaction)
        try grants.take(holder: old, .workflow, id)
        try grants.give(holder: new, .workflow, id, account: workflow.account)
        for task in try transaction.db.all("SELECT id FROM tasks WHERE workflow_id = \(id)", { $0.integer(0) }) {
            guard let draft = try Draft.load(transaction, .tasks, id: task) else { continue }
            try TaskSight(transaction, draft).refresh([old, new])
        }
    }

    private static func moveTasks(
        _ transaction: Transaction, _ workflow: Int64, _ account: Int64, from old: LifeCycle, to new: LifeCycle
    ) throws {
        let counts = try transaction.db.all(
            "SELECT status, count(*) FROM tasks WHERE workflow_id = \(workflow) GROUP BY status"
        ) { (status: $0.integer(0), count: $0.integer(1)) }
        for (status, count) in counts {
            for (lifeCycle, difference) in [(old, -count), (new, count)] {
                transaction.tally(
                    TallyKey(
                        resource: RecordKind.task.code, account: account, lifeCycle: lifeCycle.rawValue, status: status),
                    by: difference)
            }
        }
        try transaction.execute("UPDATE tasks SET life_cycle = \(new.rawValue) WHERE workflow_id = \(workflow)")
        try transaction.execute(
            """
            UPDATE grants SET life_cycle = \(new.rawValue) WHERE kind = \(RecordKind.task.code)
            AND record_id IN (SELECT id FROM tasks WHERE workflow_id = \(workflow))
            """)
    }

    private static func addNote(
        _ transaction: Transaction, _ id: Int64, _ draft: Draft, _ input: Input, by viewer: Viewer
    ) throws {
        try Notes.add(
            transaction, to: .workflow, id, account: draft.account, from: input, [("note", false)], by: viewer)
    }
}
