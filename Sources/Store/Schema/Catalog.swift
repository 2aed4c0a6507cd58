/// A table as the database itself describes it.
struct Table: Sendable {
    let name: String
    /// All columns, in the table's order.
    let columns: [String]
    /// The columns of the primary key, in the key's order.
    let key: [String]

    /// Whether another column stands before one of the key's.
    var hasColumnBeforeKey: Bool { Array(columns.prefix(key.count)).sorted() != key.sorted() }
}

extension Database {
    /// The names of all tables, in order.
    public func tables() throws -> [String] {
        try all(SQL(text: dialect.tableNames)) { $0.text(0) }
    }

    /// The columns of a table, in its order.
    public func columns(of table: String) throws -> [String] { try self.table(table).columns }

    /// A table with its columns and key.
    func table(_ name: String) throws -> Table {
        let columns = try all(SQL(text: dialect.tableColumns, values: [.text(name)])) {
            (name: $0.text(0), keyPlace: $0.integer(1))
        }
        let key = columns.filter { $0.keyPlace > 0 }.sorted { $0.keyPlace < $1.keyPlace }
        return Table(name: name, columns: columns.map(\.name), key: key.map(\.name))
    }
}
