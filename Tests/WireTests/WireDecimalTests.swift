import Testing
import Wire

@Suite struct WireDecimalTests {
    @Test(
        arguments: [
            ("0", 0, "0"), ("120.5", 1_205_000, "120.5"), ("3", 30000, "3"), ("-0.25", -2500, "-0.25"),
            ("+1.10", 11000, "1.1"),
            (".5", 5000, "0.5"), ("-0", 0, "0"), ("0.0001", 1, "0.0001"), ("-0.0100", -100, "-0.01"),
            ("1.23450000", 12345, "1.2345"),
            ("007.50", 75000, "7.5"), ("1000", 10_000_000, "1000"), ("10.01", 100_100, "10.01"), ("0.00000", 0, "0"),
            ("99999999999999.9999", 999_999_999_999_999_999, "99999999999999.9999"),
            ("-99999999999999.9999", -999_999_999_999_999_999, "-99999999999999.9999"),
            ("0000000000000000000001", 10000, "1"),
        ] as [(String, Int64, String)])
    func reads(_ text: String, _ tenThousandths: Int64, _ written: String) throws {
        let decimal = try #require(WireDecimal(text))
        #expect(decimal.tenThousandths == tenThousandths)
        #expect(decimal.text == written)
        #expect(WireDecimal(written) == decimal)
        #expect(WireDecimal(json: .string(text)) == decimal)
    }

    @Test(arguments: [
        "", "-", "+", ".", "5.", "1,5", "1.2.3", "--1", "+-1", "1e3", "0x10", "NaN", "inf", " 1", "1 ", "$1", "１",
        "1.23456",
        "0.00001", "100000000000000", "100000000000000.5", "1_000", String(repeating: "0", count: 65),
    ])
    func refuses(_ text: String) {
        #expect(WireDecimal(text) == nil)
    }

    @Test(
        arguments: [
            ("1.5", 15000), ("1e3", 10_000_000), ("1.5E2", 1_500_000), ("15e-1", 15000), ("0.00001e1", 1),
            ("-2.5e+0", -25000),
            ("1e13", 100_000_000_000_000_000), ("10000000000000000e-3", 100_000_000_000_000_000), ("0e999999999999", 0),
            ("0.0e-9", 0),
            ("1e-4", 1), ("123456e-4", 123_456),
        ] as [(String, Int64)])
    func readsNumbers(_ text: String, _ tenThousandths: Int64) throws {
        #expect(WireDecimal(json: .number(text))?.tenThousandths == tenThousandths)
    }

    @Test(arguments: ["1e14", "1e-5", "1.5e-4", "1e999999999", "1e-999999999", "1e", "1e+", "12345678901234567890"])
    func refusesNumbers(_ text: String) {
        #expect(WireDecimal(json: .number(text)) == nil)
    }

    @Test func readsOtherJSON() {
        #expect(WireDecimal(json: .integer(-3))?.text == "-3")
        #expect(WireDecimal(json: .integer(.min)) == nil)
        #expect(WireDecimal(json: .null) == nil)
        #expect(WireDecimal(json: .array([])) == nil)
        #expect(WireDecimal(tenThousandths: .min).text == "-922337203685477.5808")
        #expect(WireDecimal(tenThousandths: 1) < WireDecimal(tenThousandths: 2))
    }
}
