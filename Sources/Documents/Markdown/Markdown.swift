extension Document.Block {
    /// A text in Markdown as people read it: emphasis, headings, lists, quotes, code and links. Line breaks stay, and
    /// so does HTML, as it was written. The address of a link is told beside its text, so that nothing is hidden behind
    /// one.
    /// - Parameter pictures: the names of pictures by what the text calls them; they are named, not shown.
    public static func markdown(_ source: String, pictures: [String: String] = [:]) -> Document.Block {
        var reader = MarkdownReader(pictures: pictures)
        for line in PlainText.lines(source).utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        {
            reader.take(line)
        }
        return .paragraphs(reader.finish())
    }
}

/// Reads Markdown line by line, and makes paragraphs of it.
struct MarkdownReader {
    typealias Line = Substring.UTF8View

    private let pictures: [String: String]
    private var paragraphs: [Document.Paragraph] = []
    /// The paragraph that further lines may go on with.
    private var open: Open?
    /// How far the markers of the lists are indented that the last line was in.
    private var lists: [Int] = []
    /// What a block of code ends with, and how far its lines are indented.
    private var fence: (mark: UInt8, count: Int, indent: Int)?
    private var wasBlank = true
    /// How deep the last line was quoted.
    private var depth = 0

    private struct Open {
        enum Kind { case text, code }
        var kind = Kind.text
        var lines: [Line]
        var level: Int
        var marker = ""
        var isClose = false
    }

    init(pictures: [String: String]) { self.pictures = pictures }

    mutating func take(_ line: Line) {
        if takesFenced(line) { return }
        var (quotes, rest) = Self.unquoted(line)
        let indent = Self.indent(of: rest)
        rest = rest.drop(while: Self.isBlank)
        guard !rest.isEmpty else {
            close()
            wasBlank = true
            return
        }
        defer { wasBlank = false }
        if quotes != depth {
            close()
            (depth, lists) = (quotes, [])
        }
        if let fence = MarkdownLine.fence(rest) {
            close()
            self.fence = (fence.mark, fence.count, indent)
            open = Open(kind: .code, lines: [], level: level(of: indent, quotes) + 1)
        } else if let heading = MarkdownLine.heading(rest) {
            close()
            lists = []
            add(heading, level: quotes, isHeading: true)
        } else if endsAsHeading(rest), let text = open {
            open = nil
            add(text.lines, level: text.level, isHeading: true)
        } else if MarkdownLine.isRule(rest) {
            close()
            lists = []
            paragraphs.append(Document.Paragraph(StyledText("———"), level: quotes))
        } else if let item = MarkdownLine.item(rest) {
            takeItem(item, indent, quotes)
        } else if open?.kind == .text {
            open?.lines.append(rest)
        } else if indent >= 4, lists.isEmpty, wasBlank || open?.kind == .code {
            takeIndentedCode(line, quotes)
        } else {
            if indent == 0 { lists = [] }
            close()
            open = Open(lines: [rest], level: level(of: indent, quotes))
        }
    }

    mutating func finish() -> [Document.Paragraph] {
        close()
        return paragraphs
    }

    // MARK: Code

    /// Takes a line within a block of code.
    private mutating func takesFenced(_ line: Line) -> Bool {
        guard let fence else { return false }
        let rest = line.drop(while: Self.isBlank)
        if let end = MarkdownLine.fence(rest), end.mark == fence.mark, end.count >= fence.count, end.isBare {
            self.fence = nil
            close()
            wasBlank = false
        } else {
            open?.lines.append(line.dropFirst(min(fence.indent, Self.indent(of: line))))
        }
        return true
    }

    private mutating func takeIndentedCode(_ line: Line, _ quotes: Int) {
        if open == nil { open = Open(kind: .code, lines: [], level: quotes + 1) }
        open?.lines.append(line.dropFirst(4))
    }

    // MARK: Lists

    private mutating func takeItem(_ item: MarkdownLine.Item, _ indent: Int, _ quotes: Int) {
        let isFirst = lists.isEmpty
        close()
        while let last = lists.last, indent < last + 2 { lists.removeLast() }
        let level = min(lists.count + quotes, Document.Paragraph.levelLimit)
        lists.append(indent)
        open = Open(lines: [item.text], level: level, marker: item.marker, isClose: !isFirst && !wasBlank)
    }

    /// How many steps text is indented that goes on with a list, or stands in a quote.
    private func level(of indent: Int, _ quotes: Int) -> Int {
        min(lists.count { $0 < indent } + quotes, Document.Paragraph.levelLimit)
    }

    // MARK: Paragraphs

    /// A line of `=` or `-` makes the one line above it a heading.
    private func endsAsHeading(_ line: Line) -> Bool {
        guard let open, open.kind == .text, open.marker.isEmpty, open.lines.count == 1, let first = line.first,
            first == UInt8(ascii: "=") || first == UInt8(ascii: "-")
        else { return false }
        let line = Self.trimmed(line)
        return line.count >= 3 && line.allSatisfy { $0 == first }
    }

    private mutating func close() {
        guard let open else { return }
        self.open = nil
        switch open.kind {
        case .text: add(open.lines, level: open.level, marker: open.marker, isClose: open.isClose)
        case .code:
            let text = open.lines.map { String(Substring($0)) }.joined(separator: "\n")
            paragraphs.append(Document.Paragraph(StyledText(text, .code), level: open.level))
        }
    }

    private mutating func add(
        _ lines: [Line], level: Int, marker: String = "", isClose: Bool = false, isHeading: Bool = false
    ) {
        var bytes: [UInt8] = []
        for line in lines {
            if !bytes.isEmpty { bytes.append(UInt8(ascii: "\n")) }
            bytes += Self.trimmed(line)
        }
        var inlines = MarkdownInlines(bytes, pictures: pictures)
        let text = inlines.read(isHeading ? .bold : [])
        paragraphs.append(
            Document.Paragraph(text, level: level, marker: marker, isClose: isClose, isHeading: isHeading))
    }

    private mutating func add(_ line: Line, level: Int, isHeading: Bool) {
        add([line], level: level, isHeading: isHeading)
    }

    // MARK: Lines

    private static func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }

    /// Without the spaces at its end.
    private static func trimmed(_ line: Line) -> Line {
        var line = line
        while let last = line.last, isBlank(last) { line.removeLast() }
        return line
    }

    private static func indent(of line: Line) -> Int {
        line.prefix(while: isBlank).reduce(0) { $0 + ($1 == UInt8(ascii: "\t") ? 4 : 1) }
    }

    /// How deep a line is quoted, and the line without the signs that say so.
    private static func unquoted(_ line: Line) -> (Int, Line) {
        var (quotes, rest) = (0, line)
        while quotes < Document.Paragraph.levelLimit {
            let start = rest.drop(while: isBlank)
            guard indent(of: rest) < 4, start.first == UInt8(ascii: ">") else { break }
            rest = start.dropFirst()
            if rest.first == UInt8(ascii: " ") { rest = rest.dropFirst() }
            quotes += 1
        }
        return (quotes, rest)
    }
}
