import Store

/// The table of approvals.
enum ApprovalTables {
    static func create(_ d: Dialect) -> String {
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
}
