import Resources
import Store

extension RecordKind {
    public static let auditLine = RecordKind(9, "audit_line", table: "audit_lines", display: "id")
}

extension Schema {
    /// The history of a record (docs/protocol/general.md#history).
    public static let auditLines = Schema(
        "audit_lines", kind: .auditLine, scope: .owned(kind: "kind", id: "record_id"), sortedBy: "-id"
    ) {
        Field.id
        Field("action", .enumeration(Enumeration(AuditLine.Action.self))).always.readOnly.inCollection
            .about("What was done.")
        Field("created_at", .timestamp).always.readOnly.filter.inCollection.about("When it was done.")
        Field("created_by", .reference(.person)).readOnly.inCollection.about("For whom it was done.")
        Field("user", .reference(.person)).readOnly.inCollection.about("Who did it.")
        Field("changes", .json).always.readOnly.inCollection
            .about("Each changed field with its old and its new value.")
    }
}

extension ListSource {
    /// The history of a record in its own account: what was done to a person in another account is that account's
    /// business.
    public static func audit(of record: Seen) -> ListSource {
        .related(
            """
            t.kind = \(record.kind.code) AND t.record_id = \(record.id) \
            AND t.account = (SELECT o.account FROM \(raw: record.kind.table) o WHERE o.id = \(record.id))
            """, isIndexed: true)
    }
}
