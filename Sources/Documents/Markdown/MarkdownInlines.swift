/// Reads what Markdown says within a paragraph: emphasis, code, links and pictures. Signs that come to nothing stay as
/// they are. It takes time in proportion to the text, whatever that is.
struct MarkdownInlines {
    /// A stretch of text, or signs that may become emphasis.
    struct Piece {
        var text: [UInt8]
        var style: StyledText.Style = []
        /// What these signs are; nil for text.
        var signs: Signs?
    }

    struct Signs {
        let mark: UInt8
        var count: Int
        let opens: Bool
        let closes: Bool
    }

    let source: [UInt8]
    /// The names of pictures by what the text calls them.
    let pictures: [String: String]
    var place = 0
    var pieces: [Piece] = []
    /// Where text in brackets begins, and whether it is a picture's.
    var brackets: [(piece: Int, isPicture: Bool)] = []
    /// Where runs of backticks begin, by their length.
    private var backticks: [Int: [Int]] = [:]

    static let space = UInt8(ascii: " ")
    static let newline = UInt8(ascii: "\n")
    private static let backtick = UInt8(ascii: "`")

    init(_ source: [UInt8], pictures: [String: String]) {
        self.source = source
        self.pictures = pictures
        var place = 0
        while place < source.count {
            let count = count(of: Self.backtick, at: place)
            if count > 0 { backticks[count, default: []].append(place) }
            place += max(count, 1)
        }
        for count in Array(backticks.keys) { backticks[count]?.reverse() }
    }

    /// The text as it looks.
    /// - Parameter style: what all of it has.
    mutating func read(_ style: StyledText.Style) -> StyledText {
        while place < source.count { step() }
        let emphasized = MarkdownEmphasis.applied(to: pieces)
        return emphasized.reduce(into: StyledText()) { text, piece in
            text.append(String(decoding: piece.text, as: UTF8.self), piece.style.union(style))
        }
    }

    private mutating func step() {
        let byte = source[place]
        switch byte {
        case UInt8(ascii: "\\") where place + 1 < source.count && Self.isPunctuation(source[place + 1]):
            say(source[place + 1..<place + 2])
            place += 2
        // It stands for the line break that is there anyway.
        case UInt8(ascii: "\\") where place + 1 < source.count && source[place + 1] == Self.newline: place += 1
        case Self.backtick: readCode()
        case UInt8(ascii: "*"), UInt8(ascii: "_"), UInt8(ascii: "~"): readSigns(byte)
        case UInt8(ascii: "!") where place + 1 < source.count && source[place + 1] == UInt8(ascii: "["):
            openBracket(2, isPicture: true)
        case UInt8(ascii: "["): openBracket(1, isPicture: false)
        case UInt8(ascii: "]"): closeBracket()
        case UInt8(ascii: "<"): readAddress()
        default:
            say(source[place..<place + 1])
            place += 1
        }
    }

    mutating func say(_ bytes: ArraySlice<UInt8>, _ style: StyledText.Style = []) {
        if let last = pieces.last, last.signs == nil, last.style == style, brackets.last?.piece != pieces.count - 1 {
            pieces[pieces.count - 1].text += bytes
        } else {
            pieces.append(Piece(text: Array(bytes), style: style))
        }
    }

    // MARK: Code and emphasis

    private mutating func readCode() {
        let count = count(of: Self.backtick, at: place)
        let start = place + count
        while let next = backticks[count]?.last, next <= place { backticks[count]?.removeLast() }
        guard let end = backticks[count]?.last else {
            say(source[place..<start])
            place = start
            return
        }
        var code = source[start..<end]
        // A space on either side lets code begin and end with a backtick.
        if code.count > 2, code.first == Self.space, code.last == Self.space { code = code.dropFirst().dropLast() }
        say(code, .code)
        place = end + count
    }

    private mutating func readSigns(_ mark: UInt8) {
        let count = count(of: mark, at: place)
        let before = place > 0 ? source[place - 1] : Self.space
        let after = place + count < source.count ? source[place + count] : Self.space
        let signs = Signs(
            mark: mark, count: count, opens: !Self.isSpace(after) && !Self.isWord(before),
            closes: !Self.isSpace(before) && !Self.isWord(after))
        let text = source[place..<place + count]
        place += count
        let isOne = mark == UInt8(ascii: "~") && count != 2
        if isOne || !(signs.opens || signs.closes) { return say(text) }
        pieces.append(Piece(text: Array(text), signs: signs))
    }

    // MARK: Bytes

    private func count(of byte: UInt8, at start: Int) -> Int {
        var end = start
        while end < source.count, source[end] == byte { end += 1 }
        return end - start
    }

    static func isSpace(_ byte: UInt8) -> Bool {
        byte == Self.space || byte == Self.newline || byte == UInt8(ascii: "\t")
    }

    /// Letters and digits of ASCII, next to which a sign may mean itself: `snake_case`, `2*3*4`.
    private static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }

    private static func isPunctuation(_ byte: UInt8) -> Bool { (0x21...0x7E).contains(byte) && !isWord(byte) }
}
