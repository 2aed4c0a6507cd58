import Crypto
import Store
import Wire

/// The tables of the first migration. Times are UTC microseconds, booleans 0 and 1, enumerations small integers.
enum FirstTables {
    static func create(_ transaction: Transaction, _ dialect: Dialect) throws {
        for script in [
            bookkeeping(dialect), accounts(dialect), people(dialect), services(dialect), requests(dialect),
            requestIndexes, entries(dialect),
        ] {
            try transaction.run(script: script)
        }
        // One random key for cursors and whatever else is signed, so that all processes share it.
        let secret = SymmetricKey(size: .bits256).withUnsafeBytes { Array($0) }
        try transaction.execute("INSERT INTO secrets (name, value) VALUES ('signing', \(Hexadecimal.text(secret)))")
    }

    private static func bookkeeping(_ d: Dialect) -> String {
        """
        CREATE TABLE secrets (name \(d.text) PRIMARY KEY, value \(d.text) NOT NULL) \(d.tableOptions);
        CREATE TABLE tallies (
            resource \(d.integer) NOT NULL, account \(d.integer) NOT NULL, life_cycle \(d.integer) NOT NULL,
            status \(d.integer) NOT NULL, shard \(d.integer) NOT NULL, total \(d.integer) NOT NULL,
            PRIMARY KEY (resource, account, life_cycle, status, shard)) \(d.keyedTableOptions);
        CREATE TABLE grants (
            holder \(d.integer) NOT NULL, kind \(d.integer) NOT NULL, account \(d.integer) NOT NULL,
            life_cycle \(d.integer) NOT NULL, record_id \(d.integer) NOT NULL,
            PRIMARY KEY (holder, kind, account, life_cycle, record_id)) \(d.keyedTableOptions);
        CREATE INDEX grants_record ON grants (kind, record_id, holder);
        """
    }

    private static func accounts(_ d: Dialect) -> String {
        """
        CREATE TABLE accounts (
            number \(d.identity), id \(d.text) NOT NULL UNIQUE, name \(d.text) NOT NULL,
            time_zone \(d.text) NOT NULL, locale \(d.text) NOT NULL, currency \(d.text) NOT NULL,
            default_team_id \(d.integer), organization_id \(d.integer), owner_id \(d.integer),
            created_at \(d.integer) NOT NULL) \(d.tableOptions);
        CREATE TABLE trusts (
            account \(d.integer) NOT NULL REFERENCES accounts (number),
            trusted \(d.integer) NOT NULL REFERENCES accounts (number),
            PRIMARY KEY (account, trusted)) \(d.keyedTableOptions);
        """
    }

    private static func people(_ d: Dialect) -> String {
        """
        CREATE TABLE organizations (
            id \(d.identity), account \(d.integer) NOT NULL REFERENCES accounts (number), name \(d.text) NOT NULL,
            parent_id \(d.integer) REFERENCES organizations (id), manager_id \(d.integer), substitute_id \(d.integer),
            financial_id \(d.text), region \(d.text), business_unit \(d.integer) NOT NULL DEFAULT 0,
            end_user_privacy \(d.integer) NOT NULL DEFAULT 0, disabled \(d.integer) NOT NULL DEFAULT 0,
            remarks \(d.text), picture_uri \(d.text), custom_fields \(d.text) NOT NULL DEFAULT '[]',
            source \(d.text), source_id \(d.text), created_at \(d.integer) NOT NULL, updated_at \(d.integer) NOT NULL)
            \(d.tableOptions);
        CREATE INDEX organizations_name ON organizations (account, name, id);
        CREATE TABLE people (
            id \(d.identity), account \(d.integer) NOT NULL REFERENCES accounts (number), name \(d.text) NOT NULL,
            primary_email \(d.text) NOT NULL, email_folded \(d.text) NOT NULL UNIQUE, login \(d.text) UNIQUE,
            password \(d.text), organization_id \(d.integer) REFERENCES organizations (id),
            manager_id \(d.integer) REFERENCES people (id), authentication_id \(d.text) UNIQUE, employee_id \(d.text),
            support_id \(d.text), support_folded \(d.text), job_title \(d.text), location \(d.text), locale \(d.text),
            time_zone \(d.text), time_format_24h \(d.integer) NOT NULL DEFAULT 0, vip \(d.integer) NOT NULL DEFAULT 0,
            guest \(d.integer) NOT NULL DEFAULT 0, disabled \(d.integer) NOT NULL DEFAULT 0,
            exclude_team_notifications \(d.integer) NOT NULL DEFAULT 0,
            auto_translation \(d.integer) NOT NULL DEFAULT 0, oauth_person_enablement \(d.integer) NOT NULL DEFAULT 0,
            do_not_translate_languages \(d.text), send_email_notifications \(d.integer) NOT NULL DEFAULT 10,
            show_notification_popup \(d.integer) NOT NULL DEFAULT 10, cost_per_hour \(d.integer),
            cost_per_hour_currency \(d.text), information \(d.text), picture_uri \(d.text),
            custom_fields \(d.text) NOT NULL DEFAULT '[]', source \(d.text), source_id \(d.text),
            created_at \(d.integer) NOT NULL, updated_at \(d.integer) NOT NULL) \(d.tableOptions);
        CREATE INDEX people_name ON people (account, name, id);
        CREATE INDEX people_organization ON people (account, organization_id, id);
        CREATE TABLE roles (
            person_id \(d.integer) NOT NULL REFERENCES people (id),
            account \(d.integer) NOT NULL REFERENCES accounts (number), roles \(d.integer) NOT NULL,
            PRIMARY KEY (person_id, account)) \(d.keyedTableOptions);
        CREATE TABLE teams (
            id \(d.identity), account \(d.integer) NOT NULL REFERENCES accounts (number), name \(d.text) NOT NULL,
            manager_id \(d.integer) REFERENCES people (id), coordinator_id \(d.integer) REFERENCES people (id),
            configuration_manager_id \(d.integer) REFERENCES people (id), disabled \(d.integer) NOT NULL DEFAULT 0,
            auto_assign \(d.integer) NOT NULL DEFAULT 0, inbound_email_local_part \(d.text), picture_uri \(d.text),
            remarks \(d.text), time_zone \(d.text), custom_fields \(d.text) NOT NULL DEFAULT '[]', source \(d.text),
            source_id \(d.text), created_at \(d.integer) NOT NULL, updated_at \(d.integer) NOT NULL) \(d.tableOptions);
        CREATE INDEX teams_name ON teams (account, name, id);
        CREATE TABLE team_members (
            team_id \(d.integer) NOT NULL REFERENCES teams (id), person_id \(d.integer) NOT NULL REFERENCES people (id),
            PRIMARY KEY (team_id, person_id)) \(d.keyedTableOptions);
        CREATE INDEX team_members_person ON team_members (person_id, team_id);
        CREATE TABLE tokens (
            id \(d.identity), person_id \(d.integer) NOT NULL REFERENCES people (id), name \(d.text) NOT NULL,
            digest \(d.text) NOT NULL UNIQUE, scopes \(d.text) NOT NULL, created_at \(d.integer) NOT NULL,
            expires_at \(d.integer), revoked_at \(d.integer), last_used_at \(d.integer)) \(d.tableOptions);
        CREATE INDEX tokens_person ON tokens (person_id, id);
        """
    }

    private static func services(_ d: Dialect) -> String {
        """
        CREATE TABLE services (
            id \(d.identity), account \(d.integer) NOT NULL REFERENCES accounts (number), name \(d.text) NOT NULL,
            provider_id \(d.integer) NOT NULL REFERENCES organizations (id),
            first_line_team_id \(d.integer) REFERENCES teams (id), support_team_id \(d.integer) REFERENCES teams (id),
            service_owner_id \(d.integer), availability_manager_id \(d.integer), capacity_manager_id \(d.integer),
            change_manager_id \(d.integer), continuity_manager_id \(d.integer), knowledge_manager_id \(d.integer),
            problem_manager_id \(d.integer), release_manager_id \(d.integer), description \(d.text), keywords \(d.text),
            disabled \(d.integer) NOT NULL DEFAULT 0, picture_uri \(d.text),
            custom_fields \(d.text) NOT NULL DEFAULT '[]', source \(d.text), source_id \(d.text),
            created_at \(d.integer) NOT NULL, updated_at \(d.integer) NOT NULL) \(d.tableOptions);
        CREATE INDEX services_name ON services (account, name, id);
        """
    }

    private static func requests(_ d: Dialect) -> String {
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
    private static let requestIndexes =
        [
            "id", "status, id", "subject, id", "next_target_at, id", "completed_at, id", "created_at, id",
            "updated_at, id", "team_id, id", "member_id, id", "requested_by_id, id", "requested_for_id, id",
            "source_id, id",
        ].map { columns in
            let name = columns.split(separator: ",")[0]
            return "CREATE INDEX requests_\(name) ON requests (account, life_cycle, \(columns));"
        }.joined(separator: "\n")
        + "\nCREATE INDEX requests_grouped ON requests (grouped_into_id, id) WHERE grouped_into_id IS NOT NULL;"

    private static func entries(_ d: Dialect) -> String {
        """
        CREATE TABLE notes (
            id \(d.identity), owner_kind \(d.integer) NOT NULL, owner_id \(d.integer) NOT NULL,
            person_id \(d.integer) NOT NULL REFERENCES people (id), text \(d.text) NOT NULL,
            internal \(d.integer) NOT NULL, internal_account_id \(d.integer), medium \(d.integer) NOT NULL,
            source_id \(d.text), created_at \(d.integer) NOT NULL) \(d.tableOptions);
        CREATE INDEX notes_owner ON notes (owner_kind, owner_id, id);
        CREATE TABLE watches (
            id \(d.identity), subject_kind \(d.integer) NOT NULL, subject_id \(d.integer) NOT NULL,
            person_id \(d.integer) NOT NULL REFERENCES people (id),
            added_by_id \(d.integer) NOT NULL REFERENCES people (id), created_at \(d.integer) NOT NULL,
            updated_at \(d.integer) NOT NULL, UNIQUE (subject_kind, subject_id, person_id)) \(d.tableOptions);
        CREATE INDEX watches_subject ON watches (subject_kind, subject_id, id);
        CREATE INDEX watches_person ON watches (person_id, subject_kind, subject_id);
        CREATE TABLE audit_lines (
            id \(d.identity), account \(d.integer) NOT NULL, kind \(d.integer) NOT NULL,
            record_id \(d.integer) NOT NULL, action \(d.integer) NOT NULL, user_id \(d.integer),
            created_by_id \(d.integer), created_at \(d.integer) NOT NULL, changes \(d.text) NOT NULL) \(d.tableOptions);
        CREATE INDEX audit_lines_record ON audit_lines (kind, record_id, id);
        CREATE TABLE archive_entries (
            id \(d.identity), account \(d.integer) NOT NULL, kind \(d.integer) NOT NULL,
            record_id \(d.integer) NOT NULL, life_cycle \(d.integer) NOT NULL, person_id \(d.integer) NOT NULL,
            created_at \(d.integer) NOT NULL, UNIQUE (kind, record_id)) \(d.tableOptions);
        """
    }
}
