import Store

/// Whether notes on a task are copied to its workflow, and to the workflow's requests.
enum NoteCopyFlags {
    static func create(_ transaction: Transaction, _ d: Dialect) throws {
        for column in ["copy_note_to_workflow", "copy_note_to_request"] {
            try transaction.run(script: "ALTER TABLE tasks ADD COLUMN \(column) \(d.integer) NOT NULL DEFAULT 0")
        }
    }
}
