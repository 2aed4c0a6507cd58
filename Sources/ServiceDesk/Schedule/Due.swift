import Resources
import Store
import Wire

/// What comes due, one entry a record: a workflow's next tasks to be assigned, the waiting
/// of a task or of a request to end.
enum Due {
    /// Says when a record comes due; nil takes back what was said.
    static func set(_ transaction: Transaction, _ kind: RecordKind, _ id: Int64, at time: Timestamp?) throws {
        guard let time else {
            try transaction.execute("DELETE FROM due WHERE kind = \(kind.code) AND record_id = \(id)")
            return
        }
        try transaction.execute(
            """
            INSERT INTO due (at, kind, record_id) VALUES (\(time), \(kind.code), \(id))
            ON CONFLICT (kind, record_id) DO UPDATE SET at = excluded.at
            """)
    }
}
