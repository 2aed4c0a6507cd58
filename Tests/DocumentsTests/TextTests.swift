import CPango
import Testing

@testable import Documents

/// Scripts, directions and what strings may hold.
@Suite struct TextTests {
    static let scripts = [
        "The projector shows a pink image – façade, naïve, Łódź, İstanbul, ﬁne office",
        "Проектор показывает розовое изображение", "Ο προβολέας δείχνει ροζ εικόνα από τη Δευτέρα",
        "自星期一停电以来会议室的投影仪显示粉红色图像", "月曜日の停電以来プロジェクターの画像", "프로젝터의 화면이 분홍색으로 나옵니다",
        "सोमवार को बिजली जाने के बाद से", "โปรเจกเตอร์ในห้องประชุม", "Պրոյեկտորը ցույց է տալիս", "პროექტორი აჩვენებს",
        "המקרן מציג תמונה ורודה", "يعرض جهاز العرض صورة وردية",
    ]

    @Test("a text of any script can be extracted", arguments: scripts)
    func script(text: String) throws {
        let letters = Printout.letters(text)
        #expect(try Printout(.of(.text(text))).letters.contains(letters))
        #expect(try Printout(.of(.facts([("a", text)]))).letters.contains(letters))
        #expect(try Printout(.of(.heading(text))).letters.contains(letters))
        let table = Document.Table(columns: [("Head", 1)], rows: [[text]])
        #expect(try Printout(.of(.table(table))).letters.contains(letters))
    }

    @Test("a paragraph stands where its direction begins, as far as it goes")
    func direction() throws {
        try Typesetter.use(language: nil) { typesetter in
            // Beyond a window, and with a foreign word wherever it begins.
            let long = String(repeating: "עברית english ", count: 1000)
            for text in ["עברית", "  12 עברית english", long] {
                for line in try typesetter.lines(text, Style.body, width: 300) {
                    #expect(line.isRightToLeft)
                }
            }
            let lines = try typesetter.lines(
                "english\nעברית\n\(String(repeating: "english ", count: 900))", Style.body, width: 300)
            #expect(lines.prefix(3).map(\.isRightToLeft) == [false, true, false])
            #expect(lines.dropFirst(2).allSatisfy { !$0.isRightToLeft })
            #expect(lines[0].x == 0)
            #expect(lines[1].x > 200)
        }
    }

    @Test("windows break lines where the whole would")
    func windows() throws {
        try Typesetter.use(language: nil) { typesetter in
            let texts = [
                (0..<3000).map { "w\($0)" }.joined(separator: " "), String(repeating: "0123456789", count: 900),
                String(repeating: "自星期一停电", count: 600), String(repeating: "a\n\nb b b b b b b\n", count: 500), "\n\n",
            ]
            for var text in texts {
                let whole = text.withUTF8 { typesetter.layout($0[...], Style.body, width: 150) }
                let lines = try typesetter.lines(text, Style.body, width: 150)
                #expect(lines.map(\.pointer.pointee.length) == whole.lines.map(\.pointer.pointee.length))
            }
        }
    }

    @Test("a language chooses the forms of characters")
    func language() throws {
        func pdf(_ language: String?) throws -> [UInt8] {
            var document = Document.of(.text("直骨"))
            document.language = language
            return try document.pdf()
        }
        #expect(try pdf("zh") == pdf("zh-CN"))
        #expect(try pdf("zh-Hant-TW") == pdf("zh-TW"))
        #expect(try pdf("zh") != pdf("zh-TW"))
        #expect(try pdf("zh") != pdf("ja"))
        #expect(try pdf("no such language") == pdf(nil))
    }

    @Test("a long word is wrapped without hyphens")
    func longWord() throws {
        let word = String(repeating: "0a1b2c3d4e", count: 100)
        #expect(try Printout(.of(.text(word))).letters.contains(word))
        try Typesetter.use(language: nil) { typesetter in
            for line in try typesetter.lines(word, Style.body, width: 100) {
                #expect(line.layout.width <= 100)
            }
        }
    }

    @Test("nothing is markup")
    func markup() throws {
        let text = "<b>bold</b> &amp; <span size='1'> </Page>"
        #expect(try Printout(.of(.text(text))).letters.contains(Printout.letters(text)))
    }

    @Test(
        "characters that control are gone",
        arguments: [
            ("a\0b", "a b"), ("a\u{1}\u{7F}\u{9F}b", "a   b"), ("a\r\nb\rc\u{2028}d\u{85}e", "a\nb\nc\nd\ne"),
            ("\u{FEFF}a\u{FFFC}b\u{FFFF}\u{1FFFE}", "ab"), ("", ""), (" \n\t", ""),
            ("\n\n  a\n\n b \n", "  a\n\n b"),
            ("a\tb", "a\tb"), ("a\u{202E}b\u{202C}\u{2066}c\u{2069}", "abc"),
            ("\u{200F}a\u{200E}\u{61C}", "\u{200F}a\u{200E}\u{61C}"), ("e\u{301}👩‍👩‍👧", "e\u{301}👩‍👩‍👧"),
        ])
    func controls(text: String, expected: String) {
        #expect(PlainText.lines(text) == expected)
    }

    @Test("a line is one line")
    func line() { #expect(PlainText.line("  a\r\n\tb\u{2029}") == "a  b") }

    @Test("emoji are pictures")
    func emoji() throws {
        #expect(try Printout(.of(.text("No picture"))).pictures == 0)
        #expect(try Printout(.of(.text("Done ✅ 👩‍👩‍👧 🇩🇪"))).pictures >= 3)
    }

    @Test("odd texts are printed")
    func odd() throws {
        let every = String(String.UnicodeScalarView((0...0x7FF).compactMap { Unicode.Scalar($0) }))
        let texts = [
            "", "\0", every, "👍🏽 🎉", String(repeating: "\u{301}", count: 5000),
            String(repeating: "\u{202E}", count: 5000),
            String(repeating: "\t", count: 5000) + "a", String(repeating: " ", count: 5000) + "a",
            String(repeating: "x", count: 100_000), String(repeating: "\u{200D}", count: 5000), "\u{E000}\u{10FFFD}",
        ]
        for text in texts {
            let document = Document(
                title: text, subtitle: text, footer: text, createdAt: 0, language: text,
                blocks: [.heading(text), .text(text), .facts([(text, text)]), .text("end.")])
            #expect(try Printout(document).text.contains("end."))
        }
    }
}
