/// How much of a table is in memory at a time.
struct PortionSize: Sendable {
    /// The most rows.
    var rows = 1000
    /// A portion ends with the row by which its values reach so many bytes. So it is larger by one row at most, and one
    /// very large row is a portion by itself.
    var bytes = 8 << 20
}

/// All rows of a table in the order of its key, a portion at a time.
///
/// The embedded engine hands out one row after another, so a portion simply ends where it is large enough. PostgreSQL
/// sends all rows of a result before the first can be looked at. There the server is asked beforehand how long the
/// next rows are, which it knows without reading long values, and then only for rows up to the one that ends the
/// portion: however the lengths of rows change within a table, no more than a portion is ever sent.
struct TablePortions {
    private let db: Database
    private let table: Table
    private let size: PortionSize
    private let isSentWhole: Bool
    private let key: String
    private let marks: String
    private var last: [SQLValue]?

    init(_ db: Database, _ table: Table, _ size: PortionSize) {
        self.db = db
        self.table = table
        self.size = size
        isSentWhole = db.connection is PostgresConnection
        key = table.key.joined(separator: ", ")
        marks = table.key.map { _ in "?" }.joined(separator: ", ")
    }

    /// The next rows, with the values of all columns; nil after the last.
    mutating func next() throws -> [[SQLValue]]? {
        var end: [SQLValue]?
        if isSentWhole {
            end = try nextEnd()
            if end == nil { return nil }
        }
        var rows: [[SQLValue]] = []
        var bytes = 0
        try read(table.columns, upTo: end) { row in
            let values = table.columns.indices.map { row.value(Int32($0)) }
            bytes += values.reduce(0) { $0 + $1.length }
            rows.append(values)
            return bytes < size.bytes
        }
        guard let row = rows.last else { return nil }
        last = table.key.compactMap { table.columns.firstIndex(of: $0) }.map { row[$0] }
        return rows
    }

    /// The key of the row that ends the next portion; nil after the last row.
    private func nextEnd() throws -> [SQLValue]? {
        let lengths = table.columns.map { "coalesce(octet_length(CAST(\($0) AS text)), 0)" }.joined(separator: " + ")
        var end: [SQLValue]?
        var bytes = 0
        try read(table.key + ["CAST(\(lengths) AS bigint)"], upTo: nil) { row in
            end = table.key.indices.map { row.value(Int32($0)) }
            bytes += Int(row.integer(Int32(table.key.count)))
            return bytes < size.bytes
        }
        return end
    }

    /// Steps through rows behind the last portion until `body` answers false. The limit stands in the text: a plan made
    /// for any number of rows would sort where it should walk the key.
    private func read(_ columns: [String], upTo end: [SQLValue]?, _ body: (borrowing Row) throws -> Bool) throws {
        let conditions = (last == nil ? [] : ["(\(key)) > (\(marks))"]) + (end == nil ? [] : ["(\(key)) <= (\(marks))"])
        let range = conditions.isEmpty ? "" : " WHERE " + conditions.joined(separator: " AND ")
        let text =
            "SELECT \(columns.joined(separator: ", ")) FROM \(table.name)\(range) ORDER BY \(key) LIMIT \(size.rows)"
        try db.connection.step(plan: nil, text, (last ?? []) + (end ?? []), body)
    }
}

extension SQLValue {
    /// How many bytes the value takes.
    fileprivate var length: Int {
        switch self {
        case .null: 0
        case .integer: 8
        case .text(let text): text.utf8.count
        }
    }
}
