import Resources

extension RecordKind {
    public static let team = RecordKind(3, "team", table: "teams", display: "name", isDisableable: true)
}

extension Schema {
    /// Teams (docs/protocol/directory.md#teams).
    public static let teams = Schema("teams", kind: .team, sortedBy: "name") {
        Field.id
        Field.sourceID.indexed
        Field("name", .string(max: 128)).indexed.required.filter.sort.inCollection.about("The team's name.")
        Field("disabled", .boolean).always.filter.about("Disabled teams cannot be selected.")
        Field("manager", .reference(.person)).about("Who manages the team.")
        Field("coordinator", .reference(.person)).about("Who assigns the team's work; a member of the team.")
        Field("configuration_manager", .reference(.person)).about("Who keeps the team's configuration items.")
        Field("auto_assign", .boolean).always.about("Whether work is assigned to members by itself.")
        Field("agile_board", .absent)
        Field("scrum_workspace", .absent)
        Field("inbound_email_local_part", .string(max: 64)).about("The part of the team's address before the @.")
        Field("picture_uri", .url(max: 2_000)).about("Where a picture of the team lies.")
        Field("remarks", .text).about("Anything worth knowing about the team.")
        Field("remarks_attachments", .attachments).writeOnly
        Field("time_zone", .timeZone).about("The zone the team works in.")
        Field("work_hours", .absent)
        Field("custom_fields", .customFields).always
        Field("custom_fields_attachments", .attachments).writeOnly
        Field("ui_extension", .absent)
        Field.attachments(of: .team)
        Field.source
        Field.createdAt.indexed
        Field.updatedAt.indexed
        Predefined("disabled", "t.disabled = 1")
        Predefined("enabled", "t.disabled = 0")
    }
}
