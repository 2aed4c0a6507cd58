import Foundation

/// Where a database is: the path of a SQLite file, or the address of a PostgreSQL database.
public enum DatabaseAddress: Sendable, CustomStringConvertible {
    case file(String)
    case postgres(PostgresAddress)

    /// Reads what stands behind `--database`.
    /// - Throws: `StoreError` of kind `cannotOpen` for what is neither.
    public init(_ text: String) throws(StoreError) {
        // A line end comes along where it is read from a file.
        let text = text.trimmingCharacters(in: .whitespacesAndNewlines)
        if text.hasPrefix("postgres:/") && !text.hasPrefix("postgres://")
            || text.contains("password=") && !text.contains("://")
        {
            throw StoreError(
                .cannotOpen,
                "cannot read the address of the database; write it like postgres://user:password@host:5432/steward")
        }
        if text.hasPrefix("postgres://") || text.hasPrefix("postgresql://") {
            self = .postgres(try PostgresAddress(text))
        } else if text.isEmpty || text.hasPrefix(":") {
            throw StoreError(.cannotOpen, "cannot open the database '\(text)': give the path of a file")
        } else if let scheme = text.firstRange(of: "://") {
            // What follows may hold a password.
            throw StoreError(
                .cannotOpen,
                """
                cannot open a database at '\(text[..<scheme.upperBound])…': give the path of a SQLite file, or the \
                address of a PostgreSQL database such as postgres://user@host/steward
                """)
        } else {
            self = .file(text)
        }
    }

    /// Whether several machines can work on it at once, and it can be away while this one runs.
    public var isShared: Bool {
        if case .postgres = self { true } else { false }
    }

    /// The address without its password, for messages and logs.
    public var description: String {
        switch self {
        case .file(let path): path
        case .postgres(let address): address.description
        }
    }
}
