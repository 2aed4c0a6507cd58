import Store

/// The table of watches.
enum WatchTables {
    static func create(_ d: Dialect) -> String {
        """
        CREATE TABLE watches (
            id \(d.identity), subject_kind \(d.integer) NOT NULL, subject_id \(d.integer) NOT NULL,
            person_id \(d.integer) NOT NULL REFERENCES people (id),
            added_by_id \(d.integer) NOT NULL REFERENCES people (id), created_at \(d.integer) NOT NULL,
            updated_at \(d.integer) NOT NULL, UNIQUE (subject_kind, subject_id, person_id)) \(d.tableOptions);
        CREATE INDEX watches_subject ON watches (subject_kind, subject_id, id);
        CREATE INDEX watches_person ON watches (person_id, subject_kind, subject_id);
        """
    }
}
