import Store

/// The tables of tasks, and of which wait for which.
enum TaskTables {
    static func create(_ d: Dialect) -> String {
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
    static func links(_ d: Dialect) -> String {
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
    static let indexes = WorkflowTables.listIndexes(
        of: "tasks",
        [
            "id", "status", "subject", "team_id", "member_id", "manager_id", "completion_target_at", "finished_at",
            "created_at", "updated_at", "source_id",
        ])
}
