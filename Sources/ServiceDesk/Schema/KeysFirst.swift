import Store

/// The table of what comes due, with its key's columns first: SQLite 3.40 and older take every row of such a table for
/// damaged when another column stands before them (`PRAGMA integrity_check`). And a table for signs of life, which says
/// whether the disk takes anything.
enum KeysFirst {
    static func apply(_ transaction: Transaction, _ d: Dialect) throws {
        try transaction.run(
            script: """
                ALTER TABLE due RENAME TO due_before;
                DROP INDEX due_at;
                CREATE TABLE due (
                    kind \(d.integer) NOT NULL, record_id \(d.integer) NOT NULL, at \(d.integer) NOT NULL,
                    PRIMARY KEY (kind, record_id)) \(d.keyedTableOptions);
                INSERT INTO due (kind, record_id, at) SELECT kind, record_id, at FROM due_before;
                DROP TABLE due_before;
                CREATE INDEX due_at ON due (at);
                CREATE TABLE heartbeats (name \(d.text) PRIMARY KEY, at \(d.integer) NOT NULL) \(d.tableOptions);
                """)
    }
}
