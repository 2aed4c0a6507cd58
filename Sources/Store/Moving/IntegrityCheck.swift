/// Whether a SQLite file is sound: all its pages, indexes and constraints are gone through.
struct IntegrityCheck {
    private let database: Database

    /// All that is wrong; the engine stops at a hundred unless it is told otherwise.
    private static let everything = "PRAGMA integrity_check(2147483647)"

    init(_ connection: SQLiteConnection) { database = Database(connection) }

    /// The first thing that is wrong, or nil.
    func problem() -> String? {
        do {
            var problem: String?
            var refuted: [String: Bool] = [:]
            try database.connection.step(plan: nil, Self.everything, []) { row in
                let text = row.text(0)
                if text == "ok" { return true }
                if refuted[text] == nil { refuted[text] = try isFalseAlarm(text) }
                if refuted[text] == false { problem = text }
                return problem == nil
            }
            return problem
        } catch let error as StoreError {
            return error.description
        } catch {
            return String(describing: error)
        }
    }

    /// SQLite 3.40 and older say "NULL value in due.at" of every row of a table that is its key's index and has a NOT
    /// NULL column before the key's columns, because the check reads columns by their place in the table and not in
    /// the key. The alarm is believed unless a query finds no such row.
    private func isFalseAlarm(_ text: String) throws -> Bool {
        let alarm = "NULL value in "
        guard text.hasPrefix(alarm) else { return false }
        let names = text.dropFirst(alarm.count).split(separator: ".").map(String.init)
        guard names.count == 2, try database.tables().contains(names[0]) else { return false }
        let table = try database.table(names[0])
        guard table.hasColumnBeforeKey, table.columns.contains(names[1]) else { return false }
        // "IS NULL" would be taken for false without a look, since the column is declared so.
        let null = SQL(text: "SELECT 1 FROM \(names[0]) NOT INDEXED WHERE typeof(\(names[1])) = 'null' LIMIT 1")
        let row = try database.first(null) { _ in true }
        return row == nil
    }
}
