import Resources

extension RecordKind {
    public static let organization = RecordKind(
        4, "organization", table: "organizations", display: "name", isDisableable: true)
}

extension Schema {
    /// Organizations (docs/protocol/directory.md#organizations).
    public static let organizations = Schema("organizations", kind: .organization, sortedBy: "name") {
        Field.id
        Field.sourceID.indexed
        Field("name", .string(max: 128)).indexed.required.filter.sort.inCollection.about("The organization's name.")
        Field("parent", .reference(.organization)).indexed.filter.inCollection.about(
            "The organization this one is part of.")
        Field("manager", .reference(.person)).inCollection.about("Who manages the organization.")
        Field("substitute", .reference(.person)).about("Who stands in for the manager.")
        Field("order_template", .absent)
        Field("financialID", .string(max: 128)).column("financial_id").indexed.filter
            .about("The number by which the books know the organization.")
        Field("region", .string(max: 128)).about("Where the organization works.")
        Field("business_unit", .boolean).always.about("Whether it is run as a business of its own.")
        Field("business_unit_organization", .absent)
        Field("end_user_privacy", .boolean).always.about("Whether its people are hidden from end users.")
        Field("disabled", .boolean).always.filter.about("Disabled organizations cannot be selected.")
        Field("remarks", .text).about("Anything worth knowing about the organization.")
        Field("remarks_attachments", .attachments).writeOnly
        Field("picture_uri", .url(max: 2_000)).about("Where a picture of the organization lies.")
        Field("addresses", .nothing).readOnly
        Field("contacts", .nothing).readOnly
        Field("custom_fields", .customFields).always
        Field("custom_fields_attachments", .attachments).writeOnly
        Field("ui_extension", .absent)
        Field.attachments(of: .organization)
        Field.source
        Field.createdAt.indexed
        Field.updatedAt.indexed
        Predefined("disabled", "t.disabled = 1")
        Predefined("enabled", "t.disabled = 0")
        Predefined("managed_by_me", "t.manager_id = \(.viewer)")
    }
}
