import Wire

// Bodies and expectations are written as Swift literals.
extension JSON: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    public init(stringLiteral value: String) { self = .string(value) }
    public init(integerLiteral value: Int64) { self = .integer(value) }
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    public init(arrayLiteral elements: JSON...) { self = .array(elements) }
    public init(dictionaryLiteral elements: (String, JSON)...) { self = .object(JSONObject(elements)) }
}

extension JSON {
    /// The value of a key; nil when it is absent, which is not the same as null.
    subscript(key: String) -> JSON? {
        if case .object(let object) = self { object[key] } else { nil }
    }

    /// The keys in order; empty for what is no object.
    var keys: [String] {
        if case .object(let object) = self { object.members.map(\.key) } else { [] }
    }

    /// The entries; empty for what is no array.
    var items: [JSON] {
        if case .array(let items) = self { items } else { [] }
    }

    /// The integer, if this is one.
    var integer: Int64? {
        if case .integer(let value) = self { value } else { nil }
    }

    /// The compact text.
    var compact: String { String(decoding: bytes, as: UTF8.self) }

    /// Reads a text that is written in a test.
    static func of(_ text: String) throws -> JSON { try JSON.parse(Array(text.utf8)) }
}
