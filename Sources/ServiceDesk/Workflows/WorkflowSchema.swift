import Resources

extension RecordKind {
    public static let phase = RecordKind(15, "phase", table: "phases", display: "name")
    public static let workflow = RecordKind(12, "workflow", table: "workflows", display: "subject")
}

extension Schema {
    /// Workflows (docs/protocol/workflows.md#workflows).
    public static let workflows = Schema(
        "workflows", kind: .workflow, sortedBy: "-id", hasLifeCycle: true, tallied: "status"
    ) {
        Field.id
        Field.sourceID.indexed
        Field("subject", .string(max: 255)).indexed.required.filter.sort.inCollection
            .about("A short description of what is to be changed.")
        Field("manager", .reference(.person)).indexed.always.filter.sort.inCollection
            .about("Who runs the workflow, a workflow manager; the caller by default.")
        Field("category", .enumeration(Enumeration(WorkflowCategory.self))).required.filter.sort.inCollection
            .about("What kind of change it is.")
        Field("impact", .enumeration(Enumeration(WorkflowImpact.self))).always.readOnly.filter.sort.inCollection
            .about("The worst impact of its tasks.")
        Field("status", .enumeration(Enumeration(WorkflowStatus.self, oldNames: WorkflowStatus.oldNames))).indexed
            .always.filter.sort.inCollection
            .about("How far its tasks are; only completed can be set.")
        Field("completion_target_at", .timestamp).indexed.readOnly.filter.sort.inCollection
            .about("When its last task is to be done.")
        Field("completed_at", .timestamp).indexed.readOnly.filter.sort.inCollection
            .about("When the workflow was completed.")
        Field("service", .reference(.service)).indexed.required.filter.sort.inCollection
            .about("The service that is changed.")
        Field.createdAt.indexed
        Field.updatedAt.indexed
        Field("actual_effort", .duration(max: .max)).zero
            .about("How much work was done, in minutes: nobody enters time here.")
        Field("actual_vs_planned_effort_percentage", .integer(0...Int64.max)).zero
            .about("How much of the planned work was done.")
        Field.attachments(of: .workflow)
        Field("completion_reason", .enumeration(Enumeration(WorkflowCompletionReason.self)))
            .about("How the workflow ended; complete when all its tasks ended well.")
        Field("custom_fields", .customFields).always
        Field("custom_fields_attachments", .attachments).writeOnly
        Field("justification", .enumeration(Enumeration(WorkflowJustification.self))).required
            .about("Why the change is made.")
        Field("note", .text).writeOnly.about("Adds a note.")
        Field("note_attachments", .attachments).writeOnly
        Field("planned_effort", .duration(max: .max)).always.readOnly.about("What its tasks plan, in minutes.")
        Field("prevent_request_completion", .boolean).always
            .about("Whether its requests stay open when it is completed.")
        Field("project", .absent).filter
        Field("release", .reference(.release)).indexed.filter.about("The release that bundles the workflow.")
        Field("resolution_duration", .duration(max: .max)).readOnly.about("How long the workflow took, in minutes.")
        Field("start_at", .timestamp).filter.about("Before this none of its first tasks is assigned.")
        Field("template", .absent).filter
        Field("ui_extension", .absent).readOnly
        Field("workflow_type", .string(max: 255)).about("The account's own kind of workflow.")
        Field.source
        Predefined.completed(WorkflowStatus.completed)
        Predefined.open(until: WorkflowStatus.completed)
        Predefined("managed_by_me", "t.manager_id = \(.viewer)", isIndexed: true)
    }

    /// Phases of a workflow (docs/protocol/workflows.md#phases).
    public static let phases = Schema(
        "phases", kind: .phase, scope: .part(of: "workflow_id"), sortedBy: "id"
    ) {
        Field("completed_at", .timestamp).readOnly.inCollection.about("When the last of its tasks ended.")
        Field("created_at", .timestamp).always.readOnly.inCollection.about("When the phase was created.")
        Field("id", .id).filter.inCollection.about("The unique ID of the phase.")
        Field("name", .string(max: 50)).required.inCollection.about("The phase's name.")
        Field("position", .integer(0...1_000_000)).always.inCollection.about("Where it stands among the phases.")
        Field("started_at", .timestamp).readOnly.inCollection.about("When the first of its tasks was assigned.")
        Field("status", .enumeration(Enumeration(PhaseStatus.self))).always.readOnly.inCollection
            .about("How far its tasks are.")
        Field("updated_at", .timestamp).always.readOnly.inCollection.about("When the phase was last changed.")
    }
}
