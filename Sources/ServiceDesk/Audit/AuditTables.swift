import Store

/// The tables of audit lines, and of what was archived or trashed.
enum AuditTables {
    static func create(_ d: Dialect) -> String {
        """
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
