import Resources

extension RecordKind {
    public static let service = RecordKind(5, "service", table: "services", display: "name", isDisableable: true)
}

extension Schema {
    /// Services (docs/protocol/directory.md#services).
    public static let services = Schema("services", kind: .service, sortedBy: "name") {
        Field.id
        Field.sourceID.indexed
        Field("name", .string(max: 80)).indexed.required.filter.sort.inCollection.about("The service's name.")
        Field("provider", .reference(.organization)).indexed.required.filter.sort.inCollection
            .about("The organization that provides the service.")
        Field("support_team", .reference(.team)).indexed.filter.sort.inCollection.about(
            "The team that supports the service.")
        Field("first_line_team", .reference(.team)).about("The team that gets the service's requests first.")
        Field("service_owner", .reference(.person)).about("Who answers for the service.")
        Field("availability_manager", .reference(.person))
        Field("capacity_manager", .reference(.person))
        Field("change_manager", .reference(.person))
        Field("continuity_manager", .reference(.person))
        Field("knowledge_manager", .reference(.person))
        Field("problem_manager", .reference(.person))
        Field("release_manager", .reference(.person))
        Field("service_category", .absent)
        Field("survey", .absent)
        Field("impact", .absent).readOnly
        Field("description", .text).about("What the service does.")
        Field("description_attachments", .attachments).writeOnly
        Field("keywords", .string(max: 2_048)).about("Words the service is found by.")
        Field("disabled", .boolean).always.filter.about("Disabled services cannot be selected.")
        Field("picture_uri", .url(max: 2_000)).about("Where a picture of the service lies.")
        Field("localized_name", .string(max: 80)).column("name").readOnly.about("The name; there are no translations.")
        Field("localized_description", .text).column("description").readOnly
        Field("localized_keywords", .string(max: 2_048)).column("keywords").readOnly
        Field("custom_fields", .customFields).always
        Field("custom_fields_attachments", .attachments).writeOnly
        Field("ui_extension", .absent)
        Field.attachments(of: .service)
        Field.source
        Field.createdAt.indexed
        Field.updatedAt.indexed
        Predefined("disabled", "t.disabled = 1")
        Predefined("enabled", "t.disabled = 0")
    }
}
