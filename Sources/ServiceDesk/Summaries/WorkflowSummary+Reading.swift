import Resources
import Store
import Wire

extension WorkflowSummary {
    /// Reads what the summary for an approval says; nil when it is no longer there.
    static func read(_ db: Database, approval: Int64) throws -> WorkflowSummary? {
        let head = try db.first(
            """
            SELECT p.approver_id, a.name, t.id, t.subject, t.instructions, p.planned_effort, t.workflow_id, t.account,
            c.name, c.time_zone, a.time_zone
            FROM approvals p JOIN tasks t ON t.id = p.task_id JOIN people a ON a.id = p.approver_id
            JOIN accounts c ON c.number = t.account WHERE p.id = \(approval)
            """
        ) { row in
            (
                approver: (row.integer(0), row.text(1)), task: (row.integer(2), row.text(3), row.text(4)),
                effort: row.optionalInteger(5), workflow: row.integer(6), account: row.integer(7),
                accountName: row.text(8), zone: row.isNull(10) ? row.text(9) : row.text(10)
            )
        }
        guard let head else { return nil }
        let zone = Zone.named(head.zone) ?? .utc
        guard let (subject, facts) = try workflow(db, head.workflow, zone) else { return nil }
        return WorkflowSummary(
            account: head.account, accountName: head.accountName, zone: zone, workflow: head.workflow, subject: subject,
            facts: facts, approver: (head.approver.0, head.approver.1),
            task: (head.task.0, head.task.1, head.task.2), plannedEffort: head.effort,
            lines: try lines(db, head.workflow, asked: head.task.0), remarks: try remarks(db, head.workflow))
    }

    private static func workflow(
        _ db: Database, _ id: Int64, _ zone: Zone
    ) throws -> (String, [(label: String, value: String)])? {
        try db.first(
            """
            SELECT w.subject, m.name, s.name, w.impact, w.category, w.justification, w.start_at, w.completion_target_at,
            w.created_at, w.status, w.planned_effort
            FROM workflows w JOIN people m ON m.id = w.manager_id JOIN services s ON s.id = w.service_id WHERE w.id = \(id)
            """
        ) { row in
            (
                row.text(0),
                [
                    ("Manager", row.text(1)), ("Service", row.text(2)),
                    ("Status", words(WorkflowStatus(rawValue: row.integer(9)))),
                    ("Impact", words(WorkflowImpact(rawValue: row.integer(3)))),
                    ("Category", words(WorkflowCategory(rawValue: row.integer(4)))),
                    ("Justification", words(WorkflowJustification(rawValue: row.integer(5)))),
                    ("Registered", shown(row.optionalTimestamp(8), zone)),
                    ("Start", shown(row.optionalTimestamp(6), zone)),
                    ("Completion target", shown(row.optionalTimestamp(7), zone)),
                    ("Planned effort", duration(row.integer(10))),
                ]
            )
        }
    }

    /// The tasks in the order of the work.
    private static func lines(_ db: Database, _ workflow: Int64, asked: Int64) throws -> [Line] {
        let graph = try WorkflowGraph.load(db, workflow: workflow, startAt: nil)
        let approvers = Dictionary(
            grouping: try db.all(
                """
                SELECT p.task_id, a.name FROM approvals p JOIN tasks t ON t.id = p.task_id
                JOIN people a ON a.id = p.approver_id WHERE t.workflow_id = \(workflow) ORDER BY p.id
                """
            ) { (task: $0.integer(0), name: $0.text(1)) }, by: \.task)
        let rows = try db.all(
            """
            SELECT t.id, t.subject, g.name, m.name FROM tasks t JOIN teams g ON g.id = t.team_id
            LEFT JOIN people m ON m.id = t.member_id WHERE t.workflow_id = \(workflow) ORDER BY t.id
            """
        ) { row in
            (id: row.integer(0), subject: row.text(1), team: row.text(2), member: row.isNull(3) ? nil : row.text(3))
        }
        // Both are in the order of ids.
        guard rows.count == graph.tasks.count else { return [] }
        return graph.order.map { place in
            let (row, task) = (rows[place], graph.tasks[place])
            let all = approvers[row.id]?.map(\.name) ?? row.member.map { [$0] } ?? []
            let names = all.prefix(maximumPeople) + (all.count > maximumPeople ? ["…"] : [])
            return Line(
                id: row.id, subject: row.subject, category: words(task.category), status: words(task.status),
                people: names.isEmpty ? row.team : "\(row.team): \(names.joined(separator: ", "))", target: task.target,
                isAsked: row.id == asked)
        }
    }

    private static func remarks(_ db: Database, _ workflow: Int64) throws -> [Remark] {
        try db.all(
            """
            SELECT p.name, n.text, n.created_at FROM notes n JOIN people p ON p.id = n.person_id
            WHERE n.owner_kind = \(RecordKind.workflow.code) AND n.owner_id = \(workflow) AND n.internal = 0
            ORDER BY n.id DESC LIMIT \(raw: String(maximumNotes))
            """
        ) { Remark(person: $0.text(0), text: $0.text(1), time: $0.timestamp(2)) }.reversed()
    }

    /// The wire's name of a value as people read it: `in_progress` is `In progress`.
    private static func words(_ value: (some WireEnum)?) -> String {
        guard let value else { return "–" }
        let words = value.wireName.replacing("_", with: " ")
        return words.prefix(1).uppercased() + words.dropFirst()
    }
}
