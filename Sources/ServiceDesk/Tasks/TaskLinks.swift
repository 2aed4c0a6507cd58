import Resources
import Store
import Wire

/// Which tasks wait for which (docs/protocol/workflows.md#links).
public enum TaskLinks {
    /// The side of a task that a link is on.
    enum Side: String, CaseIterable {
        case predecessors
        case successors

        var opposite: Side { self == .predecessors ? .successors : .predecessors }

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
            schema: .tasks, linked: .tasks, name: side.rawValue,
            lock: { transaction, task, _ in try Tasks.lockWorkflow(transaction, of: task) },
            permit: { try $0.viewer.require(\.editsWorkflows, in: $0.record.account, "link tasks") },
            find: { change in
                try change.db.integers("SELECT \(raw: far) FROM task_links WHERE \(raw: own) = \(change.id)")
            },
            add: { other, change in
                let workflow = change.record["workflow"].integer ?? 0
                guard try change.db.exists("SELECT 1 FROM tasks WHERE id = \(other) AND workflow_id = \(workflow)")
                else { throw Refusal.notFound }
                try link(change.transaction, workflow, change.record, side, [other], by: change.viewer)
            },
            remove: { other, change in
                try change.transaction.execute(
                    "DELETE FROM task_links WHERE \(raw: own) = \(change.id) AND \(raw: far) = \(other)")
                try audit(change.transaction, change.record, side, other, isAdded: false, by: change.viewer)
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
    static func add(_ transaction: Transaction, task: Int64, in workflow: Int64, _ input: Input, by viewer: Viewer)
        throws
    {
        for side in Side.allCases {
            guard case .array(let items)? = input[side.one]?.text.flatMap({ try? JSON.parse(Array($0.utf8)) }),
                !items.isEmpty, let record = try Draft.loadUnseen(transaction, .tasks, id: task)
            else { continue }
            let ids = items.compactMap { ReferenceInput.id($0) }
            let here = try transaction.db.integers(
                "SELECT id FROM tasks WHERE workflow_id = \(workflow) AND id IN (\(list: ids))")
            guard Set(here) == Set(ids) else {
                throw refuse(side, "must belong to the same workflow")
            }
            try link(transaction, workflow, record, side, ids, by: viewer)
        }
    }

    private static func link(
        _ transaction: Transaction, _ workflow: Int64, _ record: Draft, _ side: Side, _ others: [Int64],
        by viewer: Viewer
    ) throws {
        let task = record.id ?? 0
        for other in others {
            let (first, second) = side == .predecessors ? (other, task) : (task, other)
            if let circle = try circle(transaction.db, workflow, closedBy: first, before: second) {
                throw refuse(side, "would close a circle of tasks: \(circle)")
            }
            let count = try transaction.execute(
                """
                INSERT INTO task_links (task_id, successor_id, workflow_id) VALUES (\(first), \(second), \(workflow))
                ON CONFLICT DO NOTHING
                """)
            if count > 0 { try audit(transaction, record, side, other, isAdded: true, by: viewer) }
        }
    }

    /// A link stands in the history of both tasks.
    private static func audit(
        _ transaction: Transaction, _ record: Draft, _ side: Side, _ other: Int64, isAdded: Bool, by viewer: Viewer
    ) throws {
        guard let id = record.id, let far = try Draft.loadUnseen(transaction, .tasks, id: other) else { return }
        for (record, side, linked) in [(record, side, other), (far, side.opposite, id)] {
            try transaction.audit(
                record, side.one, of: .task, from: isAdded ? nil : linked, to: isAdded ? linked : nil,
                by: viewer.person)
        }
    }

    /// The way round the circle that one more link would close, whether a task then waits for another or takes over for
    /// it; nil when it closes none. In a circle each task would wait for ever.
    static func circle(
        _ db: Database, _ workflow: Int64, closedBy first: Int64, before second: Int64
    ) throws -> String? {
        // What nothing leads on from closes no circle: so a new task is linked without a look at all others.
        let leadsOn = try db.exists(
            """
            SELECT 1 FROM task_links WHERE task_id = \(second)
            UNION ALL SELECT 1 FROM tasks WHERE id = \(second) AND failure_task_id IS NOT NULL
            """)
        guard leadsOn || first == second else { return nil }
        let graph = try WorkflowGraph.load(db, workflow: workflow, startAt: nil)
        return graph.circle(closedBy: first, before: second)?.map(String.init).joined(separator: " → ")
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
