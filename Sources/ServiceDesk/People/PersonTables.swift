import Store

/// The tables of people and of their roles.
enum PersonTables {
    static func create(_ d: Dialect) -> String {
        """
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
        """
    }
}
