import Testing
import Wire

@Suite struct FoldingTests {
    @Test(arguments: [
        ("", ""), ("Ann@Widget.Example", "ann@widget.example"), ("STRASSE@x", "strasse@x"), ("Straße@x", "strasse@x"),
        ("ΣΊΣΥΦΟΣ", "σίσυφοσ"), ("σίσυφος", "σίσυφοσ"), ("\u{212A}", "k"), ("ſ", "s"), ("ﬁ", "fi"),
        ("E\u{301}", "\u{E9}"), ("\u{C9}", "\u{E9}"), ("\u{212B}", "\u{E5}"), ("A\u{30A}", "\u{E5}"),
        ("q\u{307}\u{323}", "q\u{323}\u{307}"), ("I", "i"), ("ı", "ı"), ("İ", "i\u{307}"), ("日本", "日本"),
    ])
    func folds(_ text: String, _ folded: String) {
        // Strings that look alike are equal, so the bytes are compared.
        #expect(Array(text.folded.utf8) == Array(folded.utf8))
        #expect(Array(folded.folded.utf8) == Array(folded.utf8))
    }
}
