import Resources
import Store
import Wire

/// Which tasks wait for which (docs/protocol/workflows.md#links).
public enum TaskLinks {
    /// The side of a task that a link is on.
    public enum Side: Sendable {
        case predecessors
        case successors
    }

    /// Makes a task wait for another, or another for it; doing so twice changes nothing.
    /// - Throws: `Refusal.notFound` for a task that is not seen or in another workflow, `Refusal.invalid` naming a
    ///   circle.
    public static func add(
        _ transaction: Transaction, task: Int64, _ side: Side, _ other: Int64, by viewer: Viewer
    ) throws {
        let workflow = try Tasks.lockWorkflow(transaction, of: task)
        let draft = try Draft.load(transaction, .tasks, id: task, for: viewer.perspective)
        try viewer.require(\.editsWorkflows, "link tasks")
        try draft.requireActive()
        guard
            try workflow == transaction.db.first("SELECT workflow_id FROM tasks WHERE id = \(other)", { $0.integer(0) })
        else { throw Refusal.notFound }
        let name = side == .predecessors ? "predecessor" : "successor"
        try link(transaction, workflow, task, side, [other], name)
        try changed(transaction, draft, name, nil, other, by: viewer)
        try WorkflowSettlement(transaction, workflow: workflow, by: viewer.person).run()
    }

    /// Ends links: one, or all of a side.
    /// - Throws: `Refusal.notFound` when there is no such link.
    public static func remove(
        _ transaction: Transaction, task: Int64, _ side: Side, _ other: Int64?, by viewer: Viewer
    ) throws {
        let workflow = try Tasks.lockWorkflow(transaction, of: task)
        let draft = try Draft.load(transaction, .tasks, id: task, for: viewer.perspective)
        try viewer.require(\.editsWorkflows, "link tasks")
        try draft.requireActive()
        let (own, far) = columns(side)
        let linked = try transaction.db.all("SELECT \(raw: far) FROM task_links WHERE \(raw: own) = \(task)") {
            $0.integer(0)
        }.filter { other == nil || $0 == other }
        if other != nil, linked.isEmpty { throw Refusal.notFound }
        for id in linked {
            try transaction.execute("DELETE FROM task_links WHERE \(raw: own) = \(task) AND \(raw: far) = \(id)")
            try changed(
                transaction, draft, side == .predecessors ? "predecessor" : "successor", id, nil, by: viewer)
        }
        try WorkflowSettlement(transaction, workflow: workflow, by: viewer.person).run()
    }

    /// Links a new task as its input says.
    static func add(_ transaction: Transaction, task: Int64, in workflow: Int64, _ input: Input) throws {
        for (name, side) in [("predecessor", Side.predecessors), ("successor", .successors)] {
            guard case .array(let items)? = input[name]?.text.flatMap({ try? JSON.parse(Array($0.utf8)) }) else {
                continue
            }
            let ids = items.compactMap { ReferenceInput.id($0) }
            let here = try transaction.db.all(
                "SELECT id FROM tasks WHERE workflow_id = \(workflow) AND id IN (\(list: ids))"
            ) { $0.integer(0) }
            guard Set(here) == Set(ids) else {
                throw refuse(name, "must belong to the same workflow")
            }
            try link(transaction, workflow, task, side, ids, name)
        }
    }

    private static func link(
        _ transaction: Transaction, _ workflow: Int64, _ task: Int64, _ side: Side, _ others: [Int64], _ name: String
    ) throws {
        for other in others {
            let (first, second) = side == .predecessors ? (other, task) : (task, other)
            // What nothing leads on from closes no circle: so a new task is linked without a look at all others.
            let leadsOn = try transaction.db.first("SELECT 1 FROM task_links WHERE task_id = \(second)") { _ in true }
            let graph =
                try leadsOn == nil && first != second
                ? nil : WorkflowGraph.load(transaction.db, workflow: workflow, startAt: nil)
            if let circle = graph?.circle(closedBy: first, before: second) {
                let path = circle.map(String.init).joined(separator: " → ")
                throw refuse(name, "would close a circle of tasks: \(path)")
            }
            try transaction.execute(
                """
                INSERT INTO task_links (task_id, successor_id, workflow_id) VALUES (\(first), \(second), \(workflow))
                ON CONFLICT DO NOTHING
                """)
        }
    }

    private static func refuse(_ name: String, _ complaint: String) -> Refusal {
        .invalid([FieldError(Field(name, .references(.task)), complaint)])
    }

    private static func columns(_ side: Side) -> (own: String, far: String) {
        side == .predecessors ? ("successor_id", "task_id") : ("task_id", "successor_id")
    }

    private static func changed(
        _ transaction: Transaction, _ task: Draft, _ name: String, _ old: Int64?, _ new: Int64?, by viewer: Viewer
    ) throws {
        guard let id = task.id else { return }
        let change = try [old, new].map { try AuditLine.reference(.task, $0, transaction.db) }
        try transaction.audit(
            AuditLine(
                kind: .task, id: id, account: task.account, action: .update, user: viewer.person,
                changes: JSONObject([(name, .array(change))])))
    }
}

extension ListSource {
    /// The tasks on one side of a task that a viewer sees.
    public static func tasks(
        _ side: TaskLinks.Side, of task: Int64, for perspective: Perspective
    ) -> ListSource {
        switch side {
        case .predecessors:
            seen("t.id IN (SELECT task_id FROM task_links WHERE successor_id = \(task))", perspective, isIndexed: false)
        case .successors:
            seen("t.id IN (SELECT successor_id FROM task_links WHERE task_id = \(task))", perspective, isIndexed: false)
        }
    }

    /// The tasks of a workflow that a viewer sees.
    public static func tasks(in workflow: Int64, for perspective: Perspective) -> ListSource {
        seen("t.workflow_id = \(workflow)", perspective, isIndexed: true)
    }

    private static func seen(_ condition: SQL, _ perspective: Perspective, isIndexed: Bool) -> ListSource {
        let own: SQL = "\(condition) AND t.account = \(perspective.account)"
        return .related(
            perspective.seesAccount ? own : "\(own) AND \(perspective.wasGranted(.task))", isIndexed: isIndexed)
    }
}
