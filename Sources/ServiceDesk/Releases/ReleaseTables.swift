import Store

/// The tables of the seventh migration: releases, and the workflows that each bundles.
enum ReleaseTables {
    static func create(_ transaction: Transaction, _ d: Dialect) throws {
        try transaction.run(script: releases(d) + WorkflowTables.listIndexes(of: "releases", everyday))
    }

    private static func releases(_ d: Dialect) -> String {
        """
        CREATE TABLE releases (
            id \(d.identity), account \(d.integer) NOT NULL REFERENCES accounts (number),
            life_cycle \(d.integer) NOT NULL, status \(d.integer) NOT NULL, subject \(d.text) NOT NULL,
            impact \(d.integer) NOT NULL, manager_id \(d.integer) NOT NULL REFERENCES people (id),
            completion_target_at \(d.integer), completed_at \(d.integer), completion_reason \(d.integer),
            custom_fields \(d.text) NOT NULL, source \(d.text), source_id \(d.text),
            created_at \(d.integer) NOT NULL, updated_at \(d.integer) NOT NULL) \(d.tableOptions);
        ALTER TABLE workflows ADD COLUMN release_id \(d.integer) REFERENCES releases (id);
        CREATE INDEX workflows_release ON workflows (account, life_cycle, release_id, id)
            WHERE release_id IS NOT NULL;
        """
    }

    private static let everyday = [
        "id", "status", "subject", "impact", "manager_id", "completion_target_at", "completed_at", "created_at",
        "updated_at", "source_id",
    ]
}
