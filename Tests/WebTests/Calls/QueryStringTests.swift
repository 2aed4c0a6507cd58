import Testing
import Web

@Suite struct QueryStringTests {
    @Test(
        "parameters are read in their order",
        arguments: [
            ("", []), ("a=1&b=2", ["a:1", "b:2"]), ("b=&a&=3&&", ["b:", "a:"]), ("a=1=2", ["a:1=2"]),
            ("a+b=c%2Bd+e", ["a b:c+d e"]), ("%C3%A9=%F0%9F%91%8D", ["é:👍"]), ("a=1&a=2", ["a:1", "a:2"]),
        ])
    func parameters(text: String, expected: [String]) throws {
        #expect(try QueryString(text).parameters.map { "\($0.name):\($0.value)" } == expected)
    }

    @Test("what is not percent-encoded UTF-8 is refused", arguments: ["a=%", "%FF=1", "a=%C3", "a=%zz"])
    func malformed(text: String) {
        let error = #expect(throws: Malformed.self) { try QueryString(text) }
        #expect(error?.message == "The query is not percent-encoded UTF-8")
    }

    @Test func parametersAreLimited() throws {
        let most = (1...200).map { "a=\($0)" }.joined(separator: "&")
        #expect(try QueryString(most).parameters.count == 200)
        #expect(throws: Malformed.self) { try QueryString(most + "&b=1") }
    }

    @Test("a text goes into a header as it was sent, but for what would split one")
    func text() throws {
        let query = try QueryString("page=2&name=a%2Cb,c&p%61ge=3&x=<>")
        #expect(query.text(without: ["page"]) == "name=a%2Cb%2Cc&x=%3C%3E")
        #expect(query.text(without: []) == "page=2&name=a%2Cb%2Cc&p%61ge=3&x=%3C%3E")
    }
}
