import Wire

/// A value as a column holds it. Times are UTC microseconds, booleans 0 and 1, enumerations small integers.
public enum SQLValue: Sendable, Hashable {
    case null
    case integer(Int64)
    case text(String)

    /// The integer, or nil when the value is null or text.
    public var integer: Int64? {
        if case .integer(let value) = self { value } else { nil }
    }

    /// The text, or nil when the value is null or an integer.
    public var text: String? {
        if case .text(let value) = self { value } else { nil }
    }

    /// Whether the value is null.
    public var isNull: Bool { self == .null }

    /// An integer column that holds a yes or no; null is no.
    public var flag: Bool { integer == 1 }
}

/// What can be bound to a placeholder.
public protocol SQLBindable {
    /// The value as the column holds it.
    var sqlValue: SQLValue { get }
}

extension SQLValue: SQLBindable {
    public var sqlValue: SQLValue { self }
}

extension Int64: SQLBindable {
    public var sqlValue: SQLValue { .integer(self) }
}

extension Int: SQLBindable {
    public var sqlValue: SQLValue { .integer(Int64(self)) }
}

extension Bool: SQLBindable {
    public var sqlValue: SQLValue { .integer(self ? 1 : 0) }
}

extension String: SQLBindable {
    public var sqlValue: SQLValue { .text(self) }
}

extension Timestamp: SQLBindable {
    public var sqlValue: SQLValue { .integer(microseconds) }
}

extension Optional: SQLBindable where Wrapped: SQLBindable {
    public var sqlValue: SQLValue { self?.sqlValue ?? .null }
}
