import Resources
import Store
import Wire

extension WorkflowSummary {
    /// Reads what the summary for an approval says; nil when it is no longer there.
    static func read(_ db: Database, approval: Int64) throws -> WorkflowSummary? {
        let head = try db.first(
            """
            SELECT p.approver_id, a.name, p.task_id, p.planned_effort, t.workflow_id, t.account, c.name, c.time_zone,
            a.time_zone, t.custom_fields
            FROM approvals p JOIN tasks t ON t.id = p.task_id JOIN people a ON a.id = p.approver_id
            JOIN accounts c ON c.number = t.account WHERE p.id = \(approval)
            """
        ) { row in
            (
                approver: (row.integer(0), row.text(1)), task: row.integer(2), effort: row.optionalInteger(3),
                workflow: row.integer(4), account: row.integer(5), accountName: row.text(6),
                zone: row.isNull(8) ? row.text(7) : row.text(8), customFields: row.text(9)
            )
        }
        guard let head else { return nil }
        let zone = Zone.named(head.zone) ?? .utc
        guard let workflow = try workflow(db, head.workflow, zone) else { return nil }
        let texts = try SummaryTexts(db, workflow: head.workflow)
        let answers = try answers(db, head.workflow)
        return WorkflowSummary(
            account: head.account, accountName: head.accountName, zone: zone, workflow: head.workflow,
            subject: workflow.subject, justification: workflow.justification, facts: workflow.facts,
            customFields: customFields(workflow.customFields) + customFields(head.customFields),
            customFiles: texts.files(of: .workflow, head.workflow, "custom_fields")
                + texts.files(of: .task, head.task, "custom_fields"),
            approver: (head.approver.0, head.approver.1), task: head.task, plannedEffort: head.effort,
            answers: answers[head.task] ?? [], requests: try requests(db, head.workflow, head.account),
            phases: try phases(db, head.workflow),
            tasks: try tasks(db, head.workflow, startAt: workflow.startAt, answers, texts),
            remarks: texts.remarks(on: .workflow, head.workflow))
    }

    private static func workflow(
        _ db: Database, _ id: Int64, _ zone: Zone
    ) throws -> (
        subject: String, justification: String, startAt: Timestamp?, customFields: String,
        facts: [(label: String, value: String)]
    )? {
        try db.first(
            """
            SELECT w.subject, m.name, s.name, w.impact, w.category, w.justification, w.start_at, w.completion_target_at,
            w.created_at, w.status, w.planned_effort, w.custom_fields
            FROM workflows w JOIN people m ON m.id = w.manager_id JOIN services s ON s.id = w.service_id
            WHERE w.id = \(id)
            """
        ) { row in
            (
                subject: row.text(0), justification: words(WorkflowJustification(rawValue: row.integer(5))),
                startAt: row.optionalTimestamp(6), customFields: row.text(11),
                facts: [
                    ("Manager", row.text(1)), ("Service", row.text(2)),
                    ("Status", words(WorkflowStatus(rawValue: row.integer(9)))),
                    ("Impact", words(WorkflowImpact(rawValue: row.integer(3)))),
                    ("Category", words(WorkflowCategory(rawValue: row.integer(4)))),
                    ("Registered", shown(row.optionalTimestamp(8), zone)),
                    ("Start", shown(row.optionalTimestamp(6), zone)),
                    ("Completion target", shown(row.optionalTimestamp(7), zone)),
                    ("Planned effort", duration(row.integer(10))),
                ]
            )
        }
    }

    private static func customFields(_ stored: String) -> [(label: String, value: String)] {
        guard let json = try? JSON.parse(Array(stored.utf8)), let fields = CustomFields(json: json) else { return [] }
        return fields.entries.map { ($0.id, plain($0.value)) }
    }

    /// A value as people read it.
    private static func plain(_ value: JSON) -> String {
        switch value {
        case .null: "–"
        case .bool(let isTrue): isTrue ? "Yes" : "No"
        case .string(let text): text
        case .array(let items): items.map(plain).joined(separator: ", ")
        default: String(decoding: value.bytes, as: UTF8.self)
        }
    }

    /// Who is asked to approve each task, and what they answered.
    private static func answers(_ db: Database, _ workflow: Int64) throws -> [Int64: [Answer]] {
        let rows = try db.all(
            """
            SELECT p.task_id, a.name, p.status, p.updated_at FROM approvals p JOIN tasks t ON t.id = p.task_id
            JOIN people a ON a.id = p.approver_id WHERE t.workflow_id = \(workflow) ORDER BY p.id
            """
        ) { row in
            (
                task: row.integer(0),
                Answer(person: row.text(1), status: row.value(2).code() ?? .registered, time: row.timestamp(3))
            )
        }
        return Dictionary(grouping: rows, by: \.task).mapValues { $0.map(\.1) }
    }

    private static func requests(_ db: Database, _ workflow: Int64, _ account: Int64) throws -> [Request] {
        try db.all(
            """
            SELECT r.id, r.subject, p.name, r.status FROM requests r JOIN people p ON p.id = r.requested_for_id
            WHERE r.account = \(account) AND r.life_cycle = 0 AND r.workflow_id = \(workflow)
            ORDER BY r.id LIMIT \(raw: String(maximumRequests + 1))
            """
        ) { row in
            Request(
                id: row.integer(0), subject: row.text(1), person: row.text(2),
                status: words(RequestStatus(rawValue: row.integer(3))))
        }
    }

    private static func phases(_ db: Database, _ workflow: Int64) throws -> [Phase] {
        try db.all(
            """
            SELECT name, status, started_at, completed_at FROM phases WHERE workflow_id = \(workflow)
            ORDER BY position, id
            """
        ) { row in
            Phase(
                name: row.text(0), status: words(PhaseStatus(rawValue: row.integer(1))),
                startedAt: row.optionalTimestamp(2), completedAt: row.optionalTimestamp(3))
        }
    }

    /// The tasks in the order of the work.
    private static func tasks(
        _ db: Database, _ workflow: Int64, startAt: Timestamp?, _ answers: [Int64: [Answer]], _ texts: SummaryTexts
    ) throws -> [Task] {
        let graph = try WorkflowGraph.load(db, workflow: workflow, startAt: startAt)
        // As tasks tell it themselves: so it says the same until something changes.
        let forecasts = WorkflowRules.forecasts(graph, at: .min)
        let rows = try db.all(
            """
            SELECT t.id, t.subject, g.name, m.name, f.name, t.instructions FROM tasks t
            JOIN teams g ON g.id = t.team_id LEFT JOIN people m ON m.id = t.member_id
            LEFT JOIN phases f ON f.id = t.phase_id WHERE t.workflow_id = \(workflow) ORDER BY t.id
            """
        ) { row in
            (
                id: row.integer(0), subject: row.text(1), team: row.text(2),
                member: row.isNull(3) ? nil : row.text(3), phase: row.isNull(4) ? nil : row.text(4),
                instructions: row.isNull(5) ? "" : row.text(5)
            )
        }
        // Both are in the order of ids.
        guard rows.count == graph.tasks.count else { return [] }
        return graph.order.map { index in
            let (row, state) = (rows[index], graph.tasks[index])
            return Task(
                state: state, subject: row.subject, team: row.team,
                people: answers[row.id]?.map(\.person) ?? row.member.map { [$0] } ?? [], phase: row.phase,
                predecessors: graph.predecessors[index].map { graph.tasks[$0].id }.sorted(),
                standsInFor: graph.guarded[index].map { graph.tasks[$0].id },
                plan: plan(state, forecasts[index]),
                instructions: Story(
                    text: row.instructions, files: texts.files(of: .task, row.id, "instructions")),
                remarks: texts.remarks(on: .task, row.id))
        }
    }

    private static func plan(_ task: TaskState, _ forecast: WorkflowRules.Forecast) -> Plan {
        if task.status != .registered { return .begun(task.assignedAt, task.finishedAt ?? task.target) }
        guard let start = forecast.assignment, start > .min else { return .unknown }
        return .forecast(start, forecast.target)
    }

    /// The wire's name of a value as people read it: `in_progress` is `In progress`.
    static func words(_ value: (some WireEnum)?) -> String {
        guard let value else { return "–" }
        let words = value.wireName.replacing("_", with: " ")
        return words.prefix(1).uppercased() + words.dropFirst()
    }
}
