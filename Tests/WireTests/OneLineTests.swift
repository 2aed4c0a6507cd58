import Testing
import Wire

@Suite struct OneLineTests {
    /// Everything of the category of controls, and the two separators that are not in it.
    private static func isToBreak(_ scalar: Unicode.Scalar) -> Bool {
        [.control, .lineSeparator, .paragraphSeparator].contains(scalar.properties.generalCategory)
    }

    @Test func whatBreaksALineIsWhatUnicodeSaysDoes() {
        let wrong = (UInt32(0)...0x10FFFF).compactMap(Unicode.Scalar.init).filter {
            $0.breaksLine != Self.isToBreak($0)
        }
        #expect(wrong == [])
    }

    @Test(arguments: ["", " ", "a", "  a  b ", "é e\u{301}", "\u{A0}\u{200B}\u{202A}", "日本 👍🏽"])
    func oneLineStaysAsItIs(_ text: String) {
        #expect(text.isOneLine)
        #expect(Array(text.onOneLine.utf8) == Array(text.utf8))
    }

    @Test(arguments: [
        ("a\r\nb", "a b"), ("a\nb", "a b"), ("a \t b", "a b"), ("\na", "a"), ("a  \u{7F}", "a"),
        ("a  b\u{2028}\u{2029}\u{85}c", "a  b c"), ("\u{1B}[31mred\u{1B}[0m", "[31mred [0m"), ("\n", ""),
        (" \r\n ", ""),
        ("e\u{9F}\u{301}", "e \u{301}"),
    ])
    func moreLinesAreFolded(_ text: String, _ expected: String) {
        #expect(!text.isOneLine)
        #expect(Array(text.onOneLine.utf8) == Array(expected.utf8))
        #expect(text.onOneLine.isOneLine)
    }
}
