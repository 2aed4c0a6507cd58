import Testing

@testable import Documents

/// What Markdown says, as it is printed.
@Suite struct MarkdownTests {
    private typealias Paragraph = Document.Paragraph

    private static func paragraphs(_ source: String, pictures: [String: String] = [:]) -> [Document.Paragraph] {
        guard case .paragraphs(let paragraphs) = Document.Block.markdown(source, pictures: pictures) else { return [] }
        return paragraphs
    }

    private static func styled(_ runs: (String, StyledText.Style)...) -> StyledText {
        runs.reduce(into: StyledText()) { $0.append($1.0, $1.1) }
    }

    @Test(
        "signs within a line",
        arguments: [
            ("plain", [("plain", [])]),
            ("a *b* c", [("a ", []), ("b", .italic), (" c", [])]),
            ("a _b_ c", [("a ", []), ("b", .italic), (" c", [])]),
            ("**a** and __b__", [("a", .bold), (" and ", []), ("b", .bold)]),
            ("***a***", [("a", [.bold, .italic])]),
            ("**a *b* c**", [("a ", .bold), ("b", [.bold, .italic]), (" c", .bold)]),
            ("~~a~~ ~b~", [("a", .struck), (" ~b~", [])]),
            ("`a *b*` *c*", [("a *b*", .code), (" ", []), ("c", .italic)]),
            ("``a ` b``", [("a ` b", .code)]),
            ("`` ` ``", [("`", .code)]),
            ("这是**粗体**文字", [("这是", []), ("粗体", .bold), ("文字", [])]),
            // What means itself stays.
            ("snake_case_name and 2*3*4", [("snake_case_name and 2*3*4", [])]),
            ("a * b * c", [("a * b * c", [])]),
            ("**a", [("**a", [])]), ("a**", [("a**", [])]), ("*a `b", [("*a `b", [])]),
            ("\\*a\\* \\a C:\\dir \\\\", [("*a* \\a C:\\dir \\", [])]),
            ("<b>bold</b> &amp; a < b", [("<b>bold</b> &amp; a < b", [])]),
            ("[a] (b) ![c] [d](", [("[a] (b) ![c] [d](", [])]),
            ("**a _b** c_", [("a _b", .bold), (" c_", [])]),
        ] as [(String, [(String, StyledText.Style)])])
    func inlines(source: String, runs: [(String, StyledText.Style)]) {
        let expected = runs.reduce(into: StyledText()) { $0.append($1.0, $1.1) }
        #expect(Self.paragraphs(source) == [Document.Paragraph(expected)])
    }

    @Test(
        "the address of a link stands beside its text",
        arguments: [
            ("[the plan](https://a.example/p?q=1_2*3*)", "the plan (https://a.example/p?q=1_2*3*)"),
            ("[a](https://a.example/x_(y) \"A title\")!", "a (https://a.example/x_(y))!"),
            ("[https://a.example](https://a.example)", "https://a.example"),
            ("[https://bank.example](https://evil.example)", "https://bank.example (https://evil.example)"),
            ("[](https://a.example) [b]()", "(https://a.example) b"),
            (
                "<https://a.example/b_c> and https://b.example/a_b_c",
                "https://a.example/b_c and https://b.example/a_b_c"
            ),
            ("[a](<b c>)", "[a](<b c>)"), ("[a](b\nc)", "[a](b\nc)"), ("[[a](b)](c)", "[a (b)](c)"),
        ])
    func links(source: String, text: String) {
        #expect(Self.paragraphs(source).map(\.text.text) == [text])
    }

    @Test("pictures are named")
    func pictures() {
        let key = "attachments/5/2026/a b.png"
        let names = ["attachments/5/x.png": "Plan.png"]
        #expect(
            Self.paragraphs("See ![](attachments/5/x.png)!", pictures: names)
                == [Document.Paragraph(Self.styled(("See ", []), ("[Plan.png]", .italic), ("!", [])))])
        #expect(Self.paragraphs("![A *map*](https://a.example/m.png)").map(\.text.text) == ["[A *map*]"])
        #expect(Self.paragraphs("![](https://a.example/m.png)").map(\.text.text) == ["[m.png]"])
        #expect(Self.paragraphs("![](\(key))").map(\.text.text) == ["![](\(key))"])
    }

    @Test("paragraphs, headings and rules")
    func blocks() {
        let source = """
            # Plan *A* #
            First line
            second line

            Under
            =====
            text
            ---
            Two lines
            of text
            -----
            #no heading
            """
        #expect(
            Self.paragraphs(source) == [
                Paragraph(Self.styled(("Plan ", .bold), ("A", [.bold, .italic])), isHeading: true),
                Paragraph(StyledText("First line\nsecond line")),
                Paragraph(StyledText("Under", .bold), isHeading: true),
                Paragraph(StyledText("text", .bold), isHeading: true),
                Paragraph(StyledText("Two lines\nof text")), Paragraph(StyledText("———")),
                Paragraph(StyledText("#no heading")),
            ])
    }

    @Test("lists, in one another too")
    func lists() {
        let source = """
            Steps:
            1. First
               goes on
            2) Second
              - inner *one*
              - inner two
                1. deep
            3. Third

               More of the third

            * [ ] open
            * [x] done
            Not an item
            -no item
            """
        #expect(
            Self.paragraphs(source) == [
                Paragraph(StyledText("Steps:")), Paragraph(StyledText("First\ngoes on"), marker: "1."),
                Paragraph(StyledText("Second"), marker: "2.", isClose: true),
                Paragraph(Self.styled(("inner ", []), ("one", .italic)), level: 1, marker: "•", isClose: true),
                Paragraph(StyledText("inner two"), level: 1, marker: "•", isClose: true),
                Paragraph(StyledText("deep"), level: 2, marker: "1.", isClose: true),
                Paragraph(StyledText("Third"), marker: "3.", isClose: true),
                Paragraph(StyledText("More of the third"), level: 1), Paragraph(StyledText("open"), marker: "☐"),
                Paragraph(StyledText("done\nNot an item\n-no item"), marker: "☑", isClose: true),
            ])
    }

    @Test("code and quotes")
    func codeAndQuotes() {
        let source = """
            ```sh
            rm *.log  # all
              [x](y)

            ```
            > Quoted *text*
            > goes on
            >> deeper
            back

                indented code
                  more

            ~~~
            never closed ```
            """
        #expect(
            Self.paragraphs(source) == [
                Paragraph(StyledText("rm *.log  # all\n  [x](y)\n", .code), level: 1),
                Paragraph(Self.styled(("Quoted ", []), ("text", .italic), ("\ngoes on", [])), level: 1),
                Paragraph(StyledText("deeper"), level: 2), Paragraph(StyledText("back")),
                Paragraph(StyledText("indented code\n  more", .code), level: 1),
                Paragraph(StyledText("never closed ```", .code), level: 1),
            ])
    }

    @Test("control characters and turned directions do no harm")
    func controls() {
        #expect(Self.paragraphs("a\u{202E}b\u{2066}\0c\u{200F}").map(\.text.text) == ["ab c\u{200F}"])
        #expect(Self.paragraphs("").isEmpty && Self.paragraphs(" \n\t\n").isEmpty)
    }

    @Test("what is printed says all of it, without the signs")
    func printed() throws {
        let source = """
            # Head
            Some **bold**, *italic*, `code` and ~~old~~ words, [here](https://a.example).

            1. one
            2. two with עברית and 中文
            """
        let printout = try Printout(.of(.markdown(source)))
        for word in [
            "Head", "bold", "italic", "code", "old", "here", "(https://a.example)", "1.", "one", "עברית", "中文",
        ] {
            #expect(printout.letters.contains(word), "\(word)")
        }
        #expect(!printout.text.contains("*") && !printout.text.contains("`") && !printout.text.contains("#"))
    }

    @Test("styles change the print, and long texts keep them in every window")
    func styles() throws {
        let word = "A sentence of a long text. "
        let plain = try Document.of(.paragraphs([Paragraph(StyledText(String(repeating: word, count: 400)))])).pdf()
        let bold = try Document.of(.paragraphs([Paragraph(StyledText(String(repeating: word, count: 400), .bold))]))
            .pdf()
        #expect(plain != bold)
        var mixed = StyledText()
        for number in 0..<2_000 { mixed.append("w\(number) ", number.isMultiple(of: 2) ? [.bold, .italic] : .code) }
        let printout = try Printout(.of(.paragraphs([Paragraph(mixed, level: 2, marker: "•")])))
        let words = printout.text.split(whereSeparator: \.isWhitespace).filter { $0.first == "w" }
        #expect(words.elementsEqual((0..<2_000).map { "w\($0)" }))
    }

    @Test(
        "no text takes long",
        arguments: [
            "*a ", "**", "_*", "`", "``a`", "[", "![", "](", "[a](b", "![![", "[a](b)", "<https://", "> ", "- ",
            "   - a\n", "#", "~~~\n", "\\", "*_~~a", "a**b ",
        ])
    func hostile(part: String) {
        let source = String(repeating: part, count: 65_536 / part.utf8.count)
        #expect(Self.paragraphs(source).count >= 0)
        #expect(Self.paragraphs(source + ")").count >= 0)
    }
}
