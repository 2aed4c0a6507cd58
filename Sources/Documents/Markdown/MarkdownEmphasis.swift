/// Finds which signs of emphasis belong together.
enum MarkdownEmphasis {
    /// The pieces with the styles that the signs around them give them, and without those signs. Every sign is looked
    /// at once for opening and once for closing.
    static func applied(to pieces: [MarkdownInlines.Piece]) -> [MarkdownInlines.Piece] {
        var pieces = pieces
        // The signs that may be closed yet, innermost last.
        var open: [Int] = []
        // How often each style begins and ends before a piece.
        var changes: [Int: [(style: StyledText.Style, difference: Int)]] = [:]
        // Of each mark, how many are open.
        var counts: [UInt8: Int] = [:]
        for place in pieces.indices {
            guard var signs = pieces[place].signs else { continue }
            while signs.closes, signs.count > 0, counts[signs.mark, default: 0] > 0 {
                // What stands open within has found no end.
                while let inner = open.last, let other = pieces[inner].signs, other.mark != signs.mark {
                    open.removeLast()
                    counts[other.mark, default: 0] -= 1
                }
                guard let start = open.last, let opening = pieces[start].signs else { break }
                let used = min(2, opening.count, signs.count)
                let style = style(signs.mark, used)
                changes[start + 1, default: []].append((style, 1))
                changes[place, default: []].append((style, -1))
                signs.count -= used
                pieces[start].signs?.count -= used
                if opening.count == used {
                    open.removeLast()
                    counts[signs.mark, default: 0] -= 1
                }
            }
            pieces[place].signs = signs
            if signs.opens, signs.count > 0 {
                open.append(place)
                counts[signs.mark, default: 0] += 1
            }
        }
        return styled(pieces, changes)
    }

    private static func style(_ mark: UInt8, _ count: Int) -> StyledText.Style {
        if mark == UInt8(ascii: "~") { return .struck }
        return count == 2 ? .bold : .italic
    }

    private static func styled(
        _ pieces: [MarkdownInlines.Piece], _ changes: [Int: [(style: StyledText.Style, difference: Int)]]
    ) -> [MarkdownInlines.Piece] {
        var depths: [StyledText.Style: Int] = [:]
        return pieces.enumerated().map { place, piece in
            for change in changes[place] ?? [] { depths[change.style, default: 0] += change.difference }
            var piece = piece
            for (style, depth) in depths where depth > 0 { piece.style.insert(style) }
            // What found no partner is told as it is.
            if let signs = piece.signs { piece.text = Array(repeating: signs.mark, count: signs.count) }
            return piece
        }
    }
}
