import Store

/// The table of phases.
enum PhaseTables {
    static func create(_ d: Dialect) -> String {
        """
        CREATE TABLE phases (
            id \(d.identity), account \(d.integer) NOT NULL REFERENCES accounts (number),
            workflow_id \(d.integer) NOT NULL REFERENCES workflows (id), name \(d.text) NOT NULL, source_id \(d.text),
            position \(d.integer) NOT NULL, status \(d.integer) NOT NULL, started_at \(d.integer),
            completed_at \(d.integer), created_at \(d.integer) NOT NULL, updated_at \(d.integer) NOT NULL)
            \(d.tableOptions);
        CREATE INDEX phases_workflow ON phases (workflow_id, id);
        """
    }
}
