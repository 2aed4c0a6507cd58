import ServiceDesk
import Store
import Testing
import Wire

@testable import Resources

/// Fields that hold an address of the web.
@Suite struct LinkFieldTests {
    private static let pictures = Schema("pictures", kind: .sample, sortedBy: "-id") {
        Field.id
        Field("picture_uri", .url(max: 40)).filter
        Field("home_uri", .url(max: 40)).required
    }

    private static func input(_ key: String, _ sent: JSON) throws -> SQLValue? {
        try Input(pictures, JSONObject([(key, sent)]), zone: .utc)[key]
    }

    @Test func addressesOfTheWebAreKeptAsTheyWereSent() throws {
        for text in ["https://a.example/x.png", "HTTP://A/%20?b#c", "http://" + String(repeating: "a", count: 33)] {
            #expect(try Self.input("picture_uri", .string(text)) == .text(text))
        }
        for nothing in [JSON.null, .string(""), .string("  ")] {
            #expect(try Self.input("picture_uri", nothing) == .null)
            #expect(refusal { _ = try Self.input("home_uri", nothing) } == "home_uri: Home uri can't be blank")
        }
    }

    @Test(
        arguments: [
            (.string("javascript:alert(1)"), "is not a valid URL"),
            (.string("data:image/png;base64,A"), "is not a valid URL"),
            (.string("/x.png"), "is not a valid URL"), (.string("https://"), "is not a valid URL"),
            (.string("https://a/b c"), "is not a valid URL"), (.string(" https://a"), "is not a valid URL"),
            (.string("https://a/\r\nb"), "is not a valid URL"), (.string("java\nscript:x"), "is not a valid URL"),
            (.integer(5), "is not a valid URL"), (.bool(true), "is invalid"), (.array([]), "is invalid"),
            (.string("https://a/\u{0}"), "can't contain a NUL character"),
            (.string("http://" + String(repeating: "a", count: 34)), "is too long (maximum is 40 characters)"),
        ] as [(JSON, String)])
    func whatIsNoneIsRefused(_ sent: JSON, _ complaint: String) {
        #expect(refusal { _ = try Self.input("picture_uri", sent) } == "picture_uri: Picture uri \(complaint)")
    }

    @Test(arguments: ["https://a/b", "javascript:x", "a\nb"])
    func aFilterComparesItAsText(_ text: String) throws {
        let field = try #require(Self.pictures.field("picture_uri"))
        #expect(FilterValue.exact(field, text) == .text(text))
        #expect(!field.type.isOrdered && !field.type.takesSets)
    }
}
