/// Links and pictures.
extension MarkdownInlines {
    /// The longest address that is taken for one, in bytes.
    private static let longestAddress = 2_000

    mutating func openBracket(_ count: Int, isPicture: Bool) {
        brackets.append((pieces.count, isPicture))
        pieces.append(Piece(text: Array(source[place..<place + count])))
        place += count
    }

    mutating func closeBracket() {
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
        while place < limit, source[place] == Self.space { place += 1 }
        let first = place
        while place < limit {
            switch source[place] {
            case UInt8(ascii: "("): depth += 1
            case UInt8(ascii: ")") where depth == 0: return (clean(source[first..<place]), place + 1)
            case UInt8(ascii: ")"): depth -= 1
            case Self.newline: return nil
            case Self.space:
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
        while place < limit, source[place] == Self.space { place += 1 }
        if place < limit, source[place] == UInt8(ascii: "\"") || source[place] == UInt8(ascii: "'") {
            let quote = source[place]
            place += 1
            while place < limit, source[place] != quote, source[place] != Self.newline { place += 1 }
            place += 1
            while place < limit, source[place] == Self.space { place += 1 }
        }
        return place < limit && source[place] == UInt8(ascii: ")") ? place + 1 : nil
    }

    private func clean(_ address: ArraySlice<UInt8>) -> [UInt8] {
        guard address.first == UInt8(ascii: "<"), address.last == UInt8(ascii: ">") else { return Array(address) }
        return Array(address.dropFirst().dropLast())
    }

    /// An address in pointed brackets; anything else in them, such as HTML, stays as it is.
    mutating func readAddress() {
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
}
