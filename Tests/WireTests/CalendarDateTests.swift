import Foundation
import Testing
import Wire

@Suite struct CalendarDateTests {
    @Test(arguments: [
        ("1970-01-01", 0), ("1969-12-31", -1), ("2011-06-24", 15149), ("2000-02-29", 11016), ("0001-01-01", -719_162),
        ("9999-12-31", 2_932_896),
    ])
    func reads(_ text: String, _ days: Int) {
        #expect(CalendarDate(text)?.daysSince1970 == days)
        #expect(CalendarDate(daysSince1970: days)?.text == text)
    }

    @Test(arguments: [
        "", "2011-06-24T00:00", "2011-6-24", "2011/06/24", "2011-02-29", "1900-02-29", "2011-04-31", "2011-00-10",
        "0000-01-01",
        "10000-01-01", "-001-01-01", " 2011-06-24", "2011-06-24 ", "2011-06-2４", "24-06-2011",
    ])
    func refuses(_ text: String) {
        #expect(CalendarDate(text) == nil)
    }

    @Test func everyDayComesBack() {
        var day = DateComponents()
        var calendar = Calendar(identifier: .iso8601)
        calendar.timeZone = .gmt
        for days in -719_162...2_932_896 {
            let date = CalendarDate(daysSince1970: days)
            if date.flatMap({ CalendarDate($0.text) })?.daysSince1970 != days { Issue.record("day \(days)") }
            // Foundation is slow, so it is asked about some days only; it has Julian dates before 1582.
            guard days > -140_000, days % 977 == 0, let date else { continue }
            day = calendar.dateComponents(
                [.year, .month, .day], from: Date(timeIntervalSince1970: Double(days) * 86400))
            let numbers = date.text.split(separator: "-").compactMap { Int($0) }
            #expect(numbers == [day.year, day.month, day.day])
        }
        #expect(CalendarDate(daysSince1970: -719_163) == nil)
        #expect(CalendarDate(daysSince1970: 2_932_897) == nil)
    }

    @Test func isOrdered() throws {
        #expect(try #require(CalendarDate("2011-06-24")) < #require(CalendarDate("2011-07-01")))
    }
}
