import Store

/// The table of notes, of all kinds of records that have some.
enum NoteTables {
    static func create(_ d: Dialect) -> String {
        """
        CREATE TABLE notes (
            id \(d.identity), owner_kind \(d.integer) NOT NULL, owner_id \(d.integer) NOT NULL,
            person_id \(d.integer) NOT NULL REFERENCES people (id), text \(d.text) NOT NULL,
            internal \(d.integer) NOT NULL, internal_account_id \(d.integer), medium \(d.integer) NOT NULL,
            source_id \(d.text), created_at \(d.integer) NOT NULL) \(d.tableOptions);
        CREATE INDEX notes_owner ON notes (owner_kind, owner_id, id);
        """
    }
}
