extension Typesetter {
    /// How much text is laid out at once, in bytes of UTF-8. The time it takes grows with the square of the length of a
    /// word, or of a row of spaces or accents; this keeps it in proportion to the text.
    private static let window = 2000

    /// The lines of a text of any length, wrapped to a width in points; at least one, which may be empty.
    /// - Throws: `DocumentError` when they would fill more pages than there may be.
    func lines(_ text: String, _ font: Font, width: Double) throws -> [TextLine] {
        try lines(StyledBytes(clean: text), font, width: width)
    }

    /// The same where parts look different.
    func lines(_ styled: StyledBytes, _ font: Font, width: Double) throws -> [TextLine] {
        let limit = Int(Double(Document.pageLimit) * Style.height / (font.ascent + font.descent))
        return try styled.text.withUnsafeBufferPointer { text in
            var lines: [TextLine] = []
            var start = 0
            var spans = styled.spans[...]
            while true {
                let end = Self.end(of: text, from: start)
                spans = spans.drop { $0.bytes.upperBound <= start }
                let here = spans.prefix { $0.bytes.lowerBound < end }
                var (found, added) = (layout(text[start..<end], font, width: width, here, from: start).lines, 0)
                // What continues a paragraph keeps its direction, whatever letter it begins with.
                if let before = lines.last, start > 0, text[start - 1] != newline,
                    found.first?.isRightToLeft != before.isRightToLeft
                {
                    let mark = Array((before.isRightToLeft ? "\u{200F}" : "\u{200E}").utf8)
                    let layout = continued(mark, text[start..<end], font, width, here, from: start)
                    (found, added) = (layout.lines, mark.count)
                }
                guard end < text.count else { return lines + found }
                // The last line may go on: it is laid out anew, unless it is all there is.
                if let last = found.last, last.start > added {
                    found.removeLast()
                    start += last.start - added
                } else {
                    start = end
                }
                lines += found
                guard lines.count <= limit else { throw Paginator.tooManyPages }
            }
        }
    }

    /// Where a window ends: not within a character's bytes.
    private static func end(of text: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        guard start + window < text.count else { return text.count }
        var end = start + window
        while text[end] & 0xC0 == 0x80, end > start + 1 { end -= 1 }
        return end
    }

    /// A text after an invisible character that gives it a direction.
    private func continued(
        _ mark: [UInt8], _ text: Slice<UnsafeBufferPointer<UInt8>>, _ font: Font, _ width: Double,
        _ spans: ArraySlice<StyledBytes.Span>, from start: Int
    ) -> TextLayout {
        (mark + text).withUnsafeBufferPointer {
            layout($0[...], font, width: width, spans, from: start - mark.count)
        }
    }
}

private let newline: UInt8 = 0x0A
