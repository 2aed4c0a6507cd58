import Resources
import Store
import Wire

extension RecordKind {
    public static let request = RecordKind(6, "request", table: "requests", display: "subject", isConfidential: true)
}

extension Schema {
    /// Requests (docs/protocol/requests.md#fields). `service` is ours: the service itself, where upstream has only its
    /// instances.
    public static let requests = Schema(
        "requests", kind: .request, sortedBy: "-id", hasLifeCycle: true, tallied: "status"
    ) {
        Field.id
        Field.sourceID.indexed
        Field("subject", .string(max: 255)).indexed.required.filter.sort.inCollection
            .about("A short description of what is asked for.")
        Field("category", .enumeration(Enumeration(RequestCategory.self))).indexed.required.filter.sort.inCollection
            .about("What the request is about.")
        Field("impact", .enumeration(Enumeration(RequestImpact.self))).indexed.filter.sort.inCollection
            .about("How badly the service is degraded; required for incidents.")
        Field("status", .enumeration(Enumeration(RequestStatus.self))).indexed.always.filter.sort.inCollection
            .about("How far the work is; assigned by default.")
        Field("next_target_at", .target).indexed.always.readOnly.filter.sort.inCollection
            .about("What has to be met next: a time, or best_effort, clock_stopped, no_target.")
        Field("completed_at", .timestamp).indexed.readOnly.filter.sort.inCollection.about(
            "When the request was completed.")
        Field("team", .reference(.team)).indexed.filter.sort.inCollection
            .about("The team the request is assigned to; by default the service's, else the account's.")
        Field("member", .reference(.person)).indexed.filter.sort.inCollection
            .about("The member of the team who works on the request.")
        Field("grouped_into", .reference(.request)).indexed.filter.inCollection.about(
            "The request that groups this one.")
        Field("service_instance", .absent).filter.sort.inCollection
        Field("service", .reference(.service)).indexed.filter.sort.inCollection.about(
            "The service the request is about.")
        Field.createdAt.indexed
        Field.updatedAt.indexed
        Field("addressed", .boolean).always
            .about("Whether a compliment or complaint was dealt with; service desk managers set it.")
        Field("agile_board", .absent)
        Field("agile_board_column", .absent)
        Field("agile_board_column_position", .absent)
        Field("assignment_count", .integer(0...Int64.max)).always.readOnly
            .about("How often the request was assigned to a team.")
        Field.attachments(of: .request)
        Field("checked_items", .stringList).about("The items ticked off.")
        Field("ci", .absent)
        Field("closure_code", .string(max: 128)).about("The account's own code for how requests end.")
        Field("completion_reason", .enumeration(Enumeration(RequestCompletionReason.self)))
            .about("How the request ended; required when it is completed.")
        Field("created_by", .reference(.person)).indexed.readOnly.filter.about("Who registered the request.")
        Field("custom_fields", .customFields).always.about("Values of fields that the account defined.")
        Field("custom_fields_attachments", .attachments).writeOnly
        Field("desired_completion_at", .timestamp).about("When the requester wants the request done.")
        Field("downtime_start_at", .timestamp).about("When the outage began.")
        Field("downtime_end_at", .timestamp).about("When the outage ended.")
        Field("feedback", .absent).readOnly
        Field("feedback_on_knowledge_article", .absent).readOnly
        Field("grouping", .enumeration(Enumeration(RequestGrouping.self))).always.readOnly.filter
            .about("Whether the request is a group or in one.")
        Field("internal_note", .text).writeOnly.about("Adds a note that only specialists and auditors see.")
        Field("internal_note_attachments", .attachments).writeOnly
        Field("knowledge_article", .absent).filter
        Field("major_incident_status", .enumeration(Enumeration(MajorIncidentStatus.self))).filter
            .about("Whether the request is treated as a major incident.")
        Field("new_assignment", .boolean).computed(from: "status") { row, column, _, buffer in
            let status = RequestStatus(rawValue: row.integer(column))
            buffer.append(boolean: status == .assigned || status == .declined)
        }.about("Whether nobody has taken the assignment up yet.")
        Field("note", .text).writeOnly.about("Adds a note that everybody on the request sees.")
        Field("note_attachments", .attachments).writeOnly
        Field("organization", .reference(.organization)).indexed.readOnly.filter.about(
            "Whom the beneficiary works for.")
        Field("planned_effort", .duration(max: 600_000)).about("How much work is planned, in minutes.")
        Field("problem", .absent)
        Field("product_backlog", .absent)
        Field("product_backlog_estimate", .absent)
        Field("product_backlog_position", .absent)
        Field("project", .absent)
        Field("provider_not_accountable", .boolean).always.about("Whether the provider's clock stands still.")
        Field("provider_was_not_accountable", .boolean).always.readOnly
            .about("Whether the provider's clock ever stood still.")
        Field("reopen_count", .integer(0...Int64.max)).always.readOnly
            .about("How often the request left the status completed.")
        Field("requested_by", .reference(.person)).indexed.always.filter
            .about("Who asked; the caller by default.")
        Field("requested_for", .reference(.person)).indexed.always.filter
            .about("For whom; who asked by default.")
        Field("requester_resolution_target_at", .absent).readOnly
        Field("reservation", .absent)
        Field("resolution_duration", .duration(max: Int64.max)).readOnly
            .about("How long the request took, in minutes.")
        Field("resolution_target_at", .absent).readOnly
        Field("response_target_at", .absent).readOnly
        Field("reviewed", .boolean).always.about("Whether problem management has looked at the request.")
        Field("rfc_type", .string(max: 128)).about("The account's own kind of change.")
        Field("satisfaction", .enumeration(Enumeration(Satisfaction.self))).readOnly
            .about("What the requester thought of the outcome.")
        Field("summary", .absent).readOnly
        Field("supplier", .reference(.organization)).about("The supplier who was asked for help.")
        Field("supplier_requestID", .string(max: 255)).column("supplier_request_id").indexed.filter
            .about("The number by which the supplier knows the request.")
        Field("support_domain", .absent).writeOnly
        Field("task", .absent).readOnly
        Field("template", .absent).filter
        Field("time_spent", .absent).writeOnly
        Field("time_spent_effort_class", .absent).writeOnly
        Field("ui_extension", .absent).readOnly
        Field("urgent", .boolean).always.about("Whether the request is to be done before others.")
        Field("waiting_until", .timestamp)
            .about(
                "Until when the request waits, to be assigned then; only, and required, with the status waiting_for.")
        Field("workflow", .reference(.workflow)).indexed.filter.about("The workflow that carries the request out.")
        Field.source
        EntryFilter.watcher
        Predefined("watched_by_me", naming: .watcher)
        Predefined.completed(RequestStatus.completed)
        Predefined.open(until: RequestStatus.completed, isIndexed: true)
        Predefined(
            "requested_by_or_for_me",
            anyOf: ["t.requested_by_id = \(.viewer)", "t.requested_for_id = \(.viewer)"])
        Predefined(
            "assigned_to_my_team", ownTeams: "team_id", and: "t.status <> \(RequestStatus.completed)", isIndexed: true)
        Predefined(
            "assigned_to_me", "t.status <> \(RequestStatus.completed) AND t.member_id = \(.viewer)", isIndexed: true)
        Predefined(
            "waiting_for_me",
            anyOf: ["t.requested_by_id = \(.viewer)", "t.requested_for_id = \(.viewer)"],
            and: "t.status = \(RequestStatus.waitingForCustomer)")
        Predefined(
            "problem_management_review", "t.status = \(RequestStatus.completed) AND t.reviewed = 0", isIndexed: true)
        Predefined(
            "requests_of_my_organization",
            "t.organization_id = (SELECT organization_id FROM people WHERE id = \(.viewer))", isIndexed: true)
    }
}
