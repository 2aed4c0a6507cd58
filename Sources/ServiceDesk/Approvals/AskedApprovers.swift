import Resources
import Store

/// Lets those who are asked to approve a task see its workflow, in databases that were made before they did.
enum AskedApprovers {
    static func apply(_ transaction: Transaction) throws {
        try transaction.execute(
            """
            INSERT INTO grants (holder, kind, account, life_cycle, record_id)
            SELECT DISTINCT a.approver_id, \(RecordKind.workflow.code), w.account, w.life_cycle, w.id
            FROM approvals a JOIN tasks t ON t.id = a.task_id JOIN workflows w ON w.id = t.workflow_id
            WHERE a.status = \(ApprovalStatus.assigned.rawValue) ON CONFLICT DO NOTHING
            """)
    }
}
