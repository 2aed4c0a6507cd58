/// A text in which some parts look different.
public struct StyledText: Sendable, Equatable {
    /// How a part looks.
    public struct Style: OptionSet, Sendable, Hashable {
        public let rawValue: UInt8

        public init(rawValue: UInt8) { self.rawValue = rawValue }

        public static let bold = Style(rawValue: 1)
        public static let italic = Style(rawValue: 2)
        /// In letters of one width.
        public static let code = Style(rawValue: 4)
        /// Crossed out.
        public static let struck = Style(rawValue: 8)
    }

    /// A part that looks the same throughout.
    public struct Run: Sendable, Equatable {
        public let text: String
        public let style: Style
    }

    public private(set) var runs: [Run] = []

    public init(_ text: String = "", _ style: Style = []) { append(text, style) }

    /// Adds a part; what looks as what stands before it becomes one with that.
    public mutating func append(_ text: String, _ style: Style = []) {
        if text.isEmpty { return }
        if let last = runs.last, last.style == style {
            runs[runs.count - 1] = Run(text: last.text + text, style: style)
        } else {
            runs.append(Run(text: text, style: style))
        }
    }

    /// The text without its looks.
    public var text: String { runs.reduce(into: "") { $0 += $1.text } }
}

/// A styled text as it can be laid out: its bytes, and which of them look different.
struct StyledBytes {
    /// Some bytes of a text that look the same.
    struct Span {
        let bytes: Range<Int>
        let style: StyledText.Style
    }

    /// Without characters that mean something to the library alone.
    private(set) var text: [UInt8] = []
    /// In the order of the text; what looks as usual is in none.
    private(set) var spans: [Span] = []

    init(_ styled: StyledText) {
        for run in styled.runs {
            let start = text.count
            text += PlainText.clean(run.text)
            if !run.style.isEmpty, text.count > start {
                spans.append(Span(bytes: start..<text.count, style: run.style))
            }
        }
    }

    /// Of a text that is clean already.
    init(clean text: String) { self.text = Array(text.utf8) }
}
