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

    private let source: [UInt8]
    private let pictures: [String: String]
    private var place = 0
    private var pieces: [Piece] = []
    /// Where text in brackets begins, and whether it is a picture's.
    private var brackets: [(piece: Int, isPicture: Bool)] = []
    /// Where runs of backticks begin, by their length.
    private var backticks: [Int: [Int]] = [:]

    /// The longest address that is taken for one, in bytes.
    private static let longestAddress = 2_000

    init(_ source: [UInt8], pictures: [String: String]) {
        self.source = source
        self.pictures = pictures
        var place = 0
        while place < source.count {
            let count = count(of: backtick, at: place)
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
        case UInt8(ascii: "\\") where place + 1 < source.count && source[place + 1] == newline: place += 1
        case backtick: readCode()
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

    private mutating func say(_ bytes: ArraySlice<UInt8>, _ style: StyledText.Style = []) {
        if let last = pieces.last, last.signs == nil, last.style == style, brackets.last?.piece != pieces.count - 1 {
            pieces[pieces.count - 1].text += bytes
        } else {
            pieces.append(Piece(text: Array(bytes), style: style))
        }
    }

    // MARK: Code and emphasis

    private mutating func readCode() {
        let count = count(of: backtick, at: place)
        let start = place + count
        while let next = backticks[count]?.last, next <= place { backticks[count]?.removeLast() }
        guard let end = backticks[count]?.last else {
            say(source[place..<start])
            place = start
            return
        }
        var code = source[start..<end]
        // A space on either side lets code begin and end with a backtick.
        if code.count > 2, code.first == space, code.last == space { code = code.dropFirst().dropLast() }
        say(code, .code)
        place = end + count
    }

    private mutating func readSigns(_ mark: UInt8) {
        let count = count(of: mark, at: place)
        let before = place > 0 ? source[place - 1] : space
        let after = place + count < source.count ? source[place + count] : space
        let signs = Signs(
            mark: mark, count: count, opens: !Self.isSpace(after) && !Self.isWord(before),
            closes: !Self.isSpace(before) && !Self.isWord(after))
        let text = source[place..<place + count]
        place += count
        let isOne = mark == UInt8(ascii: "~") && count != 2
        if isOne || !(signs.opens || signs.closes) { return say(text) }
        pieces.append(Piece(text: Array(text), signs: signs))
    }

    // MARK: Links and pictures

    private mutating func openBracket(_ count: Int, isPicture: Bool) {
        brackets.append((pieces.count, isPicture))
        pieces.append(Piece(text: Array(source[place..<place + count])))
        place += count
    }

    private mutating func closeBracket() {
        let end = place
        place += 1
        guard let start = brackets.popLast() else { return say(source[end..<end + 1]) }
        guard let (address, next) = self.address(at: place) else { return say(source[end..<end + 1]) }
        place = next
        if start.isPicture {
            let alternative = Array(pieces[(start.piece + 1)...].map(\.text).joined())
            pieces.removeSubrange(start.piece...)
            return say(Array("[\(pictureName(address, alternative))]".utf8)[...], .italic)
        }
        // There are no links within links.
        brackets.removeAll { !$0.isPicture }
        pieces[start.piece].text = []
        let label = pieces[start.piece...].flatMap(\.text)
        if !address.isEmpty, label != address {
            pieces.append(Piece(text: Array(label.isEmpty ? "(".utf8 : " (".utf8) + address + Array(")".utf8)))
        }
    }

    private func pictureName(_ address: [UInt8], _ alternative: [UInt8]) -> String {
        let address = String(decoding: address, as: UTF8.self)
        if let name = pictures[address] { return name }
        if !alternative.isEmpty { return String(decoding: alternative, as: UTF8.self) }
        return address.split(separator: "/").last.map(String.init) ?? "picture"
    }

    /// The address in parentheses that begin at a place, and where they end.
    private func address(at start: Int) -> (address: [UInt8], end: Int)? {
        guard start < source.count, source[start] == UInt8(ascii: "(") else { return nil }
        let limit = min(source.count, start + Self.longestAddress)
        var (place, depth) = (start + 1, 0)
        while place < limit, source[place] == space { place += 1 }
        let first = place
        while place < limit {
            switch source[place] {
            case UInt8(ascii: "("): depth += 1
            case UInt8(ascii: ")") where depth == 0: return (clean(source[first..<place]), place + 1)
            case UInt8(ascii: ")"): depth -= 1
            case newline: return nil
            case space:
                guard let end = endOfTitle(at: place, limit) else { return nil }
                return (clean(source[first..<place]), end)
            default: break
            }
            place += 1
        }
        return nil
    }

    /// Where parentheses end that have nothing but a title after a place.
    private func endOfTitle(at start: Int, _ limit: Int) -> Int? {
        var place = start
        while place < limit, source[place] == space { place += 1 }
        if place < limit, source[place] == UInt8(ascii: "\"") || source[place] == UInt8(ascii: "'") {
            let quote = source[place]
            place += 1
            while place < limit, source[place] != quote, source[place] != newline { place += 1 }
            place += 1
            while place < limit, source[place] == space { place += 1 }
        }
        return place < limit && source[place] == UInt8(ascii: ")") ? place + 1 : nil
    }

    private func clean(_ address: ArraySlice<UInt8>) -> [UInt8] {
        guard address.first == UInt8(ascii: "<"), address.last == UInt8(ascii: ">") else { return Array(address) }
        return Array(address.dropFirst().dropLast())
    }

    /// An address in pointed brackets; anything else in them, such as HTML, stays as it is.
    private mutating func readAddress() {
        let rest = source[(place + 1)...].prefix(Self.longestAddress)
        let schemes = ["https://", "http://", "mailto:"].map { Array($0.utf8) }
        if schemes.contains(where: { rest.starts(with: $0) }),
            let end = rest.firstIndex(where: { $0 == UInt8(ascii: ">") || Self.isSpace($0) }),
            source[end] == UInt8(ascii: ">")
        {
            say(source[place + 1..<end])
            place = end + 1
        } else {
            say(source[place..<place + 1])
            place += 1
        }
    }

    // MARK: Bytes

    private func count(of byte: UInt8, at start: Int) -> Int {
        var end = start
        while end < source.count, source[end] == byte { end += 1 }
        return end - start
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == space || byte == newline || byte == UInt8(ascii: "\t")
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

private let backtick = UInt8(ascii: "`")
private let space = UInt8(ascii: " ")
private let newline = UInt8(ascii: "\n")
