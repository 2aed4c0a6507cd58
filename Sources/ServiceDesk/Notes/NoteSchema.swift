import Resources

/// How a note came to be.
public enum NoteMedium: Int64, WireEnum {
    case `default` = 10
    case email = 20
    case outboundEmail = 30
    case system = 40
    case reference = 50
    case redacted = 60
    case automation = 70
    case ai = 80
}

extension RecordKind {
    public static let note = RecordKind(7, "note", table: "notes", display: "text")
}

extension Schema {
    /// Notes on a record (docs/protocol/requests.md#notes).
    public static let notes = Schema(
        "notes", kind: .note, scope: .owned(kind: "owner_kind", id: "owner_id"), sortedBy: "id", belongsWith: "person"
    ) {
        Field.id
        Field("attachments", .attachments).inCollection
            .lists(.attachments, of: .note, fields: Schema.attachments.fields.map(\.name))
            .about("Files added with the note.")
        Field("created_at", .timestamp).always.readOnly.filter.sort.inCollection.about("When the note was added.")
        Field("inbound_email", .absent).readOnly.inCollection
        Field("internal", .boolean).always.inCollection
            .about("Whether only auditors, specialists and administrators of the account see the note.")
        Field("internal_account", .account).readOnly.inCollection.about("The account an internal note belongs to.")
        Field("medium", .enumeration(Enumeration(NoteMedium.self))).always.readOnly.filter.inCollection
            .about("How the note came to be.")
        Field("person", .reference(.person)).readOnly.filter.sort.inCollection.about("Who wrote the note.")
        Field("text", .text).required.inCollection.about("The note, in Markdown.")
        Field("suppress_note_added_notifications", .boolean).writeOnly.about("Whether nobody is told of the note.")
        Predefined("public", "t.internal = 0")
        Predefined("internal", "t.internal = 1")
    }
}
