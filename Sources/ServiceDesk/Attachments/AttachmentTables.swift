import Store

/// The tables of attachments.
enum AttachmentTables {
    static func create(_ transaction: Transaction, _ d: Dialect) throws {
        try transaction.run(
            script: """
                CREATE TABLE attachments (
                    id \(d.identity), account \(d.integer) NOT NULL, owner_kind \(d.integer) NOT NULL,
                    owner_id \(d.integer) NOT NULL, field \(d.text) NOT NULL, key \(d.text) NOT NULL,
                    name \(d.text) NOT NULL, inline \(d.integer) NOT NULL, size \(d.integer) NOT NULL,
                    created_by_id \(d.integer) NOT NULL REFERENCES people (id), created_at \(d.integer) NOT NULL,
                    UNIQUE (owner_kind, owner_id, field, key)) \(d.tableOptions);
                CREATE INDEX attachments_owner ON attachments (owner_kind, owner_id, id);
                CREATE INDEX attachments_key ON attachments (key);
                CREATE TABLE file_removals (
                    key \(d.text) PRIMARY KEY, created_at \(d.integer) NOT NULL) \(d.tableOptions);
                CREATE TABLE sweeps (
                    name \(d.text) PRIMARY KEY, claimed_at \(d.integer) NOT NULL, done_through \(d.integer) NOT NULL)
                    \(d.tableOptions);
                """)
    }
}
