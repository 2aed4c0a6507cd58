import Testing

@testable import Documents

/// Pages, what they repeat, and where they end.
@Suite struct PageTests {
    @Test("every page is A4 and has its number and the footer")
    func numbers() throws {
        let printout = try Printout(.of(.text(Array(repeating: "line", count: 150).joined(separator: "\n"))))
        #expect(printout.info["Page size"] == "595.276 x 841.89 pts (A4)")
        #expect(printout.info["Pages"] == "3")
        try #require(printout.pages.count == 3)
        for (index, page) in printout.pages.enumerated() {
            let last = try #require(page.split(separator: "\n").last)
            #expect(Printout.letters(String(last)) == "Widget\(index + 1)/3")
        }
    }

    @Test("title and time are in the file's metadata, whatever characters they have")
    func metadata() throws {
        var document = Document(title: "A (title) with \\ and ü, 中\n", createdAt: 1_763_712_000)
        #expect(try Printout(document).info["Title"] == "A (title) with \\ and ü, 中")
        #expect(try Printout(document).info["CreationDate"] == "2025-11-21T08:00:00Z")
        for time in [Int64.min, .max] {
            document.createdAt = time
            #expect(try Printout(document).info["Pages"] == "1")
        }
    }

    @Test("a heading stays with the lines that follow it", arguments: 46...60)
    func heading(lines: Int) throws {
        let before = Array(repeating: "before", count: lines).joined(separator: "\n")
        let after = (1...6).map { "after\($0)" }.joined(separator: "\n")
        for block: Document.Block in [
            .text(after), .table(.numbered(5)), .facts([("after1", "x"), ("after2", "y"), ("after3", "z")]),
        ] {
            let printout = try Printout(.of(.text(before), .heading("Chapter"), block))
            let page = try #require(printout.pages.first { $0.contains("Chapter") })
            switch block {
            case .text: #expect(page.contains("after1") && page.contains("after2") && page.contains("after3"))
            case .table: #expect(page.contains("Description") && page.contains("row0"))
            default: #expect(page.contains("after1") && page.contains("after2"))
            }
        }
    }

    @Test("a text does not leave its last line alone on a page", arguments: 52...64)
    func lastLine(lines: Int) throws {
        let text = (1...lines).map { "line\($0)." }.joined(separator: "\n")
        let printout = try Printout(.of(.text(text)))
        let page = try #require(printout.pages.first { $0.contains("line\(lines).") })
        #expect(page.contains("line\(lines - 1)."))
    }

    @Test("a long text loses no line between pages")
    func longText() throws {
        let words = (0..<20_000).map { "w\($0)" }
        let printout = try Printout(.of(.text(words.joined(separator: " "))))
        let printed = printout.text.split(whereSeparator: \.isWhitespace).filter { $0.first == "w" }
        #expect(printed.elementsEqual(words.map { Substring($0) }))
    }

    @Test("headings without end are printed")
    func headings() throws {
        let document = Document(title: "", createdAt: 0, blocks: (0..<200).map { .heading("heading\($0).") })
        let printout = try Printout(document)
        for number in 0..<200 { #expect(printout.text.contains("heading\(number).")) }
    }
}
