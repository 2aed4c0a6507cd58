import Resources
import Store
import Wire

/// Commands on tasks.
public enum Tasks {
    /// Its member, its approvers and its workflow's manager see a task (docs/compatibility.md#tasks).
    static let visibility = Visibility("member", "manager") { task, person in
        "SELECT 1 FROM approvals WHERE task_id = \(task) AND approver_id = \(person)"
    }

    static let writing = Writing(.tasks, permit: { _, _ in }).with {
        $0.complete = { draft, _ in
            if draft["required_approvals"].isNull { draft["required_approvals"] = .integer(1) }
        }
        $0.authorize = authorize
        $0.namesOneself = true
        $0.rules = rules
        $0.notes = [("note", false)]
    }

    /// Creates a task in a workflow.
    /// - Parameter workflow: from the path; nil when the body names it.
    /// - Returns: its id.
    /// - Throws: `Refusal.notFound` for a workflow that is not seen, `Refusal.forbidden`, `Refusal.invalid`.
    public static func create(
        _ transaction: Transaction, in workflow: Int64?, _ input: Input, by viewer: Viewer
    ) throws -> Int64 {
        try viewer.require(\.editsWorkflows, "add tasks to workflows")
        let isInPath = workflow != nil
        guard let workflow = workflow ?? input["workflow"]?.integer else {
            let blank = [FieldError("workflow", "Workflow can't be blank")]
            throw Refusal.invalid(input.errors.isEmpty ? blank : input.errors)
        }
        let parent: Draft
        do {
            parent = try Draft.load(transaction, .workflows, id: workflow, for: viewer.perspective)
        } catch Refusal.notFound where !isInPath {
            throw Refusal.invalid("workflow", "Workflow must exist")
        }
        try parent.requireActive()
        var draft = Draft(new: .tasks, account: parent.account)
        try draft.take(input)
        draft["workflow"] = .integer(workflow)
        draft["manager"] = parent["manager"]
        if draft["impact"].isNull { draft["impact"] = .integer(WorkflowImpact.none.rawValue) }
        draft["rejection_count"] = .integer(0)
        viewer.stampSource(&draft, input)
        // Tasks that are there already then wait for this one.
        if let successors = input["successor"]?.text, successors != "[]" { try viewer.require(.update, on: .task) }
        let change = Change(transaction: transaction, input: input, viewer: viewer)
        try writing.check(&draft, change)
        var state = TaskState(draft)
        let broken = TaskRules.settle(&state, try facts(state, change))
        if !broken.isEmpty { throw Refusal.invalid(broken) }
        state.write(to: &draft)
        let id = try writing.write(&draft, change)
        try WorkflowChange.follow(transaction, draft)
        try writing.conclude(draft, change, id)
        try TaskLinks.add(transaction, task: id, in: workflow, input)
        try WorkflowChange.make(transaction, workflow: workflow, by: viewer.person)
        return id
    }

    /// Changes a task. Who is asked to approve answers by setting the status of an approval task.
    public static func update(_ transaction: Transaction, id: Int64, _ input: Input, by viewer: Viewer) throws {
        try lockWorkflow(transaction, of: id)
        var draft = try Draft.load(transaction, .tasks, id: id, for: viewer.perspective)
        try draft.requireActive()
        var workflow = try WorkflowChange(transaction, ofTask: draft, by: viewer.person)
        let mayEdit = try self.mayEdit(transaction.db, draft, viewer)
        let answer = try TaskAnswer(
            input, to: draft, of: workflow.machine.state.approvals[id] ?? [], mayEdit: mayEdit, by: viewer)
        if !mayEdit, answer == nil || !input.sentFields.isSubset(of: TaskAnswer.fields) {
            throw Refusal.forbidden("\(viewer.name) may not change this task")
        }
        var input = input
        // It was said when the task was created.
        input["workflow"] = nil
        if answer != nil { (input["member"], input["status"]) = (nil, nil) }
        try draft.take(input)
        let change = Change(transaction: transaction, input: input, viewer: viewer)
        try writing.check(&draft, change)
        let state = TaskState(draft)
        let given = answer?.given
        let broken = workflow.machine.change(
            state, answer: given.map { ($0.approval.id, $0.status) }, try facts(state, change))
        if !broken.isEmpty { throw Refusal.invalid(broken) }
        if let given { try TaskAnswer.audit(transaction, draft, given.approval, given.status, by: viewer) }
        try workflow.write(&draft) { try transaction.save(&$0, with: input, by: viewer) }
        try writing.conclude(draft, change, id)
    }

    /// Keeps the workflow of a task from other writers, before the task itself.
    /// - Throws: `Refusal.notFound` when there is no such task; whether it is seen is asked after.
    @discardableResult
    public static func lockWorkflow(_ transaction: Transaction, of task: Int64) throws -> Int64 {
        let found = try transaction.db.first("SELECT workflow_id FROM tasks WHERE id = \(task)") { $0.integer(0) }
        guard let workflow = found else { throw Refusal.notFound }
        try WorkflowChange.lock(transaction, workflow: workflow)
        return workflow
    }

    /// Whether somebody may change a task beyond answering for themselves.
    static func mayEdit(_ db: Database, _ task: Draft, _ viewer: Viewer) throws -> Bool {
        if viewer.roles.editsTasks { return true }
        if task["manager"].integer == viewer.person { return true }
        return try task["team"].integer.map { try Teams.isMember(db, viewer.person, of: $0) } ?? false
    }

    // MARK: Steps

    /// Whoever has notes copied writes on what they are copied to.
    @Sendable private static func authorize(_ draft: Draft, _ change: Change) throws {
        for (field, kind) in [("copy_note_to_workflow", RecordKind.workflow), ("copy_note_to_request", .request)]
        where draft.changes(field) && draft[field].flag {
            try change.viewer?.require(.update, on: kind)
        }
    }

    @Sendable private static func rules(_ draft: Draft, _ change: Change) throws -> [FieldError] {
        var errors = try strangers(change.db, draft)
        if !draft.isNew, draft.changes("category"),
            try change.db.exists("SELECT 1 FROM approvals WHERE task_id = \((draft.id).sqlValue)")
        {
            errors.append(FieldError("category", "Category can't be changed while people are asked to approve"))
        }
        return errors
    }

    /// What the rules of a task are to know of who changes it.
    private static func facts(_ state: TaskState, _ change: Change) throws -> TaskRules.Change {
        func isInTeam(_ person: Int64?) throws -> Bool {
            guard let person, let team = state.team else { return false }
            return try Teams.isMember(change.db, person, of: team)
        }
        let caller = change.viewer?.person
        return TaskRules.Change(
            setsMember: change.input["member"]?.isNull == false, isMemberInTeam: try isInTeam(state.member),
            isCallerInTeam: try isInTeam(caller), caller: caller, now: change.transaction.now)
    }

    /// What a task names must belong to its own workflow.
    private static func strangers(_ db: Database, _ draft: Draft) throws -> [FieldError] {
        var errors: [FieldError] = []
        for (name, kind) in [("phase", RecordKind.phase), ("failure_task", .task)] {
            guard draft.changes(name), let id = draft[name].integer, let field = draft.schema.field(name) else {
                continue
            }
            let isHere = try db.exists(
                "SELECT 1 FROM \(raw: kind.table) WHERE id = \(id) AND workflow_id = \(draft["workflow"])")
            if !isHere { errors.append(FieldError(field, "must belong to the same workflow")) }
            if kind == .task, isHere, try leads(db, from: id, to: draft.id) {
                errors.append(FieldError(field, "can't be the task itself or one that it takes over for"))
            }
        }
        return errors
    }

    /// Whether the tasks that take over one after another lead to a task.
    private static func leads(_ db: Database, from start: Int64, to task: Int64?) throws -> Bool {
        var seen: Set<Int64> = []
        var next: Int64? = start
        while let id = next, seen.insert(id).inserted {
            if id == task { return true }
            next = try db.first("SELECT failure_task_id FROM tasks WHERE id = \(id)") { $0.optionalInteger(0) } ?? nil
        }
        return false
    }
}
