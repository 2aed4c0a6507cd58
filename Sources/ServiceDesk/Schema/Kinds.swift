import Resources

extension RecordKind {
    /// The kinds of records, by codes that are stored and therefore never change.
    public static let account = RecordKind(1, "account", table: "accounts", display: "name")
    public static let person = RecordKind(2, "person", table: "people", display: "name", isDisableable: true)
    public static let team = RecordKind(3, "team", table: "teams", display: "name", isDisableable: true)
    public static let organization = RecordKind(
        4, "organization", table: "organizations", display: "name", isDisableable: true)
    public static let service = RecordKind(5, "service", table: "services", display: "name", isDisableable: true)
    public static let request = RecordKind(6, "request", table: "requests", display: "subject", isConfidential: true)
    public static let note = RecordKind(7, "note", table: "notes", display: "text")
    public static let watch = RecordKind(8, "watch", table: "watches", display: "id")
    public static let auditLine = RecordKind(9, "audit_line", table: "audit_lines", display: "id")
    public static let attachment = RecordKind(11, "attachment", table: "attachments", display: "name")
    public static let workflow = RecordKind(12, "workflow", table: "workflows", display: "subject")
    public static let task = RecordKind(
        13, "task", table: "tasks", display: "subject", seenWith: .init(workflow, by: "workflow_id"))
    public static let approval = RecordKind(14, "approval", table: "approvals", display: "id")
    public static let phase = RecordKind(15, "phase", table: "phases", display: "name")
    /// Only invalidated, never referred to: what is known of a token.
    public static let token = RecordKind(10, "token", table: "tokens", display: "name")

    /// All kinds, by their codes.
    static let all = [
        account, person, team, organization, service, request, note, watch, auditLine, token, attachment, workflow,
        task,
        approval, phase,
    ]
}
