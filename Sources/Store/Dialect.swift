/// What differs between the engines' SQL. Everything else is written once, in the part both understand.
public struct Dialect: Sendable {
    /// The column type of an id that the engine gives out and never gives out again.
    public let identity: String
    /// The type of integers of 64 bits.
    public let integer: String
    /// The type of text that sorts by code point.
    public let text: String
    /// What stands after the closing parenthesis of a table.
    public let tableOptions: String
    /// The same for a table that is its primary key's index.
    public let keyedTableOptions: String

    /// The embedded engine.
    public static let sqlite = Dialect(
        identity: "INTEGER PRIMARY KEY AUTOINCREMENT", integer: "INTEGER", text: "TEXT", tableOptions: "STRICT",
        keyedTableOptions: "STRICT, WITHOUT ROWID")
}
