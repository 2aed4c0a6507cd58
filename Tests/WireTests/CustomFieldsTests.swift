import Testing
import Wire

@Suite struct CustomFieldsTests {
    private func read(_ text: String) throws -> CustomFields? {
        CustomFields(json: try JSON.parse(Array(text.utf8)))
    }

    @Test(arguments: [
        "[]", #"[{"id":"first_name","value":"Howard"},{"id":"last_name","value":"Tanner"}]"#,
        #"[{"id":"a","value":null},{"id":"b","value":{"x":[1,2.50]}}]"#,
    ])
    func readsAndWrites(_ text: String) throws {
        let fields = try #require(try read(text))
        #expect(String(decoding: fields.json.bytes, as: UTF8.self) == text)
    }

    @Test(arguments: [
        "null", "{}", "1", "[1]", "[[]]", "[{}]", #"[{"id":"a"}]"#, #"[{"value":1}]"#, #"[{"id":"","value":1}]"#,
        #"[{"id":1,"value":1}]"#, #"[{"id":null,"value":1}]"#, #"[{"id":"a","value":1},{"id":"a","value":2}]"#,
    ])
    func refuses(_ text: String) throws {
        #expect(try read(text) == nil)
    }

    @Test func bounds() throws {
        func fields(_ count: Int) -> JSON {
            .array((0..<count).map { .object(JSONObject([("id", .string("f\($0)")), ("value", .null)])) })
        }
        #expect(CustomFields(json: fields(100))?.entries.count == 100)
        #expect(CustomFields(json: fields(101)) == nil)
        #expect(try read(#"[{"id":"\#(String(repeating: "a", count: 128))","value":1}]"#) != nil)
        #expect(try read(#"[{"id":"\#(String(repeating: "é", count: 65))","value":1}]"#) == nil)
    }

    @Test func merges() throws {
        let old = try #require(try read(#"[{"id":"a","value":1},{"id":"b","value":2},{"id":"c","value":3}]"#))
        let newer = try #require(
            try read(#"[{"id":"d","value":4},{"id":"b","value":null},{"id":"a","value":5},{"id":"e","value":null}]"#))
        let expected = try #require(try read(#"[{"id":"a","value":5},{"id":"c","value":3},{"id":"d","value":4}]"#))
        #expect(old.merging(newer) == expected)
        #expect(old.merging(CustomFields()) == old)
        #expect(CustomFields().merging(old) == old)
        #expect(old != expected)
    }
}
