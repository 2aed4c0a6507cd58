/// What counts as true in input (docs/protocol/data-types.md#input).
public enum Truth {
    private static let words = ["1", "t", "y", "true", "yes", "on"]

    /// Whether the text is `1`, `T`, `Y`, `TRUE`, `YES` or `ON` in any case; everything else is false.
    public static func value(of text: String) -> Bool {
        // The longest word has four bytes; a whole essay need not be lowered to find out.
        text.utf8.count <= 4 && words.contains(text.lowercased())
    }

    /// Whether the value is true or spells so; nil for null, which says nothing.
    public static func value(of json: JSON) -> Bool? {
        switch json {
        case .null: nil
        case .bool(let value): value
        case .integer, .number: WholeNumber.value(of: json) == 1
        case .string(let text): value(of: text)
        case .array, .object: false
        }
    }
}
