import Testing

@testable import Documents

/// What holds for a document as a whole.
@Suite struct DocumentTests {
    private static func mixed(_ number: Int) -> Document {
        Document(
            title: "Report \(number)", subtitle: "Отчёт 报告 تقرير", footer: "Widget", createdAt: Int64(number),
            blocks: [
                .heading("दस्तावेज़ \(number)"), .facts([("Ελληνικά", "עברית"), ("Number", "\(number)")]),
                .text(String(repeating: "Words of document \(number). ", count: 200)), .table(.numbered(100)),
            ])
    }

    @Test("an empty document is an empty page")
    func empty() throws {
        let printout = try Printout(Document(title: "", createdAt: 0))
        #expect(printout.info["Pages"] == "1")
        #expect(printout.letters == "1/1")
        #expect(try Printout(.of(.text(""), .heading(""), .facts([]))).info["Pages"] == "1")
    }

    @Test("title and subtitle stand whole at the top")
    func title() throws {
        let title = (0..<40).map { "t\($0)" }.joined(separator: " ")
        let printout = try Printout(Document(title: title, subtitle: title, createdAt: 0, blocks: [.text("text")]))
        let letters = Printout.letters(title)
        #expect(printout.letters == "\(letters)\(letters)text1/1")
    }

    @Test("equal documents have equal bytes, and different ones different")
    func deterministic() throws {
        let first = try Self.mixed(1).pdf()
        #expect(try Self.mixed(1).pdf() == first)
        _ = try Self.mixed(2).pdf()
        #expect(try Self.mixed(1).pdf() == first)
        var later = Self.mixed(1)
        later.createdAt += 1
        #expect(try later.pdf() != first)
    }

    @Test("many threads print at once, and get what one would")
    func concurrent() async throws {
        // In so many scripts that Cairo closes font files and opens them again.
        @Sendable func pdf(_ number: Int) throws -> [UInt8] {
            let scripts = TextTests.scripts + ["ሀለ", "ខ្មែរ", "ਪੰਜਾਬੀ", "ગુજરાતી", "தமிழ்", "বাংলা"]
            let texts = scripts.indices.map { scripts[($0 + number) % scripts.count] }
            return try Document.of(.heading(texts.joined(separator: " ")), .text(texts.joined(separator: "\n"))).pdf()
        }
        let alone = try (0..<6).map { try pdf($0) }
        try await withThrowingTaskGroup(of: (Int, [UInt8]).self) { group in
            for number in 0..<48 { group.addTask { (number % 6, try pdf(number % 6)) } }
            for try await (number, pdf) in group { #expect(pdf == alone[number]) }
        }
    }

    @Test("what is past a limit is refused")
    func limits() throws {
        let refused: [Document] = [
            .of(.text(String(repeating: "x", count: Document.textLimit + 1))),
            .of(.text(String(repeating: "x\n", count: 100_000))),
            .of(.text(String(repeating: "x\n", count: 40_000)), .text(String(repeating: "x\n", count: 40_000))),
            .of(.table(Document.Table(columns: Array(repeating: ("A", 1), count: 25), rows: []))),
        ]
        for document in refused {
            let error = #expect(throws: DocumentError.self) { try document.pdf() }
            #expect(error?.kind == .tooLarge)
        }
    }

    @Test("a document may be long")
    func long() throws {
        let document = Document.of(.text(String(repeating: "A sentence of a long text. ", count: 20_000)))
        let pages = try #require(Int(try Printout(document).info["Pages"] ?? ""))
        #expect((50...Document.pageLimit).contains(pages))
    }
}
