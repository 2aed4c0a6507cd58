import Testing
import Wire

@Suite struct JSONParserTests {
    @Test(
        arguments: [
            ("null", .null), (" \t\r\ntrue ", .bool(true)), ("false", .bool(false)),
            ("0", .integer(0)), ("-0", .integer(0)), ("-17", .integer(-17)),
            ("9223372036854775807", .integer(.max)), ("-9223372036854775808", .integer(.min)),
            ("9223372036854775808", .number("9223372036854775808")),
            ("1.50", .number("1.50")), ("1e3", .number("1e3")), ("-2.5E-7", .number("-2.5E-7")),
            ("1e308", .number("1e308")), ("0.001e311", .number("0.001e311")), ("100e306", .number("100e306")),
            ("0e999999", .number("0e999999")), ("1e-999999", .number("1e-999999")),
            ("0.00e99999999999999999999", .number("0.00e99999999999999999999")),
            ("1234567890123456789012345678901234567890", .number("1234567890123456789012345678901234567890")),
            (#""""#, .string("")), (#""a\"\\\/\b\f\n\r\tz""#, .string("a\"\\/\u{8}\u{C}\n\r\tz")),
            (#""\u0041\u00e9\u20AC\uD83D\uDE00\u0000""#, .string("Aé€😀\0")),
            ("\"é€😀\u{2028}\u{7F}\"", .string("é€😀\u{2028}\u{7F}")),
            ("[]", .array([])), ("[ 1 , [ ] ]", .array([.integer(1), .array([])])),
            ("{ }", .object(JSONObject())),
            (#"{"a" : 1, "b":[null]}"#, .object(JSONObject([("a", .integer(1)), ("b", .array([.null]))]))),
            (#"{"a":1,"b":2,"a":3}"#, .object(JSONObject([("a", .integer(3)), ("b", .integer(2))]))),
        ] as [(String, JSON)])
    func reads(_ text: String, _ expected: JSON) throws {
        #expect(try JSON.parse([UInt8](text.utf8)) == expected)
    }

    @Test(arguments: [
        "", " ", "nul", "True", "truefalse", "nullx", "-", "+1", "01", "-01", "00", "1.", ".5", "1.e3", "1e", "1e+",
        "0x1",
        "NaN", "Infinity", "-Infinity", "1 2", "1,", "2e308", "1.0000001e308", "10e308", "1e99999999999999999999",
        "-1e309",
        "12345678901234567890123456789012345678901", "0.123456789012345678901234567890123456789012",
        "\"", "\"a", #""\""#, #""\x""#, #""\u12""#, #""\u12G4""#, #""\uD800""#, #""\uDC00""#, #""\uD800\u0041""#,
        #""\uD800\uD800""#, #""\uD83D😀""#, #""\uD83Dx""#, #""\uD83D\n""#, "\"\n\"", "\"\0\"", "\"\u{1F}\"", "'a'",
        "[", "[1", "[1,", "[1,]", "[,1]", "[1 2]", "]", "[1}", "{", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":1,",
        "{\"a\":1,}",
        "{a:1}", "{1:2}", "{\"a\" 1}", "{,}", "{]", "[1]x", "{}{}", "\u{FEFF}{}", "\u{FEFF}", "//x\n1", "/**/1",
        "[1]\0",
        "\u{A0}1", "\u{0C}1",
    ])
    func refuses(_ text: String) {
        #expect(throws: JSONError.self) { try JSON.parse([UInt8](text.utf8)) }
    }

    @Test(
        arguments: [
            [0x80], [0xC0, 0x80], [0xC1, 0xBF], [0xE0, 0x80, 0x80], [0xE0, 0x9F, 0xBF], [0xED, 0xA0, 0x80],
            [0xED, 0xBF, 0xBF],
            [0xF0, 0x80, 0x80, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xFF], [0xFE], [0xC3],
            [0xE2, 0x82],
            [0xF0, 0x9F, 0x98], [0xE2, 0x28, 0xA1],
            // Broken off in front of an escape, which must not complete it.
            [0xC3] + Array(#"\u00a9"#.utf8), Array(#"\n"#.utf8) + [0xA9],
        ] as [[UInt8]])
    func refusesInvalidUTF8(_ inside: [UInt8]) {
        #expect(throws: JSONError(message: "invalid UTF-8", offset: 1)) { try JSON.parse([0x22] + inside + [0x22]) }
        #expect(throws: JSONError.self) { try JSON.parse(Array("{\"".utf8) + inside + Array("\":1}".utf8)) }
        #expect(throws: JSONError.self) { try JSON.parse(inside) }
    }

    @Test func saysWhere() {
        #expect(throws: JSONError(message: "huge number", offset: 6)) { try JSON.parse(Array("[1.0, 1e999]".utf8)) }
        #expect(throws: JSONError(message: "unexpected end", offset: 1)) { try JSON.parse(Array("[".utf8)) }
    }

    @Test func boundsDepth() throws {
        func nested(_ depth: Int, _ open: String, _ close: String) -> [UInt8] {
            Array((String(repeating: open, count: depth) + "1" + String(repeating: close, count: depth)).utf8)
        }
        for (open, close) in [("[", "]"), (#"{"a":"#, "}")] {
            _ = try JSON.parse(nested(64, open, close))
            _ = try JSON.parse(nested(3, open, close), maximumDepth: 3)
            #expect(throws: JSONError.self) { try JSON.parse(nested(65, open, close)) }
            #expect(throws: JSONError.self) { try JSON.parse(nested(4, open, close), maximumDepth: 3) }
            #expect(throws: JSONError.self) { try JSON.parse(nested(1, open, close), maximumDepth: -1) }
            _ = try JSON.parse(nested(512, open, close), maximumDepth: .max)
            #expect(throws: JSONError.self) { try JSON.parse(nested(1_000_000, open, close), maximumDepth: .max) }
        }
        #expect(throws: JSONError.self) { try JSON.parse([UInt8](repeating: 0x5B, count: 1_000_000)) }
    }

    @Test func readsBorrowedMemory() throws {
        let bytes: [UInt8] = Array("x[1]x".utf8)
        let json = try bytes.withUnsafeBytes { try JSON.parse(UnsafeRawBufferPointer(rebasing: $0[1..<4])) }
        #expect(json == .array([.integer(1)]))
        #expect(throws: JSONError.self) { try JSON.parse(UnsafeRawBufferPointer(start: nil, count: 0)) }
    }

    @Test func textIsForStringsOnly() {
        #expect(JSON.string("a").text == "a")
        #expect(JSON.integer(1).text == nil)
        #expect(JSON.null.text == nil)
    }
}
