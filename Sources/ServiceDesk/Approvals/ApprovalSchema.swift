import Files
import Resources
import Store
import Wire

extension RecordKind {
    public static let approval = RecordKind(14, "approval", table: "approvals", display: "id")
}

extension Schema {
    /// Approvals of a task (docs/protocol/workflows.md#approvals). An approval belongs to its approver's account.
    public static let approvals = Schema(
        "approvals", kind: .approval, scope: .part(of: "task_id"), sortedBy: "id", belongsWith: "approver"
    ) {
        Field("approver", .reference(.person)).required.inCollection
            .about("The person who is selected as the approver.")
        Field("attachment", .file).inCollection.computed(
            from: "summary_key", "summary_size", "approver_id"
        ) {
            row, first, eyes, buffer in
            // It tells of the whole workflow: others who see no more than the task do not see it.
            let isHers = eyes.seesAccount || row.integer(first + 2) == eyes.person
            guard isHers, !row.isNull(first + 1) else { return buffer.appendNull() }
            buffer.append("{\"name\":")
            buffer.append(string: FileKey(row.text(first))?.name ?? "")
            buffer.append(",\"uri\":")
            eyes.files.print(row.utf8(first), into: &buffer)
            buffer.append(",\"size\":")
            buffer.append(integer: row.integer(first + 1))
            buffer.append("}")
        }.about("The workflow's summary, made when the approval was last assigned.")
        Field("created_at", .timestamp).always.readOnly.inCollection.about("When the approval was created.")
        Field("id", .id).inCollection.about("The unique ID of the approval.")
        Field("planned_effort", .duration(max: 600_000)).inCollection
            .about("How many minutes the approver is expected to spend.")
        Field("status", .enumeration(Enumeration(ApprovalStatus.self))).always.readOnly.filter.inCollection
            .about("Whether the approver has answered; they do so on the task.")
        Field("updated_at", .timestamp).always.readOnly.inCollection.about("When the approval was last changed.")
    }
}
