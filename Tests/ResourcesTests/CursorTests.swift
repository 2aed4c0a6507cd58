import Store
import Testing

@testable import Resources

@Suite struct CursorTests {
    static let cursors: [Cursor] = [
        Cursor(list: 0, values: []), Cursor(list: .max, values: [.null]), Cursor(list: 1 << 63, values: [.integer(0)]),
        Cursor(list: 5, values: [.integer(.max), .integer(.min), .integer(-1)]),
        Cursor(list: 5, values: [.text(""), .text("a\"b\\c\n\u{1}"), .text("日本 👍🏽"), .null, .integer(7)]),
        Cursor(list: 9, values: [.text(String(repeating: "x", count: 5000)), .integer(1)]),
    ]

    @Test(arguments: cursors)
    func whatWasGivenOutComesBack(_ cursor: Cursor) throws {
        let text = Office.key.seal(cursor)
        #expect(try Office.key.open(text, parameter: "search_after") == cursor)
        #expect(text.utf8.allSatisfy { Character(UnicodeScalar($0)).isLetter || "0123456789-_".utf8.contains($0) })
    }

    @Test(arguments: cursors.prefix(5))
    func everyChangedCharacterIsRefused(_ cursor: Cursor) {
        let text = Array(Office.key.seal(cursor))
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_+/= .")
        var accepted: [String] = []
        for place in text.indices {
            for character in alphabet where character != text[place] {
                var changed = text
                changed[place] = character
                if (try? Office.key.open(String(changed), parameter: "search_after")) != nil {
                    accepted.append("\(place) of \(text.count): \(text[place]) to \(character)")
                }
            }
        }
        #expect(accepted.isEmpty)
    }

    @Test func whatIsCutOffOrAddedIsRefused() {
        let text = Office.key.seal(Self.cursors[3])
        for count in 0..<text.count {
            #expect(refusal { _ = try Office.key.open(String(text.prefix(count)), parameter: "p") } != nil)
        }
        for more in ["A", "AAAA", "=", " ", "\n"] {
            #expect(refusal { _ = try Office.key.open(text + more, parameter: "p") } != nil, "\(more)")
        }
    }

    @Test func anotherKeyRefusesIt() {
        let other = CursorKey(secret: Array("another secret".utf8))
        #expect(
            refusal { _ = try other.open(Office.key.seal(Self.cursors[0]), parameter: "search_after") }
                == "Parameter 'search_after' is not a cursor of this list")
    }
}
