import Store

/// The table of tokens.
enum TokenTables {
    static func create(_ d: Dialect) -> String {
        """
        CREATE TABLE tokens (
            id \(d.identity), person_id \(d.integer) NOT NULL REFERENCES people (id), name \(d.text) NOT NULL,
            digest \(d.text) NOT NULL UNIQUE, scopes \(d.text) NOT NULL, created_at \(d.integer) NOT NULL,
            expires_at \(d.integer), revoked_at \(d.integer), last_used_at \(d.integer)) \(d.tableOptions);
        CREATE INDEX tokens_person ON tokens (person_id, id);
        """
    }
}
