import Resources
import Store

/// When a person gets e-mail.
public enum EmailNotifications: Int64, WireEnum {
    case always = 10
    case whenOffline = 20
    case never = 30
}

/// When a person sees popups.
public enum PopupNotifications: Int64, WireEnum {
    case always = 10
    case importantOnly = 20
    case never = 30
}

extension RecordKind {
    public static let person = RecordKind(2, "person", table: "people", display: "name", isDisableable: true)
}

extension Schema {
    /// People (docs/protocol/directory.md#people).
    public static let people = Schema("people", kind: .person, sortedBy: "name") {
        Field.id
        Field.sourceID.indexed
        Field("name", .string(max: 128)).indexed.required.filter.sort.inCollection.about("The person's full name.")
        Field("primary_email", .string(max: 128)).required.filter.inCollection.folded("email_folded")
            .about("The address e-mail is sent to; no two people share one.")
        Field("organization", .reference(.organization)).indexed.filter.sort.inCollection
            .about("The organization the person works for.")
        Field("site", .absent).filter.sort.inCollection
        Field("manager", .reference(.person)).indexed.filter.sort.inCollection.about("The person's manager.")
        Field("disabled", .boolean).always.filter.about("Disabled people cannot sign in or be selected.")
        Field("authenticationID", .string(max: 128)).column("authentication_id")
            .about("How an identity provider knows the person; unique.")
        Field("employeeID", .string(max: 128)).column("employee_id").indexed.filter.about(
            "The number by which payroll knows the person.")
        Field("supportID", .string(max: 50)).column("support_id").indexed.filter.folded("support_folded")
            .about("The number to give when calling the service desk.")
        Field("job_title", .string(max: 80)).about("The person's position.")
        Field("location", .string(max: 80)).about("Room, floor or desk.")
        Field("locale", .string(max: 5)).about("Language, such as en-US.")
        Field("time_zone", .timeZone).about("The zone in which the person reads times; the account's by default.")
        Field("time_format_24h", .boolean).always.about("Whether times are shown in 24 hours.")
        Field("vip", .boolean).always.about("Whether the person is treated as a very important one.")
        Field("guest", .boolean).always.about("Whether the person is a guest.")
        Field("exclude_team_notifications", .boolean).always.about("No notifications that go to a whole team.")
        Field("auto_translation", .boolean).always.about("Whether texts are translated.")
        Field("oauth_person_enablement", .boolean).always.about("Whether applications may act as the person.")
        Field("do_not_translate_languages", .stringList).about("Languages the person reads.")
        Field("send_email_notifications", .enumeration(Enumeration(EmailNotifications.self))).always
            .about("When e-mail is sent.")
        Field("show_notification_popup", .enumeration(Enumeration(PopupNotifications.self))).always
            .about("When popups are shown.")
        Field("cost_per_hour", .decimal).about("What an hour of the person's work costs.")
        Field("cost_per_hour_currency", .currency).about("The currency of the cost per hour.")
        Field("information", .text).about("Anything worth knowing about the person.")
        Field("information_attachments", .attachments).writeOnly
        Field("picture_uri", .url(max: 2_000)).about("Where a picture of the person lies.")
        Field("work_hours", .absent)
        Field("custom_fields", .customFields).always
        Field("custom_fields_attachments", .attachments).writeOnly
        Field("ui_extension", .absent)
        Field("addresses", .nothing).readOnly
        Field("contacts", .nothing).readOnly
        Field.attachments(of: .person)
        Field.source
        Field.createdAt.indexed
        Field.updatedAt.indexed
        Predefined("disabled", "t.disabled = 1")
        Predefined("enabled", "t.disabled = 0")
        Predefined("internal", "t.account = \(.account)")
    }
}
