import Store

/// The tables of what comes due, and of what is to be made after a commit.
enum ScheduleTables {
    static func create(_ d: Dialect) -> String {
        """
        CREATE TABLE due (
            at \(d.integer) NOT NULL, kind \(d.integer) NOT NULL, record_id \(d.integer) NOT NULL,
            PRIMARY KEY (kind, record_id)) \(d.keyedTableOptions);
        CREATE INDEX due_at ON due (at);
        CREATE TABLE jobs (
            id \(d.identity), kind \(d.integer) NOT NULL, record_id \(d.integer) NOT NULL,
            created_at \(d.integer) NOT NULL, UNIQUE (kind, record_id)) \(d.tableOptions);
        """
    }
}
