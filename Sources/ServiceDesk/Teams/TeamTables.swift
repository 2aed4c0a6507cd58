import Store

/// The tables of teams and of their members.
enum TeamTables {
    static func create(_ d: Dialect) -> String {
        """
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
        """
    }
}
