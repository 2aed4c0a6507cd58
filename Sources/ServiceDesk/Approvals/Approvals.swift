import Resources
import Store
import Wire

/// Commands on the approvals of a task (docs/protocol/workflows.md#approvals).
public enum Approvals {
    /// Asks somebody to approve.
    /// - Returns: the approval's id.
    /// - Throws: `Refusal.notFound`, `Refusal.forbidden`, `Refusal.invalid`.
    public static func add(_ transaction: Transaction, task id: Int64, _ input: Input, by viewer: Viewer) throws
        -> Int64
    {
        let (workflow, task) = try load(transaction, id, by: viewer)
        var draft = Draft(new: .approvals, account: task.account)
        try draft.take(input)
        let status = task["status"].integer.flatMap(TaskStatus.init) ?? .registered
        draft["status"] = .integer(
            ApprovalRules.status(.registered, whenTaskIs: status, before: nil).rawValue)
        try check(transaction, draft, on: task)
        let added = try transaction.save(&draft, by: viewer.person, extra: [("task_id", .integer(id))])
        if status.isActive { try Summaries.want(transaction, approval: added) }
        try changed(transaction, task, from: nil, to: draft["approver"].integer, by: viewer)
        try settle(transaction, id, workflow, by: viewer)
        return added
    }

    /// Changes who is asked, and for how much work.
    public static func update(
        _ transaction: Transaction, task id: Int64, approval: Int64, _ input: Input, by viewer: Viewer
    ) throws {
        let (workflow, task) = try load(transaction, id, by: viewer)
        var draft = try Draft.load(
            transaction, .approvals, id: approval, in: .owned(by: .task, id: id), for: viewer.perspective)
        try draft.take(input)
        let isOther = draft.changes("approver")
        let status = task["status"].integer.flatMap(TaskStatus.init) ?? .registered
        // Another person has not answered yet.
        if isOther {
            draft["status"] = .integer(
                ApprovalRules.status(.registered, whenTaskIs: status, before: nil).rawValue)
        }
        try check(transaction, draft, on: task)
        guard draft.hasChanges else { return }
        try transaction.save(&draft, by: viewer.person)
        if isOther {
            if status.isActive { try Summaries.want(transaction, approval: approval) }
            try TaskSight(transaction, task).refresh([draft.previous("approver").integer ?? 0])
            try changed(
                transaction, task, from: draft.previous("approver").integer, to: draft["approver"].integer, by: viewer)
        }
        try settle(transaction, id, workflow, by: viewer)
    }

    /// Asks one person no longer, or nobody.
    public static func remove(
        _ transaction: Transaction, task id: Int64, approval: Int64?, by viewer: Viewer
    ) throws {
        let (workflow, task) = try load(transaction, id, by: viewer)
        let removed = try transaction.db.all(
            "SELECT id, approver_id, summary_key FROM approvals WHERE task_id = \(id) ORDER BY id"
        ) { (id: $0.integer(0), approver: $0.integer(1), key: $0.isNull(2) ? nil : $0.text(2)) }
        .filter { approval == nil || $0.id == approval }
        if approval != nil, removed.isEmpty { throw Refusal.notFound }
        for entry in removed {
            try transaction.execute("DELETE FROM approvals WHERE id = \(entry.id)")
            try transaction.execute(
                "DELETE FROM jobs WHERE kind = \(RecordKind.approval.code) AND record_id = \(entry.id)")
            if let key = entry.key { try Attachments.giveUp(transaction, key) }
            try changed(transaction, task, from: entry.approver, to: nil, by: viewer)
        }
        try TaskSight(transaction, task).refresh(removed.map(\.approver))
        try settle(transaction, id, workflow, by: viewer)
    }

    // MARK: What tasks ask for

    /// The approvals of a task, to be changed.
    static func ofTask(_ transaction: Transaction, _ id: Int64) throws -> [Draft] {
        try transaction.db.all("SELECT id FROM approvals WHERE task_id = \(id) ORDER BY id") { $0.integer(0) }
            .compactMap { try Draft.loadUnseen(transaction, .approvals, id: $0) }
    }

    /// Who are asked.
    static func people(_ db: Database, _ task: Int64) throws -> [Int64] {
        try db.all("SELECT approver_id FROM approvals WHERE task_id = \(task) ORDER BY id") { $0.integer(0) }
    }

    /// Writes an answer.
    static func set(_ transaction: Transaction, _ approval: inout Draft, _ status: ApprovalStatus, by user: Int64?)
        throws
    {
        approval["status"] = .integer(status.rawValue)
        try transaction.save(&approval, by: user)
    }

    /// Leaves in a task's draft what the answers come to.
    static func decide(_ approvals: [Draft], _ task: inout Draft) throws {
        let answers = approvals.map { draft in
            ApprovalRules.Answer(
                id: draft.id ?? 0, status: draft["status"].integer.flatMap(ApprovalStatus.init) ?? .registered)
        }
        guard let verdict = ApprovalRules.verdict(answers, required: task["required_approvals"].integer ?? 1) else {
            return
        }
        task["status"] = .integer(verdict.status.rawValue)
    }

    /// Brings the approvals of a task in line with the status it was given.
    static func follow(
        _ transaction: Transaction, task: Int64, status: TaskStatus, before: TaskStatus?
    ) throws {
        let approvals = try transaction.db.all("SELECT id, status FROM approvals WHERE task_id = \(task) ORDER BY id") {
            (id: $0.integer(0), status: ApprovalStatus(rawValue: $0.integer(1)) ?? .registered)
        }
        for approval in approvals {
            let next = ApprovalRules.status(approval.status, whenTaskIs: status, before: before)
            if next == approval.status, !(next == .assigned && before?.isFinished ?? false) { continue }
            try transaction.execute(
                """
                UPDATE approvals SET status = \(next.rawValue), updated_at = \(transaction.now)
                WHERE id = \(approval.id)
                """)
            if next == .assigned { try Summaries.want(transaction, approval: approval.id) }
        }
    }

    // MARK: Steps

    /// Writes into the task's history who answered what, and for whom.
    static func audit(
        _ transaction: Transaction, _ task: Draft, _ approval: Draft, _ answer: ApprovalStatus, by viewer: Viewer
    ) throws {
        guard let id = task.id, let approver = approval["approver"].integer else { return }
        let before = approval["status"].integer.flatMap(ApprovalStatus.init) ?? .registered
        guard before != answer else { return }
        let person = try AuditLine.reference(.person, approver, transaction.db)
        func shown(_ status: ApprovalStatus) -> JSON {
            .object(
                JSONObject([
                    ("approver", person),
                    ("status", .string(status.wireName)),
                ]))
        }
        try transaction.audit(
            AuditLine(
                kind: .task, id: id, account: task.account, action: .update, user: viewer.person,
                changes: JSONObject([("approval", .array([shown(before), shown(answer)]))])))
    }

    private static func load(
        _ transaction: Transaction, _ id: Int64, by viewer: Viewer
    ) throws -> (workflow: Int64, task: Draft) {
        let workflow = try Tasks.lockWorkflow(transaction, of: id)
        let task = try Draft.load(transaction, .tasks, id: id, for: viewer.perspective)
        guard try Tasks.mayEdit(transaction.db, task, viewer) else {
            throw Refusal.forbidden("\(viewer.name) may not change who approves this task")
        }
        try task.requireActive()
        return (workflow, task)
    }

    private static func check(_ transaction: Transaction, _ draft: Draft, on task: Draft) throws {
        guard task["category"] == .integer(TaskCategory.approval.rawValue) else {
            throw Refusal.invalid("task", "Task must be of the category approval")
        }
        var errors = draft.blankFields
        if draft.changes("approver"), let approver = draft["approver"].integer,
            let complaint = try Draft.complaint(transaction.db, .person, approver, account: task.account)
        {
            errors.append(FieldError("approver", "Approver \(complaint)"))
        }
        if errors.isEmpty, draft.changes("approver") {
            let taken = try transaction.db.first(
                """
                SELECT 1 FROM approvals WHERE task_id = \(task.id ?? 0) AND approver_id = \(draft["approver"])
                AND id <> \(draft.id ?? 0)
                """
            ) { _ in true }
            if taken != nil { errors.append(FieldError("approver", "Approver has already been taken")) }
        }
        if !errors.isEmpty { throw Refusal.invalid(errors) }
    }

    /// Lets those who are asked see the task, and counts the answers anew.
    private static func settle(_ transaction: Transaction, _ id: Int64, _ workflow: Int64, by viewer: Viewer) throws {
        guard var task = try Draft.loadUnseen(transaction, .tasks, id: id) else { return }
        let approvals = try ofTask(transaction, id)
        let before = TaskState { task.previous($0) }
        if before.status.isActive { try decide(approvals, &task) }
        let people = approvals.compactMap { $0["approver"].integer }
        if people.isEmpty { task["member"] = .null }
        var state = TaskState { task[$0] }
        let change = TaskRules.Change(before: before, approvers: people, now: transaction.now)
        _ = TaskRules.settle(&state, change)
        state.write(to: &task)
        try transaction.save(&task, by: viewer.person)
        try TaskSight(transaction, task).refreshAfterSave()
        try TaskSight(transaction, task).refresh(people)
        if state.status != before.status {
            try follow(transaction, task: id, status: state.status, before: before.status)
        }
        try WorkflowSettlement(transaction, workflow: workflow, by: viewer.person).run()
    }

    private static func changed(
        _ transaction: Transaction, _ task: Draft, from old: Int64?, to new: Int64?, by viewer: Viewer
    ) throws {
        guard let id = task.id else { return }
        let change = try [old, new].map { try AuditLine.reference(.person, $0, transaction.db) }
        try transaction.audit(
            AuditLine(
                kind: .task, id: id, account: task.account, action: .update, user: viewer.person,
                changes: JSONObject([("approvers", .array(change))])))
    }
}
