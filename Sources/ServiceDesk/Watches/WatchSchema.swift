import Resources

extension RecordKind {
    public static let watch = RecordKind(8, "watch", table: "watches", display: "id")
}

extension EntryFilter {
    /// Requests by who watches them.
    static let watcher = EntryFilter(
        Field("watcher", .reference(.person)).about("A person who watches the request."), in: RecordKind.watch.table,
        named: "person_id", record: "subject_id", where: "e.subject_kind = \(RecordKind.request.code)",
        active: "e.life_cycle = 0")
}

extension Schema {
    /// Watches of a subject (docs/protocol/requests.md#watches). A watch belongs to its person's account.
    public static let watches = Schema(
        "watches", kind: .watch, scope: .owned(kind: "subject_kind", id: "subject_id"), sortedBy: "id",
        belongsWith: "person"
    ) {
        Field("added_by", .reference(.person)).readOnly.inCollection.about("The person who created the watch.")
        Field("created_at", .timestamp).always.readOnly.inCollection
            .about("The date and time at which the watch was created.")
        Field("id", .id).filter.inCollection.about("The unique ID of the watch.")
        Field("person", .reference(.person)).required.filter.inCollection
            .about("The person who is selected as the watcher.")
        Field("updated_at", .timestamp).always.readOnly.inCollection
            .about("The date and time of the last update of the watch.")
    }
}
