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
        $0.authorize = { try authorize($0, $1) }
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
        let change = Change(transaction: transaction, input: input, viewer: viewer)
        let isInPath = workflow != nil
        let named = workflow ?? input["workflow"]?.integer
        var seen: Draft?
        if let named {
            do {
                seen = try Draft.load(transaction, .workflows, id: named, for: viewer.perspective)
            } catch Refusal.notFound {
                // Whoever may add tasks to none where they work is not told which there are.
            }
        }
        try viewer.require(
            \.editsWorkflows, in: seen?.account ?? viewer.account.number, "add tasks to workflows")
        var draft = Draft(new: .tasks, account: seen?.account ?? viewer.account.number)
        draft.take(input)
        try authorize(draft, change)
        guard let workflow = named else {
            let blank = [FieldError("workflow", "Workflow can't be blank")]
            throw Refusal.invalid(input.errors.isEmpty ? blank : input.errors)
        }
        guard let parent = seen else {
            throw isInPath ? Refusal.notFound : Refusal.invalid("workflow", "Workflow must exist")
        }
        try parent.requireActive()
        draft["workflow"] = .integer(workflow)
        draft["manager"] = parent["manager"]
        if draft["impact"].isNull { draft["impact"] = .integer(WorkflowImpact.none.rawValue) }
        draft["rejection_count"] = .integer(0)
        viewer.stampSource(&draft, input)
        try writing.check(&draft, change)
        var state = TaskState(draft)
        let broken = TaskRules.settle(&state, try facts(state, change))
        if !broken.isEmpty { throw Refusal.invalid(broken) }
        state.write(to: &draft)
        let id = try writing.write(&draft, change)
        try WorkflowChange.follow(transaction, draft)
        try writing.conclude(draft, change, id)
        try TaskLinks.add(transaction, task: id, in: workflow, input, by: viewer)
        try WorkflowChange.make(transaction, workflow: workflow, by: viewer.person)
        return id
    }

    /// Changes a task. Who is asked to approve answers by setting the status of an approval task.
    public static func update(_ transaction: Transaction, id: Int64, _ input: Input, by viewer: Viewer) throws {
        try lockWorkflow(transaction, of: id)
        var draft = try Draft.load(transaction, .tasks, id: id, for: viewer.perspective)
        var workflow = try WorkflowChange(transaction, ofTask: draft, by: viewer.person)
        let mayEdit = try self.mayEdit(transaction.db, draft, viewer)
        let approvals = workflow.machine.state.approvals[id] ?? []
        let answer = try TaskAnswer(input, to: draft, of: approvals, by: viewer)
        if !mayEdit, answer == nil || !input.sentFields.isSubset(of: TaskAnswer.fields) {
            throw Refusal.forbidden("\(viewer.name) may not change this task")
        }
        var input = input
        // It was said when the task was created.
        input["workflow"] = nil
        if answer != nil { (input["member"], input["status"]) = (nil, nil) }
        draft.take(input)
        if !approvals.isEmpty, givesUpApproval(draft), !mayManage(draft, viewer) {
            throw Refusal.forbidden("\(viewer.name) may not change what approves this task")
        }
        let change = Change(transaction: transaction, input: input, viewer: viewer)
        try writing.check(&draft, change)
        let state = TaskState(draft)
        let given = answer?.given
        let broken = workflow.machine.change(
            state, answer: given.map { ($0.approval.id, $0.status) }, try facts(state, change))
        if !broken.isEmpty { throw Refusal.invalid(broken) }
        if let changes = try answer?.changes(transaction.db) { draft.further["approval"] = changes }
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
        if viewer.roles(in: task.account).editsTasks { return true }
        if task["manager"].integer == viewer.person { return true }
        return try Teams.isMember(db, viewer.person, of: task["team"].integer)
    }

    /// Whether somebody runs the workflow of a task, and says who approves it.
    static func mayManage(_ task: Draft, _ viewer: Viewer) -> Bool {
        viewer.roles(in: task.account).editsWorkflows || task["manager"].integer == viewer.person
    }

    /// Whether a change makes a task go on with fewer approvals than were asked for.
    private static func givesUpApproval(_ task: Draft) -> Bool {
        task.changes("required_approvals") || task.changes("status") && TaskState(task).status == .canceled
    }

    // MARK: Steps

    /// What the token must allow beyond tasks themselves: whoever has notes copied writes on what they are copied to,
    /// and tasks that are there already wait for a new one that is put before them.
    private static func authorize(_ draft: Draft, _ change: Change) throws {
        guard let viewer = change.viewer else { return }
        for (field, kind) in [("copy_note_to_workflow", RecordKind.workflow), ("copy_note_to_request", .request)]
        where change.sendsWrong(field) || draft.changes(field) && draft[field].flag {
            try viewer.require(.update, on: kind)
        }
        // What takes over for a task is a link, and who only works on it need not see the tasks and phases around it.
        if !draft.isNew, !mayManage(draft, viewer),
            ["failure_task", "phase"].contains(where: { change.touches($0, of: draft) })
        {
            throw Refusal.forbidden("\(viewer.name) may not link this task, nor put it into a phase")
        }
        let successors = change.input["successor"]?.text ?? "[]"
        if draft.isNew, successors != "[]" || change.sendsWrong("successor") {
            try viewer.require(.update, on: .task)
        }
    }

    @Sendable private static func rules(_ draft: Draft, _ change: Change) throws -> [FieldError] {
        var errors = try strangers(change.db, draft)
        if !draft.isNew, draft.changes("category"),
            try change.db.exists("SELECT 1 FROM approvals WHERE task_id = \((draft.id).sqlValue)")
        {
            errors.append(FieldError("category", "Category can't be changed while people are asked to approve"))
        }
        if draft.changes("required_approvals"), TaskState(before: draft).status.isFinished,
            TaskState(draft).status.isFinished
        {
            errors.append(FieldError("required_approvals", "Required approvals can't be changed once the task ended"))
        }
        return errors
    }

    /// What the rules of a task are to know of who changes it.
    private static func facts(_ state: TaskState, _ change: Change) throws -> TaskRules.Change {
        func isInTeam(_ person: Int64?) throws -> Bool { try Teams.isMember(change.db, person, of: state.team) }
        let caller = change.viewer?.person
        return TaskRules.Change(
            setsMember: change.input["member"]?.isNull == false,
            clearsMember: change.input["member"]?.isNull == true, isMemberInTeam: try isInTeam(state.member),
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
            if kind == .task, isHere, let task = draft.id,
                let circle = try TaskLinks.circle(db, draft["workflow"].integer ?? 0, closedBy: task, before: id)
            {
                errors.append(FieldError(field, "would close a circle of tasks: \(circle)"))
            }
        }
        return errors
    }
}
