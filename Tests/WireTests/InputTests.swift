import Testing
import Wire

@Suite struct InputTests {
    @Test(arguments: ["1", "T", "t", "Y", "y", "TRUE", "true", "trUE", "Yes", "ON", "on"])
    func isTrue(_ text: String) {
        #expect(Truth.value(of: text))
        #expect(Truth.value(of: .string(text)) == true)
    }

    @Test(arguments: ["", "0", "f", "F", "false", "no", "off", "2", "11", "1.0", " 1", "truee", "ye", "ΟΝ", "\u{212A}"])
    func isFalse(_ text: String) {
        #expect(!Truth.value(of: text))
    }

    @Test func truthOfJSON() {
        #expect(Truth.value(of: JSON.null) == nil)
        #expect(Truth.value(of: JSON.bool(true)) == true)
        #expect(Truth.value(of: JSON.bool(false)) == false)
        #expect(Truth.value(of: JSON.integer(1)) == true)
        #expect(Truth.value(of: JSON.integer(2)) == false)
        #expect(Truth.value(of: JSON.number("1.0")) == true)
        #expect(Truth.value(of: JSON.number("1.5")) == false)
        #expect(Truth.value(of: JSON.array([.bool(true)])) == false)
    }

    @Test(
        arguments: [
            (.integer(1), 1), (.integer(.max), .max), (.string("12"), 12), (.string("007"), 7), (.integer(0), nil),
            (.integer(-1), nil), (.string(""), nil), (.string("0"), nil), (.string("-1"), nil), (.string("+1"), nil),
            (.string(" 1"), nil), (.string("1.0"), nil), (.string("9223372036854775808"), nil), (.number("1e3"), 1000),
            (.number("2.0"), 2), (.number("0.0"), nil), (.number("-1e1"), nil), (.number("1.5"), nil),
            (.string("１"), nil), (.null, nil), (.bool(true), nil), (.array([]), nil),
        ] as [(JSON, Int64?)])
    func readsAnID(_ json: JSON, _ expected: Int64?) {
        #expect(ReferenceInput.id(json) == expected)
    }

    @Test(
        arguments: [
            (.array([]), []), (.array([.integer(1763), .string("1764")]), [1763, 1764]),
            (.string("1,2, 3 "), [1, 2, 3]),
            (.string("7"), [7]), (.string(""), []), (.array([.integer(1), .null]), nil), (.array([.integer(0)]), nil),
            (.string("1,,2"), nil), (.string(","), nil), (.string("1;2"), nil), (.string("1 2"), nil),
            (.string(" "), nil),
            (.integer(1), nil), (.null, nil), (.array([.array([.integer(1)])]), nil),
        ] as [(JSON, [Int64]?)])
    func readsIDs(_ json: JSON, _ expected: [Int64]?) {
        #expect(ReferenceInput.ids(json) == expected)
    }

    @Test(
        arguments: [
            ("5", 5), ("-5", -5), ("2.0", 2), ("9e1", 90), ("9E+1", 90), ("90e-1", 9), ("0.5e1", 5), ("0", 0),
            ("0.0", 0),
            ("0e999", 0), ("-0", 0), ("1e18", 1_000_000_000_000_000_000), ("9223372036854775807", .max),
            ("9223372036854775807.0", .max), ("-9223372036854775808.0", .min), ("922337203685477580.7e1", .max),
            ("9223372036854775808", nil), ("9223372036854775808.0", nil), ("-9223372036854775809.0", nil),
            ("1e19", nil),
            ("1e300", nil), ("2.5", nil), ("1e-1", nil), ("", nil), (".", nil), ("e1", nil), ("1e", nil), (" 1.0", nil),
            ("1.0 ", nil), ("1.", nil), ("0x10", nil), ("1_0", nil), ("１", nil),
        ] as [(String, Int64?)])
    func readsAWholeNumber(_ text: String, _ expected: Int64?) {
        #expect(WholeNumber.value(of: text) == expected)
        #expect(WholeNumber.value(of: JSON.string(text)) == expected)
    }

    @Test func readsAWholeNumberOfJSON() {
        #expect(WholeNumber.value(of: JSON.integer(.min)) == .min)
        #expect(WholeNumber.value(of: JSON.number("2.0")) == 2)
        for other in [JSON.null, .bool(true), .array([.integer(1)]), .object(JSONObject())] {
            #expect(WholeNumber.value(of: other) == nil)
        }
    }

    @Test func currencies() {
        #expect(Currency.codes == Currency.codes.sorted())
        #expect(Set(Currency.codes).count == Currency.codes.count)
        #expect(Currency.codes.allSatisfy { $0.utf8.count == 3 && $0.utf8.allSatisfy { (0x61...0x7A).contains($0) } })
        #expect(Currency.codes.contains("usd") && Currency.codes.contains("eur"))
        #expect(!Currency.codes.contains("xau"))
    }

    private static let sources: [(String, String)] = [
        ("", Source.fallback), ("\u{85}\t", Source.fallback), ("curl/8.5.0", "curl/8.5.0"),
        (String(repeating: "a", count: 31), String(repeating: "a", count: 30)),
        (String(repeating: "é", count: 40), String(repeating: "é", count: 30)),
        ("a\tb \u{9B}31m\u{2028}", "a b 31m"), (String(repeating: "\u{85}", count: 50) + "late", "late"),
        // One family is one Character of seven scalars.
        (String(repeating: "👨‍👩‍👧‍👦", count: 5), String(repeating: "👨‍👩‍👧‍👦", count: 4) + "👨\u{200D}"),
    ]

    @Test(arguments: sources)
    func cutsTheSource(_ value: String, _ expected: String) {
        let source = Source.fromHeader(value)
        #expect(source == expected)
        #expect(source.unicodeScalars.count <= Source.maximumLength)
        #expect(Source.fallback.unicodeScalars.count <= Source.maximumLength)
    }
}
