import Store

/// The tables of the third migration: of workflows, and with them those of their phases, tasks and approvals, and of
/// what comes due. Each refers only to those before it.
enum WorkflowTables {
    static func create(_ transaction: Transaction, _ d: Dialect) throws {
        for script in [
            workflows(d), PhaseTables.create(d), columnOfRequests(d), TaskTables.create(d), TaskTables.links(d),
            indexes, TaskTables.indexes, ApprovalTables.create(d), ScheduleTables.create(d),
        ] {
            try transaction.run(script: script)
        }
    }

    private static func workflows(_ d: Dialect) -> String {
        """
        CREATE TABLE workflows (
            id \(d.identity), account \(d.integer) NOT NULL REFERENCES accounts (number),
            life_cycle \(d.integer) NOT NULL, status \(d.integer) NOT NULL, subject \(d.text) NOT NULL,
            category \(d.integer) NOT NULL, impact \(d.integer) NOT NULL, justification \(d.integer) NOT NULL,
            manager_id \(d.integer) NOT NULL REFERENCES people (id),
            service_id \(d.integer) NOT NULL REFERENCES services (id), completion_reason \(d.integer),
            completed_at \(d.integer), completion_target_at \(d.integer), start_at \(d.integer),
            planned_effort \(d.integer) NOT NULL, resolution_duration \(d.integer),
            prevent_request_completion \(d.integer) NOT NULL, workflow_type \(d.text), custom_fields \(d.text) NOT NULL,
            source \(d.text), source_id \(d.text), created_at \(d.integer) NOT NULL, updated_at \(d.integer) NOT NULL)
            \(d.tableOptions);
        """
    }

    private static func columnOfRequests(_ d: Dialect) -> String {
        """
        ALTER TABLE requests ADD COLUMN workflow_id \(d.integer) REFERENCES workflows (id);
        CREATE INDEX requests_workflow ON requests (workflow_id, id) WHERE workflow_id IS NOT NULL;
        """
    }

    /// What lists are kept flat by; see the same for requests.
    private static let indexes = listIndexes(
        of: "workflows",
        [
            "id", "status", "subject", "manager_id", "service_id", "completion_target_at", "completed_at", "created_at",
            "updated_at", "source_id",
        ])

    /// An index for each column, of the records of an account that are equally archived or trashed.
    static func listIndexes(of table: String, _ columns: [String]) -> String {
        columns.map { column in
            let key = column == "id" ? "id" : "\(column), id"
            return "CREATE INDEX \(table)_by_\(column) ON \(table) (account, life_cycle, \(key));"
        }.joined(separator: "\n")
    }
}
