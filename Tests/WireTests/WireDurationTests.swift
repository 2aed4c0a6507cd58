import Testing
import Wire

@Suite struct WireDurationTests {
    @Test(
        arguments: [
            ("0", 0), ("150", 150), ("2:30", 150), ("0:00", 0), ("002:05", 125), ("1000:59", 60059),
            ("9223372036854775807", .max), ("153722867280912930:07", .max),
        ] as [(String, Int64)])
    func reads(_ text: String, _ minutes: Int64) {
        #expect(WireDuration(text)?.minutes == minutes)
        #expect(WireDuration(json: .string(text))?.minutes == minutes)
    }

    @Test(arguments: [
        "", "-1", "+1", "1.5", "2:3", "2:60", "2:300", ":30", "2:", "2:30:00", "2:-1", " 5", "5 ", "five", "１５０",
        "9223372036854775808", "153722867280912930:08", "99999999999999999999999999",
    ])
    func refuses(_ text: String) {
        #expect(WireDuration(text) == nil)
    }

    @Test func readsJSON() throws {
        #expect(WireDuration(json: .integer(240))?.minutes == 240)
        #expect(WireDuration(json: .integer(-1)) == nil)
        #expect(WireDuration(json: .number("2.4e2"))?.minutes == 240)
        #expect(WireDuration(json: .number("-1.0")) == nil)
        #expect(WireDuration(json: .number("1.5")) == nil)
        #expect(WireDuration(json: .null) == nil)
        #expect(WireDuration(json: .bool(true)) == nil)
        #expect(WireDuration(minutes: -1) == nil)
        #expect(try #require(WireDuration("59")) < #require(WireDuration("1:00")))
    }
}
