/// A statement with its values. Interpolation binds: `"… WHERE id = \(id)"` becomes `… WHERE id = ?` and a value,
/// so a value can never become part of the text. What must be spliced (a table or column name that comes from the
/// code) goes through `\(raw:)`, a door one can search for.
public struct SQL: Sendable, ExpressibleByStringInterpolation {
    /// The text, one `?` for every value.
    public private(set) var text: String
    /// The values, in the order of their placeholders.
    public private(set) var values: [SQLValue]

    /// A statement from its parts; the text must come from the code, never from input.
    public init(text: String, values: [SQLValue] = []) {
        self.text = text
        self.values = values
    }

    public init(stringLiteral value: String) {
        self.init(text: value)
    }

    public init(stringInterpolation: StringInterpolation) {
        self.init(text: stringInterpolation.text, values: stringInterpolation.values)
    }

    /// Appends a fragment with its values.
    public mutating func append(_ other: SQL) {
        text += other.text
        values += other.values
    }

    /// Collects text and values.
    public struct StringInterpolation: StringInterpolationProtocol {
        var text = ""
        var values: [SQLValue] = []

        public init(literalCapacity: Int, interpolationCount: Int) {
            text.reserveCapacity(literalCapacity + interpolationCount)
            values.reserveCapacity(interpolationCount)
        }

        public mutating func appendLiteral(_ literal: String) { text += literal }

        /// Binds a value.
        public mutating func appendInterpolation(_ value: some SQLBindable) {
            text += "?"
            values.append(value.sqlValue)
        }

        /// Binds a list, as `?,?,?`; an empty list becomes `NULL`, which nothing equals.
        public mutating func appendInterpolation(list: [some SQLBindable]) {
            text += list.isEmpty ? "NULL" : Array(repeating: "?", count: list.count).joined(separator: ",")
            values += list.map(\.sqlValue)
        }

        /// Splices text that comes from the code.
        public mutating func appendInterpolation(raw: String) { text += raw }

        /// Splices a fragment with its values.
        public mutating func appendInterpolation(_ fragment: SQL) {
            text += fragment.text
            values += fragment.values
        }
    }
}
