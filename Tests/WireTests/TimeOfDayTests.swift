import Testing
import Wire

@Suite struct TimeOfDayTests {
    @Test(arguments: [("00:00", 0), ("08:30", 510), ("12:00", 720), ("23:59", 1439), ("24:00", 1440)])
    func reads(_ text: String, _ minutes: Int) {
        #expect(TimeOfDay(text)?.minutes == minutes)
        #expect(TimeOfDay(minutes: minutes)?.text == text)
    }

    @Test(arguments: [
        "", "8:30", "08:3", "0830", "24:01", "25:00", "08:60", "-1:00", "08:30:00", " 08:30", "08:30 ", "０8:30",
    ])
    func refuses(_ text: String) {
        #expect(TimeOfDay(text) == nil)
    }

    @Test func bounds() throws {
        #expect(TimeOfDay(minutes: -1) == nil)
        #expect(TimeOfDay(minutes: 1441) == nil)
        #expect(try #require(TimeOfDay("08:30")) < #require(TimeOfDay("24:00")))
    }
}
