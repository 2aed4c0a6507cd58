/// References to records in input: the ids behind `team_id` and `ci_ids` (docs/protocol/data-types.md#input).
public enum ReferenceInput {
    /// A positive id, from a whole number or a string of decimal digits.
    public static func id(_ json: JSON) -> Int64? {
        switch json {
        case .integer, .number: WholeNumber.value(of: json).flatMap { $0 > 0 ? $0 : nil }
        case .string(let text): id(text.utf8[...])
        default: nil
        }
    }

    /// The ids of an array, or of a string with commas between them; nil if any of them is not one.
    ///
    /// An empty string is an empty list, as it is how a form clears one.
    public static func ids(_ json: JSON) -> [Int64]? {
        switch json {
        case .array(let elements): all(elements.lazy.map { id($0) })
        case .string(""): []
        case .string(let text):
            all(text.utf8.split(separator: 0x2C, omittingEmptySubsequences: false).lazy.map { id(trimmed($0)) })
        default: nil
        }
    }

    private static func all(_ found: some Sequence<Int64?>) -> [Int64]? {
        var ids: [Int64] = []
        for id in found {
            guard let id else { return nil }
            ids.append(id)
        }
        return ids
    }

    private static func id(_ digits: Substring.UTF8View) -> Int64? {
        guard digits.allSatisfy({ (0x30...0x39).contains($0) }), let value = Int64(Substring(digits)), value > 0
        else { return nil }
        return value
    }

    private static func trimmed(_ text: Substring.UTF8View) -> Substring.UTF8View {
        var text = text.drop { $0 == 0x20 }
        while text.last == 0x20 { text.removeLast() }
        return text
    }
}
