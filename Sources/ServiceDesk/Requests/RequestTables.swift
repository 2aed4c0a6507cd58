import Store

/// The table of requests, as it was before workflows.
enum RequestTables {
    static func create(_ d: Dialect) -> String {
        """
        CREATE TABLE requests (
            id \(d.identity), account \(d.integer) NOT NULL REFERENCES accounts (number),
            life_cycle \(d.integer) NOT NULL, status \(d.integer) NOT NULL, subject \(d.text) NOT NULL,
            category \(d.integer) NOT NULL, impact \(d.integer), next_target_at \(d.integer) NOT NULL,
            completed_at \(d.integer), team_id \(d.integer) REFERENCES teams (id),
            member_id \(d.integer) REFERENCES people (id), service_id \(d.integer) REFERENCES services (id),
            grouped_into_id \(d.integer) REFERENCES requests (id), grouping \(d.integer) NOT NULL,
            source \(d.text), source_id \(d.text), created_at \(d.integer) NOT NULL, updated_at \(d.integer) NOT NULL,
            created_by_id \(d.integer) NOT NULL REFERENCES people (id),
            requested_by_id \(d.integer) NOT NULL REFERENCES people (id),
            requested_for_id \(d.integer) NOT NULL REFERENCES people (id),
            organization_id \(d.integer) REFERENCES organizations (id),
            supplier_id \(d.integer) REFERENCES organizations (id), supplier_request_id \(d.text),
            completion_reason \(d.integer), waiting_until \(d.integer), desired_completion_at \(d.integer),
            downtime_start_at \(d.integer), downtime_end_at \(d.integer), assignment_count \(d.integer) NOT NULL,
            reopen_count \(d.integer) NOT NULL, planned_effort \(d.integer), resolution_duration \(d.integer),
            addressed \(d.integer) NOT NULL, reviewed \(d.integer) NOT NULL, urgent \(d.integer) NOT NULL,
            provider_not_accountable \(d.integer) NOT NULL, provider_was_not_accountable \(d.integer) NOT NULL,
            satisfaction \(d.integer), major_incident_status \(d.integer), closure_code \(d.text), rfc_type \(d.text),
            checked_items \(d.text), custom_fields \(d.text) NOT NULL) \(d.tableOptions);
        """
    }

    /// What lists of requests are kept flat by: the default order, and every column people commonly filter or sort by.
    static let indexes =
        [
            "id", "status, id", "subject, id", "next_target_at, id", "completed_at, id", "created_at, id",
            "updated_at, id", "team_id, id", "member_id, id", "requested_by_id, id", "requested_for_id, id",
            "source_id, id",
        ].map { columns in
            let name = columns.split(separator: ",")[0]
            return "CREATE INDEX requests_\(name) ON requests (account, life_cycle, \(columns));"
        }.joined(separator: "\n")
        + "\nCREATE INDEX requests_grouped ON requests (grouped_into_id, id) WHERE grouped_into_id IS NOT NULL;"
}
