import Wire

extension JSON {
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
