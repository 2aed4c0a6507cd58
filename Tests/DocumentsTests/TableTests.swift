import Foundation
import Testing

@testable import Documents

/// Tables over pages, and odd ones.
@Suite struct TableTests {
    @Test("the head is on every page, and every row is there once")
    func heads() throws {
        let printout = try Printout(.of(.table(.numbered(1000))))
        #expect(printout.pages.count > 10)
        for page in printout.pages {
            #expect(page.contains("Number") && page.contains("Description"))
            #expect(page.components(separatedBy: "Description").count == 2)
        }
        let rows = printout.text.split(whereSeparator: \.isWhitespace).filter { $0.hasPrefix("row") }
        #expect(rows.elementsEqual((0..<1000).map { Substring("row\($0)") }))
    }

    @Test("a row taller than a page goes on on the next, below the head")
    func tallRow() throws {
        let words = (0..<3000).map { "w\($0)" }
        let table = Document.Table(
            columns: [("Left", 1), ("Right", 2)], rows: [["short", words.joined(separator: " ")], ["next", "row"]])
        let printout = try Printout(.of(.table(table)))
        #expect(printout.pages.count > 2)
        for page in printout.pages { #expect(page.contains("Left") && page.contains("Right")) }
        let printed = printout.text.split(whereSeparator: \.isWhitespace).filter {
            $0.first == "w" && $0.dropFirst().allSatisfy(\.isNumber)
        }
        #expect(printed.elementsEqual(words.map { Substring($0) }))
        #expect(printout.text.contains("next"))
    }

    @Test("odd tables are printed")
    func odd() throws {
        let endless = String(repeating: "long ", count: 10_000)
        let tables: [Document.Table] = [
            Document.Table(columns: [], rows: []),
            Document.Table(columns: [], rows: [["a"], []]),
            Document.Table(columns: [("Only", 1)], rows: []),
            Document.Table(columns: [("", 0)], rows: [[], [""], ["a", "b"]]),
            Document.Table(
                columns: [("A", .nan), ("B", .infinity), ("C", -1), ("D", 1e300)], rows: [["1", "2", "3", "4"]]),
            Document.Table(
                columns: Array(repeating: (endless, 1), count: 24), rows: [Array(repeating: "cell", count: 24)]),
            Document.Table(columns: [("\0\u{1}", 1)], rows: [["\u{FFFE}\u{FEFF}"]]),
        ]
        for table in tables { #expect(try Printout(.of(.table(table), .text("end"))).text.contains("end")) }
    }

    @Test("columns share the width, and none is lost")
    func shares() throws {
        for shares: [Double] in [
            [1], [1, 2, 3], [0, 0], [.nan, 1], [.infinity, 1], [1e-300, 1], Array(repeating: 1, count: 24),
        ] {
            let columns = Column.table(shares: shares)
            let last = try #require(columns.last)
            #expect(abs(last.x + last.width - (Style.width - Style.tableInset)) < 0.001)
            for (left, right) in zip(columns, columns.dropFirst()) { #expect(left.x + left.width < right.x) }
            for column in columns { #expect(column.width > 8) }
        }
        #expect(Column.table(shares: []).isEmpty)
    }

    @Test("a short row is not split", arguments: 0..<12)
    func shortRow(offset: Int) throws {
        let cell = "first\nsecond\nthird\nfourth"
        let table = Document.Table(columns: [("Head", 1)], rows: Array(repeating: [cell], count: 40))
        let lines = Array(repeating: "x", count: offset + 1).joined(separator: "\n")
        for page in try Printout(.of(.text(lines), .table(table))).pages {
            #expect(page.components(separatedBy: "first").count == page.components(separatedBy: "fourth").count)
        }
    }
}
