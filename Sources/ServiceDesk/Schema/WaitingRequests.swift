import Store

/// Requests that wait come due from now on, those that wait already too: at their time, or at once where they wait for
/// a workflow that is completed, archived or trashed. The codes are those there were at this step: 6 is a request, 50
/// one that waits until a time, 70 one that waits for its workflow, and a workflow of status 50 is completed.
enum WaitingRequests {
    static func enter(_ transaction: Transaction) throws {
        try transaction.execute(
            """
            INSERT INTO due (kind, record_id, at)
            SELECT 6, id, waiting_until FROM requests
            WHERE status = 50 AND waiting_until IS NOT NULL AND life_cycle = 0
            """)
        try transaction.execute(
            """
            INSERT INTO due (kind, record_id, at)
            SELECT 6, r.id, \(transaction.now) FROM requests r JOIN workflows w ON w.id = r.workflow_id
            WHERE r.status = 70 AND r.life_cycle = 0 AND (w.life_cycle <> 0 OR w.status = 50)
            """)
    }
}
