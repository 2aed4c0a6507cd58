import Store

/// Indexes of what somebody is named on in whatever account: what they were granted, and what they watch, each in the
/// order of ids. Watches know whether their request is active, so that a list of them passes over no others.
enum NamedAnywhere {
    static func apply(_ transaction: Transaction, _ d: Dialect) throws {
        try transaction.run(
            script: """
                CREATE INDEX grants_holder ON grants (holder, kind, life_cycle, record_id);
                ALTER TABLE watches ADD COLUMN life_cycle \(d.integer) NOT NULL DEFAULT 0;
                UPDATE watches SET life_cycle = (SELECT r.life_cycle FROM requests r WHERE r.id = watches.subject_id)
                WHERE subject_kind = 6 AND subject_id IN (SELECT id FROM requests WHERE life_cycle <> 0);
                DROP INDEX watches_person;
                CREATE INDEX watches_person ON watches (person_id, subject_kind, life_cycle, subject_id);
                """)
    }
}
