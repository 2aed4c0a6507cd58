import Resources
import Store
import Wire

/// Commands on tasks.
public enum Tasks {
    static let writing = Writing(.tasks, permit: { _, _ in }).with {
        $0.complete = { draft, _ in
            if draft["required_approvals"].isNull { draft["required_approvals"] = .integer(1) }
        }
        $0.namesOneself = true
        $0.rules = rules
        $0.settle = settle
        $0.follow = follow
        $0.notes = [("note", false)]
    }

    /// What an approver without any right on the task may send with an answer.
    private static let answerFields: Set<String> = ["status", "note", "note_attachments", "member"]

    /// Creates a task in a workflow.
    /// - Parameter workflow: from the path; nil when the body names it.
    /// - Returns: its id.
    /// - Throws: `Refusal.notFound` for a workflow that is not seen, `Refusal.forbidden`, `Refusal.invalid`.
    public static func create(
        _ transaction: Transaction, in workflow: Int64?, _ input: Input, by viewer: Viewer
    ) throws -> Int64 {
        let isInPath = workflow != nil
        guard let workflow = workflow ?? input["workflow"]?.integer else {
            throw Refusal.invalid("workflow", "Workflow can't be blank")
        }
        try viewer.require(\.editsWorkflows, "add tasks to workflows")
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
        let id = try writing.finish(&draft, Change(transaction: transaction, input: input, viewer: viewer))
        try TaskLinks.add(transaction, task: id, in: workflow, input)
        try WorkflowSettlement(transaction, workflow: workflow, by: viewer.person).run()
        return id
    }

    /// Changes a task. Who is asked to approve answers by setting the status of an approval task.
    public static func update(_ transaction: Transaction, id: Int64, _ input: Input, by viewer: Viewer) throws {
        let workflow = try lockWorkflow(transaction, of: id)
        var draft = try Draft.load(transaction, .tasks, id: id, for: viewer.perspective)
        try draft.requireActive()
        var input = input
        // It was said when the task was created.
        input["workflow"] = nil
        let mayEdit = try self.mayEdit(transaction.db, draft, viewer)
        let isAnswer = try answer(transaction, &draft, &input, mayEdit: mayEdit, by: viewer)
        if !mayEdit {
            let more =
                input.values.keys.filter { !answerFields.contains($0) }
                + input.attachments.keys
                .filter { !answerFields.contains($0) }
            guard isAnswer, more.isEmpty else {
                throw Refusal.forbidden("\(viewer.name) may not change this task")
            }
        }
        try draft.take(input)
        // How many must say yes may be fewer now.
        if draft.changes("required_approvals"), !draft.changes("status"), TaskState({ draft[$0] }).status.isActive {
            try Approvals.decide(try Approvals.ofTask(transaction, id), &draft)
        }
        try writing.finish(&draft, Change(transaction: transaction, input: input, viewer: viewer))
        try WorkflowSettlement(transaction, workflow: workflow, by: viewer.person).run()
    }

    /// Ends the waiting of a task whose time has come.
    static func endWaiting(_ transaction: Transaction, task id: Int64) throws {
        guard var draft = try Draft.loadUnseen(transaction, .tasks, id: id),
            draft["status"] == .integer(TaskStatus.waitingFor.rawValue), draft.lifeCycle == .active
        else { return }
        draft["status"] = .integer(TaskStatus.assigned.rawValue)
        var state = TaskState { draft[$0] }
        _ = TaskRules.settle(&state, TaskRules.Change(before: TaskState { draft.previous($0) }, now: transaction.now))
        state.write(to: &draft)
        try transaction.save(&draft, by: nil)
    }

    /// Keeps the workflow of a task from other writers, before the task itself.
    /// - Throws: `Refusal.notFound` when there is no such task; whether it is seen is asked after.
    @discardableResult
    public static func lockWorkflow(_ transaction: Transaction, of task: Int64) throws -> Int64 {
        let found = try transaction.db.first("SELECT workflow_id FROM tasks WHERE id = \(task)") { $0.integer(0) }
        guard let workflow = found else { throw Refusal.notFound }
        try WorkflowSettlement.lock(transaction, workflow: workflow)
        return workflow
    }

    /// Whether somebody may change a task beyond answering for themselves.
    static func mayEdit(_ db: Database, _ task: Draft, _ viewer: Viewer) throws -> Bool {
        if viewer.roles.editsTasks { return true }
        if task["manager"].integer == viewer.person { return true }
        return try task["team"].integer.map { try Teams.isMember(db, viewer.person, of: $0) } ?? false
    }

    // MARK: Steps

    /// Takes `approved` and `rejected` as the answer of one approver, and leaves in the draft what all answers come to.
    /// - Returns: whether it was one.
    private static func answer(
        _ transaction: Transaction, _ draft: inout Draft, _ input: inout Input, mayEdit: Bool, by viewer: Viewer
    ) throws -> Bool {
        guard let status = input["status"]?.integer.flatMap(TaskStatus.init),
            status == .approved || status == .rejected,
            draft["category"] == .integer(TaskCategory.approval.rawValue), let id = draft.id
        else { return false }
        var approvals = try Approvals.ofTask(transaction, id)
        if approvals.isEmpty { return false }
        let person = input["member"]?.integer ?? viewer.person
        guard let place = approvals.firstIndex(where: { $0["approver"].integer == person }) else {
            throw Refusal.invalid("member", "Member must be one of the approvers")
        }
        if person != viewer.person, !mayEdit {
            throw Refusal.forbidden("\(viewer.name) may not answer for others")
        }
        let now = draft["status"].integer.flatMap(TaskStatus.init) ?? .registered
        guard now.isActive || now == status else {
            throw Refusal.invalid(
                "status", "Status can only be answered while the task is under way, and it is \(now.wireName)")
        }
        input["member"] = nil
        input["status"] = nil
        guard now.isActive else { return true }
        let answer = status == .approved ? ApprovalStatus.approved : .rejected
        try Approvals.audit(transaction, draft, approvals[place], answer, by: viewer)
        try Approvals.set(transaction, &approvals[place], answer, by: viewer.person)
        try Approvals.decide(approvals, &draft)
        return true
    }

    @Sendable private static func rules(_ draft: Draft, _ change: Change) throws -> [FieldError] {
        var errors = try strangers(change.db, draft)
        if !draft.isNew, draft.changes("category"),
            try draft.id.map({ try Approvals.people(change.db, $0) })?.isEmpty == false
        {
            errors.append(FieldError("category", "Category can't be changed while people are asked to approve"))
        }
        return errors
    }

    @Sendable private static func settle(_ draft: inout Draft, _ change: Change) throws {
        var state = TaskState { draft[$0] }
        func isInTeam(_ person: Int64?) throws -> Bool {
            guard let person, let team = state.team else { return false }
            return try Teams.isMember(change.db, person, of: team)
        }
        let caller = change.viewer?.person
        let ruled = TaskRules.Change(
            before: draft.isNew ? nil : TaskState { draft.previous($0) },
            setsMember: change.input["member"]?.isNull == false, isMemberInTeam: try isInTeam(state.member),
            isCallerInTeam: try isInTeam(caller), caller: caller,
            approvers: try draft.id.map { try Approvals.people(change.db, $0) } ?? [], now: change.transaction.now)
        let broken = TaskRules.settle(&state, ruled)
        if !broken.isEmpty { throw Refusal.invalid(broken) }
        state.write(to: &draft)
    }

    @Sendable private static func follow(_ draft: Draft, _ change: Change, _ id: Int64) throws {
        let transaction = change.transaction
        try TaskSight(transaction, draft).refreshAfterSave()
        let before = draft.wasNew ? nil : TaskState { draft.previous($0) }.status
        let state = TaskState { draft[$0] }
        try Due.set(transaction, .task, id, at: state.waitingUntil)
        if state.status != before ?? .registered {
            try Approvals.follow(transaction, task: id, status: state.status, before: before)
        }
        if let viewer = change.viewer, change.input["copy_note_to_workflow"]?.flag ?? false,
            change.input["note"]?.text != nil, let workflow = draft["workflow"].integer
        {
            try viewer.require(.update, on: .workflow)
            try Notes.add(
                transaction, to: .workflow, workflow, account: draft.account, from: change.input, [("note", false)],
                by: viewer)
        }
    }

    /// What a task names must belong to its own workflow.
    private static func strangers(_ db: Database, _ draft: Draft) throws -> [FieldError] {
        var errors: [FieldError] = []
        for (name, kind) in [("phase", RecordKind.phase), ("failure_task", .task)] {
            guard draft.changes(name), let id = draft[name].integer, let field = draft.schema.field(name) else {
                continue
            }
            let isHere = try db.first(
                "SELECT 1 FROM \(raw: kind.table) WHERE id = \(id) AND workflow_id = \(draft["workflow"])"
            ) { _ in true }
            if isHere == nil { errors.append(FieldError(field, "must belong to the same workflow")) }
            if kind == .task, isHere != nil, try leads(db, from: id, to: draft.id) {
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
