import Resources

extension RecordKind {
    public static let release = RecordKind(16, "release", table: "releases", display: "subject", isConfidential: true)
}

extension Schema {
    /// Releases (docs/protocol/releases.md).
    public static let releases = Schema(
        "releases", kind: .release, sortedBy: "-id", hasLifeCycle: true, tallied: "status"
    ) {
        Field.id
        Field.sourceID.indexed
        Field("subject", .string(max: 255)).indexed.required.filter.sort.inCollection
            .about("A short description of the objective of the release.")
        Field("impact", .enumeration(Enumeration(WorkflowImpact.self))).indexed.always.readOnly.filter.sort.inCollection
            .about("The worst impact of its workflows.")
        Field("status", .enumeration(Enumeration(ReleaseStatus.self, oldNames: ReleaseStatus.oldNames))).indexed
            .always.readOnly.filter.sort.inCollection
            .about("How far its workflows are.")
        Field("completion_target_at", .timestamp).indexed.readOnly.filter.sort.inCollection
            .about("When the last task of its workflows is to be done.")
        Field("completed_at", .timestamp).indexed.readOnly.filter.sort.inCollection
            .about("When the release was completed.")
        Field.createdAt.indexed
        Field.updatedAt.indexed
        Field.attachments(of: .release)
        Field("completion_reason", .enumeration(Enumeration(WorkflowCompletionReason.self))).readOnly
            .about("How its workflows ended: as all of them did, or the one that achieved least.")
        Field("custom_fields", .customFields).always
        Field("custom_fields_attachments", .attachments).writeOnly
        Field("manager", .reference(.person)).indexed.always
            .about("Who coordinates the release, a release manager; the caller by default.")
        Field("note", .text).writeOnly.about("Adds a note.")
        Field("note_attachments", .attachments).writeOnly
        Field.source
        Field("ui_extension", .absent)
        Predefined.completed(ReleaseStatus.completed)
        Predefined.open(until: ReleaseStatus.completed)
        Predefined("managed_by_me", "t.manager_id = \(.viewer)", isIndexed: true)
    }
}
