import Store

/// The table of services.
enum ServiceTables {
    static func create(_ d: Dialect) -> String {
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
}
