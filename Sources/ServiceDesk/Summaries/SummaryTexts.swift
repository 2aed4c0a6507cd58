import Resources
import Store
import Wire

/// The notes of a workflow and its tasks that everybody may read who sees these, and the files that hang on any of
/// their texts.
struct SummaryTexts {
    private struct Place: Hashable {
        let kind: Int64
        let id: Int64
        var field = ""
    }

    private var files: [Place: [WorkflowSummary.File]] = [:]
    private var remarks: [Place: [WorkflowSummary.Remark]] = [:]

    init(_ db: Database, workflow: Int64) throws {
        let tasks: SQL = "SELECT id FROM tasks WHERE workflow_id = \(workflow)"
        let notes =
            try Self.notes(
                db, "n.owner_kind = \(RecordKind.workflow.code) AND n.owner_id = \(workflow)", order: "n.id", limit: 1)
            + Self.notes(
                db, "n.owner_kind = \(RecordKind.workflow.code) AND n.owner_id = \(workflow)", order: "n.id DESC",
                limit: WorkflowSummary.maximumNotes)
            + Self.notes(
                db, "n.owner_kind = \(RecordKind.task.code) AND n.owner_id IN (\(tasks))", order: "n.id DESC",
                limit: WorkflowSummary.maximumTaskNotes)
        try find(db, "owner_kind = \(RecordKind.workflow.code) AND owner_id = \(workflow)")
        try find(db, "owner_kind = \(RecordKind.task.code) AND owner_id IN (\(tasks))")
        if !notes.isEmpty {
            try find(db, "owner_kind = \(RecordKind.note.code) AND owner_id IN (\(list: notes.map(\.id)))")
        }
        var told: Set<Int64> = []
        for note in notes.sorted(by: { $0.id < $1.id }) where told.insert(note.id).inserted {
            // Notes keep their files as those of the field that brought them.
            let files = files.filter { $0.key.kind == RecordKind.note.code && $0.key.id == note.id }.flatMap(\.value)
            remarks[note.place, default: []].append(
                WorkflowSummary.Remark(
                    person: note.person, time: note.time, story: WorkflowSummary.Story(text: note.text, files: files)))
        }
    }

    func files(of kind: RecordKind, _ id: Int64, _ field: String) -> [WorkflowSummary.File] {
        files[Place(kind: kind.code, id: id, field: field)] ?? []
    }

    /// Oldest first.
    func remarks(on kind: RecordKind, _ id: Int64) -> [WorkflowSummary.Remark] {
        remarks[Place(kind: kind.code, id: id)] ?? []
    }

    private static func notes(
        _ db: Database, _ condition: SQL, order: String, limit: Int
    ) throws -> [(id: Int64, place: Place, person: String, text: String, time: Timestamp)] {
        try db.all(
            """
            SELECT n.id, n.owner_kind, n.owner_id, p.name, n.text, n.created_at FROM notes n
            JOIN people p ON p.id = n.person_id WHERE \(condition) AND n.internal = 0
            ORDER BY \(raw: order) LIMIT \(raw: String(limit))
            """
        ) { row in
            (
                id: row.integer(0), place: Place(kind: row.integer(1), id: row.integer(2)), person: row.text(3),
                text: row.text(4), time: row.timestamp(5)
            )
        }
    }

    private mutating func find(_ db: Database, _ condition: SQL) throws {
        try db.query(
            """
            SELECT owner_kind, owner_id, field, key, name, size, inline FROM attachments WHERE \(condition) ORDER BY id
            """
        ) { row in
            let place = Place(kind: row.integer(0), id: row.integer(1), field: row.text(2))
            files[place, default: []].append(
                WorkflowSummary.File(
                    key: row.text(3), name: row.text(4), size: row.integer(5), isInline: row.flag(6)))
        }
    }
}
