import Resources
import Store
import Wire

/// Which tasks wait for which (docs/protocol/workflows.md#links).
public enum TaskLinks {
    /// The side of a task that a link is on.
    enum Side: String, CaseIterable {
        case predecessors
        case successors

        /// What one of them is called, in inputs and in the history.
        var one: String { self == .predecessors ? "predecessor" : "successor" }

        /// The columns of `task_links` that name the task itself, and the one on this side.
        fileprivate var columns: (own: String, far: String) {
            self == .predecessors ? ("successor_id", "task_id") : ("task_id", "successor_id")
        }
    }

    public static let predecessors = writing(.predecessors)
    public static let successors = writing(.successors)

    private static func writing(_ side: Side) -> LinkWriting {
        let (own, far) = side.columns
        return LinkWriting(
            schema: .tasks, linked: .tasks, name: side.rawValue, lock: { try Tasks.lockWorkflow($0, of: $1) },
            permit: { try $0.viewer.require(\.editsWorkflows, in: $0.record.account, "link tasks") },
            find: { change in
                try change.db.integers("SELECT \(raw: far) FROM task_links WHERE \(raw: own) = \(change.id)")
            },
            add: { other, change in
                let workflow = change.record["workflow"].integer ?? 0
                guard try change.db.exists("SELECT 1 FROM tasks WHERE id = \(other) AND workflow_id = \(workflow)")
                else { throw Refusal.notFound }
                try link(change.transaction, workflow, change.id, side, [other])
                try change.transaction.audit(
                    change.record, side.one, of: .task, from: nil, to: other, by: change.viewer.person)
            },
            remove: { other, change in
                try change.transaction.execute(
                    "DELETE FROM task_links WHERE \(raw: own) = \(change.id) AND \(raw: far) = \(other)")
                try change.transaction.audit(
                    change.record, side.one, of: .task, from: other, to: nil, by: change.viewer.person)
            },
            follow: { change in
                try WorkflowChange.make(
                    change.transaction, workflow: change.record["workflow"].integer ?? 0, by: change.viewer.person)
            },
            source: { task, eyes in
                .linked(
                    to: task, "t.id IN (SELECT \(raw: far) FROM task_links WHERE \(raw: own) = \(task.id))", .task,
                    for: eyes,
                    isIndexed: false)
            })
    }

    /// Links a new task as its input says.
    static func add(_ transaction: Transaction, task: Int64, in workflow: Int64, _ input: Input) throws {
        for side in Side.allCases {
            guard case .array(let items)? = input[side.one]?.text.flatMap({ try? JSON.parse(Array($0.utf8)) }) else {
                continue
            }
            let ids = items.compactMap { ReferenceInput.id($0) }
            let here = try transaction.db.integers(
                "SELECT id FROM tasks WHERE workflow_id = \(workflow) AND id IN (\(list: ids))")
            guard Set(here) == Set(ids) else {
                throw refuse(side, "must belong to the same workflow")
            }
            try link(transaction, workflow, task, side, ids)
        }
    }

    private static func link(
        _ transaction: Transaction, _ workflow: Int64, _ task: Int64, _ side: Side, _ others: [Int64]
    ) throws {
        for other in others {
            let (first, second) = side == .predecessors ? (other, task) : (task, other)
            // What nothing leads on from closes no circle: so a new task is linked without a look at all others.
            let leadsOn = try transaction.db.exists("SELECT 1 FROM task_links WHERE task_id = \(second)")
            let graph =
                try leadsOn || first == second
                ? WorkflowGraph.load(transaction.db, workflow: workflow, startAt: nil) : nil
            if let circle = graph?.circle(closedBy: first, before: second) {
                let path = circle.map(String.init).joined(separator: " → ")
                throw refuse(side, "would close a circle of tasks: \(path)")
            }
            try transaction.execute(
                """
                INSERT INTO task_links (task_id, successor_id, workflow_id) VALUES (\(first), \(second), \(workflow))
                ON CONFLICT DO NOTHING
                """)
        }
    }

    private static func refuse(_ side: Side, _ problem: String) -> Refusal {
        .invalid([FieldError(Field(side.one, .references(.task)), problem)])
    }
}

extension ListSource {
    /// The tasks of a workflow, as far as they are seen.
    public static func tasks(in workflow: Seen, for perspective: Perspective) -> ListSource {
        .linked(to: workflow, "t.workflow_id = \(workflow.id)", .task, for: perspective)
    }
}
