import Resources

extension RecordKind {
    public static let attachment = RecordKind(11, "attachment", table: "attachments", display: "name")
}

extension Schema {
    /// Files on records and notes (docs/protocol/attachments.md#reading-files).
    public static let attachments = Schema(
        "attachments", kind: .attachment, scope: .owned(kind: "owner_kind", id: "owner_id"), sortedBy: "id"
    ) {
        Field.id
        Field("name", .string(max: 255)).always.readOnly.inCollection.about("The file's name.")
        Field("key", .string(max: 1024)).always.readOnly.inCollection
            .about("The file's key, by which texts show it and by which it is removed.")
        Field("uri", .fileAddress).column("key").always.readOnly.inCollection
            .about("Where the file can be read, without a token, for a day or two.")
        Field("inline", .boolean).always.readOnly.inCollection.about("Whether a text shows the file.")
        Field("size", .integer(0...Int64.max)).always.readOnly.inCollection.about("How long the file is, in bytes.")
        Field("created_at", .timestamp).always.readOnly.inCollection.about("When the file was added.")
    }
}

extension Field {
    /// The files on a record; aggregated, and therefore without ids (docs/protocol/data-types.md#references).
    static func attachments(of kind: RecordKind) -> Field {
        Field("attachments", .attachments).readOnly
            .lists(.attachments, of: kind, fields: Schema.attachments.fields.map(\.name).filter { $0 != "id" })
            .about("The files on the record's own texts and custom fields.")
    }
}
