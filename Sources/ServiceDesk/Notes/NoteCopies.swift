import Resources
import Store

/// Where else a note is written: a task may have its notes copied to its workflow, and to the requests that the
/// workflow is carried out for. That follows from the task, so whoever writes the note need not see these.
enum NoteCopies {
    /// The records that get a copy; requests that lie in the archive or the trash get none.
    static func places(
        _ transaction: Transaction, of kind: RecordKind, _ id: Int64
    ) throws -> [(kind: RecordKind, id: Int64)] {
        guard kind == .task else { return [] }
        let db = transaction.db
        let task = try db.first(
            "SELECT workflow_id, account, copy_note_to_workflow, copy_note_to_request FROM tasks WHERE id = \(id)"
        ) { (workflow: $0.integer(0), account: $0.integer(1), copiesUp: $0.flag(2), copiesOut: $0.flag(3)) }
        guard let task else { return [] }
        var places: [(kind: RecordKind, id: Int64)] = []
        if task.copiesUp { places.append((.workflow, task.workflow)) }
        if task.copiesOut {
            let requests = try db.integers(
                """
                SELECT t.id FROM requests t WHERE t.account = \(task.account)
                AND t.life_cycle = \(LifeCycle.active.rawValue) AND t.workflow_id = \(task.workflow)
                ORDER BY t.id\(raw: db.dialect.lock)
                """)
            places += requests.map { (.request, $0) }
        }
        return places
    }
}
