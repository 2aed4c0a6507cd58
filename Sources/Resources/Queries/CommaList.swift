/// Lists with commas between their parts, as `fields`, `sort` and filters have them. Blanks around a comma say nothing.
enum CommaList {
    /// The parts that are not empty.
    static func parts(_ text: String) -> [String] {
        text.split(separator: ",").map(trimmed).filter { !$0.isEmpty }
    }

    /// A part without blanks at its ends.
    static func trimmed(_ part: Substring) -> String {
        let isBlank: (Unicode.Scalar) -> Bool = { $0 == " " || $0 == "\t" }
        let rest = part.unicodeScalars.drop(while: isBlank)
        guard let last = rest.lastIndex(where: { !isBlank($0) }) else { return "" }
        return String(Substring(rest[...last]))
    }
}
