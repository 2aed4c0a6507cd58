import Store

/// The tables of workflows, their tasks and approvals, and of what comes due.
enum WorkflowTables {
    static func create(_ transaction: Transaction, _ d: Dialect) throws {
        for script in [workflows(d), tasks(d), links(d), indexes, approvals(d), schedule(d)] {
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
        CREATE TABLE phases (
            id \(d.identity), account \(d.integer) NOT NULL REFERENCES accounts (number),
            workflow_id \(d.integer) NOT NULL REFERENCES workflows (id), name \(d.text) NOT NULL, source_id \(d.text),
            position \(d.integer) NOT NULL, status \(d.integer) NOT NULL, started_at \(d.integer),
            completed_at \(d.integer), created_at \(d.integer) NOT NULL, updated_at \(d.integer) NOT NULL)
            \(d.tableOptions);
        CREATE INDEX phases_workflow ON phases (workflow_id, id);
        ALTER TABLE requests ADD COLUMN workflow_id \(d.integer) REFERENCES workflows (id);
        CREATE INDEX requests_workflow ON requests (workflow_id, id) WHERE workflow_id IS NOT NULL;
        """
    }

    private static func tasks(_ d: Dialect) -> String {
        """
        CREATE TABLE tasks (
            id \(d.identity), account \(d.integer) NOT NULL REFERENCES accounts (number),
            life_cycle \(d.integer) NOT NULL, status \(d.integer) NOT NULL,
            workflow_id \(d.integer) NOT NULL REFERENCES workflows (id), subject \(d.text) NOT NULL,
            category \(d.integer) NOT NULL, impact \(d.integer) NOT NULL,
            team_id \(d.integer) NOT NULL REFERENCES teams (id), member_id \(d.integer) REFERENCES people (id),
            manager_id \(d.integer) NOT NULL REFERENCES people (id), phase_id \(d.integer) REFERENCES phases (id),
            failure_task_id \(d.integer) REFERENCES tasks (id), planned_duration \(d.integer) NOT NULL,
            planned_effort \(d.integer), start_at \(d.integer), waiting_until \(d.integer), assigned_at \(d.integer),
            completion_target_at \(d.integer), finished_at \(d.integer), resolution_duration \(d.integer),
            required_approvals \(d.integer) NOT NULL, rejection_count \(d.integer) NOT NULL, instructions \(d.text),
            checked_items \(d.text), supplier_id \(d.integer) REFERENCES organizations (id),
            supplier_request_id \(d.text), urgent \(d.integer) NOT NULL, provider_not_accountable \(d.integer) NOT NULL,
            work_hours_are_24x7 \(d.integer) NOT NULL, custom_fields \(d.text) NOT NULL, source \(d.text),
            source_id \(d.text), created_at \(d.integer) NOT NULL, updated_at \(d.integer) NOT NULL)
            \(d.tableOptions);
        CREATE INDEX tasks_workflow ON tasks (workflow_id, id);
        CREATE INDEX tasks_failure ON tasks (failure_task_id) WHERE failure_task_id IS NOT NULL;
        """
    }

    /// Which tasks wait for which.
    private static func links(_ d: Dialect) -> String {
        let task = "\(d.integer) NOT NULL REFERENCES tasks (id)"
        return """
            CREATE TABLE task_links (
                task_id \(task), successor_id \(task),
                workflow_id \(d.integer) NOT NULL REFERENCES workflows (id), PRIMARY KEY (task_id, successor_id))
                \(d.keyedTableOptions);
            CREATE INDEX task_links_successor ON task_links (successor_id, task_id);
            CREATE INDEX task_links_workflow ON task_links (workflow_id, task_id, successor_id);
            """
    }

    /// What lists are kept flat by; see the same for requests.
    private static let indexes: String = {
        func indexes(_ table: String, _ columns: [String]) -> [String] {
            columns.map { column in
                let key = column == "id" ? "id" : "\(column), id"
                return "CREATE INDEX \(table)_by_\(column) ON \(table) (account, life_cycle, \(key));"
            }
        }
        let workflows = [
            "id", "status", "subject", "manager_id", "service_id", "completion_target_at", "completed_at", "created_at",
            "updated_at", "source_id",
        ]
        let tasks = [
            "id", "status", "subject", "team_id", "member_id", "manager_id", "completion_target_at", "finished_at",
            "created_at", "updated_at", "source_id",
        ]
        return (indexes("workflows", workflows) + indexes("tasks", tasks)).joined(separator: "\n")
    }()

    private static func approvals(_ d: Dialect) -> String {
        """
        CREATE TABLE approvals (
            id \(d.identity), task_id \(d.integer) NOT NULL REFERENCES tasks (id),
            approver_id \(d.integer) NOT NULL REFERENCES people (id), status \(d.integer) NOT NULL,
            planned_effort \(d.integer), summary_key \(d.text), summary_size \(d.integer),
            created_at \(d.integer) NOT NULL, updated_at \(d.integer) NOT NULL, UNIQUE (task_id, approver_id))
            \(d.tableOptions);
        CREATE INDEX approvals_task ON approvals (task_id, id);
        CREATE INDEX approvals_approver ON approvals (approver_id, task_id);
        """
    }

    private static func schedule(_ d: Dialect) -> String {
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
