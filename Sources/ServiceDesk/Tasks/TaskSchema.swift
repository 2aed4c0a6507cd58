import Resources
import Store
import Wire

extension RecordKind {
    public static let task = RecordKind(
        13, "task", table: "tasks", display: "subject", seenWith: .init(workflow, by: "workflow_id"))
}

extension Schema {
    /// Tasks of workflows (docs/protocol/workflows.md#tasks).
    public static let tasks = Schema(
        "tasks", kind: .task, sortedBy: "-id", hasLifeCycle: true, tallied: "status"
    ) {
        Field.id
        Field.sourceID.indexed
        Field("subject", .string(max: 255)).indexed.required.filter.sort.inCollection
            .about("A short description of what is to be done.")
        Field("impact", .enumeration(Enumeration(WorkflowImpact.self))).always.filter.sort.inCollection
            .about("How badly the service is degraded meanwhile; none by default.")
        Field("category", .enumeration(Enumeration(TaskCategory.self))).required.filter.sort.inCollection
            .about("What kind of work it is.")
        Field("status", .enumeration(Enumeration(TaskStatus.self))).indexed.always.filter.sort.inCollection
            .about("How far the work is; registered by default, and assigned by itself when its time has come.")
        Field("team", .reference(.team)).indexed.required.filter.sort.inCollection.about("The team that does it.")
        Field("member", .reference(.person)).indexed.filter.sort.inCollection
            .about("The member of the team who does it; of an approval task its only approver.")
        Field("completion_target_at", .timestamp).indexed.readOnly.filter.sort.inCollection
            .about("When it is to be done: its assignment and its planned duration.")
        Field("finished_at", .timestamp).indexed.readOnly.filter.sort.inCollection.about("When it ended.")
        Field.createdAt.indexed
        Field.updatedAt.indexed
        Field("agile_board", .absent)
        Field("agile_board_column", .absent)
        Field("agile_board_column_position", .absent)
        Field("anticipated_assignment_at", .timestamp).loaded(
            where: "t.status = \(TaskStatus.registered.rawValue)", by: TaskForecasts.print
        ).about("When it is to be assigned, as far as the tasks before it say.")
        Field("assigned_at", .timestamp).readOnly.about("When it was last assigned.")
        Field.attachments(of: .task)
        Field("checked_items", .stringList).about("The items ticked off.")
        Field("copy_note_to_request", .boolean).always
            .about("Whether notes on the task are copied to the requests of its workflow.")
        Field("copy_note_to_workflow", .boolean).always.about("Whether notes on the task are copied to its workflow.")
        Field("custom_fields", .customFields).always
        Field("custom_fields_attachments", .attachments).writeOnly
        Field("failure_task", .reference(.task)).about("The task that is assigned when this one fails or is rejected.")
        Field("instructions", .text).about("How it is done.")
        Field("instructions_attachments", .attachments).writeOnly
        Field("manager", .reference(.person)).indexed.always.readOnly.about("Who runs the workflow.")
        Field("new_assignment", .boolean).computed(from: "status") { row, column, _, buffer in
            let status = TaskStatus(rawValue: row.integer(column))
            buffer.append(boolean: status == .assigned || status == .declined)
        }.about("Whether nobody has taken the assignment up yet.")
        Field("note", .text).writeOnly.about("Adds a note.")
        Field("note_attachments", .attachments).writeOnly
        Field("phase", .reference(.phase)).about("The phase of the workflow it belongs to.")
        Field("planned_duration", .duration(max: 600_000)).required.about("How long it is to take, in minutes.")
        Field("planned_effort", .duration(max: 600_000)).about("How much work is planned, in minutes.")
        Field("predecessor", .references(.task)).writeOnly.about("The tasks it waits for, when it is created.")
        Field("provider_not_accountable", .boolean).always.about("Whether the provider's clock stands still.")
        Field("rejection_count", .integer(0...Int64.max)).always.readOnly.about("How often it was rejected.")
        Field("request", .absent).readOnly
        Field("request_service_instance", .absent)
        Field("request_template", .absent)
        Field("required_approvals", .integer(1...1_000)).always
            .about("How many approvers must say yes; 1 by default.")
        Field("resolution_duration", .duration(max: .max)).readOnly
            .about("From its assignment to its end, in minutes.")
        Field("skill_pool", .absent)
        Field("start_at", .timestamp).about("Before this it is not assigned.")
        Field("successor", .references(.task)).writeOnly.about("The tasks that wait for it, when it is created.")
        Field("supplier", .reference(.organization)).about("The supplier who was asked for help.")
        Field("supplier_requestID", .string(max: 255)).column("supplier_request_id")
            .about("The number by which the supplier knows it.")
        Field("template", .absent).filter
        Field("time_spent", .absent).writeOnly
        Field("time_spent_effort_class", .absent).writeOnly
        Field("ui_extension", .absent).readOnly
        Field("urgent", .boolean).always.about("Whether it is to be done before others.")
        Field("waiting_until", .timestamp)
            .about("Until when it waits; only, and required, with the status waiting_for.")
        Field("work_hours_are_24x7", .boolean).always.about("Whether every hour counts; without calendars all do.")
        Field("workflow", .reference(.workflow)).always.filter.about("The workflow it belongs to; set when created.")
        Field.source
        Predefined(
            "finished", "t.status >= \(TaskStatus.failed)",
            tallied: TaskStatus.allCases.filter(\.isFinished).map(\.rawValue))
        Predefined(
            "open", "t.status < \(TaskStatus.failed)",
            tallied: TaskStatus.allCases.filter { !$0.isFinished }.map(\.rawValue))
        Predefined("managed_by_me", "t.manager_id = \(.viewer)", isIndexed: true)
        Predefined("assigned_to_my_team", ownTeams: "team_id")
        Predefined("assigned_to_me", "t.member_id = \(.viewer)", isIndexed: true)
        Predefined(
            "approval_by_me",
            """
            t.category = \(TaskCategory.approval) AND t.status <> \(TaskStatus.registered)
            AND t.id IN (SELECT task_id FROM approvals WHERE approver_id = \(.viewer))
            """)
    }
}
