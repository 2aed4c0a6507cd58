/// What a line of Markdown begins with, after its indentation.
enum MarkdownLine {
    typealias Line = MarkdownReader.Line

    /// An item of a list.
    struct Item {
        let marker: String
        let text: Line
    }

    /// The sign and the length of what begins or ends a block of code, and whether nothing follows it.
    static func fence(_ line: Line) -> (mark: UInt8, count: Int, isBare: Bool)? {
        guard let mark = line.first, mark == UInt8(ascii: "`") || mark == UInt8(ascii: "~") else { return nil }
        let count = line.prefix { $0 == mark }.count
        let rest = line.dropFirst(count)
        // A backtick further on is the end of code within a line.
        guard count >= 3, mark != UInt8(ascii: "`") || !rest.contains(mark) else { return nil }
        return (mark, count, rest.allSatisfy { $0 == space || $0 == UInt8(ascii: "\t") })
    }

    /// The text of a heading.
    static func heading(_ line: Line) -> Line? {
        let count = line.prefix { $0 == UInt8(ascii: "#") }.count
        guard (1...6).contains(count), line.dropFirst(count).first == space else { return nil }
        var text = line.dropFirst(count).drop { $0 == space }
        while text.last == space { text.removeLast() }
        var end = text
        while end.last == UInt8(ascii: "#") { end.removeLast() }
        return end.last == space ? end : text
    }

    /// Whether it is a line across the page.
    static func isRule(_ line: Line) -> Bool {
        guard let mark = line.first, "*-_".utf8.contains(mark) else { return false }
        return line.allSatisfy { $0 == mark || $0 == space } && line.count { $0 == mark } >= 3
    }

    static func item(_ line: Line) -> Item? {
        guard let first = line.first else { return nil }
        if "-*+".utf8.contains(first) { return item(line.dropFirst(), marker: "•") }
        let digits = line.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        let rest = line.dropFirst(digits.count)
        guard (1...4).contains(digits.count), let end = rest.first, end == UInt8(ascii: ".") || end == UInt8(ascii: ")")
        else { return nil }
        return item(rest.dropFirst(), marker: String(Substring(digits)) + ".")
    }

    private static func item(_ rest: Line, marker: String) -> Item? {
        guard let first = rest.first, first == space || first == UInt8(ascii: "\t") else { return nil }
        let text = rest.drop { $0 == space || $0 == UInt8(ascii: "\t") }
        for (box, sign) in [("[ ] ", "☐"), ("[x] ", "☑"), ("[X] ", "☑")] where text.starts(with: box.utf8) {
            return Item(marker: sign, text: text.dropFirst(4))
        }
        return Item(marker: marker, text: text)
    }

    private static let space = UInt8(ascii: " ")
}
