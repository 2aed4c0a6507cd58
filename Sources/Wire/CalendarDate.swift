/// A day of the calendar, `yyyy-mm-dd` on the wire, in the years 1 to 9999 (docs/protocol/data-types.md#output).
public struct CalendarDate: Hashable, Comparable, Sendable {
    /// Days since 1970-01-01, negative before.
    public let daysSince1970: Int

    /// nil outside the years 1 to 9999.
    public init?(daysSince1970: Int) {
        guard CivilCalendar.days.contains(daysSince1970) else { return nil }
        self.daysSince1970 = daysSince1970
    }

    /// Reads exactly `yyyy-mm-dd`; nil unless that day exists.
    public init?(_ text: String) {
        guard var cursor = TextCursor(text, longest: 10), let days = cursor.day(), cursor.isAtEnd else { return nil }
        daysSince1970 = days
    }

    /// `yyyy-mm-dd`.
    public var text: String {
        String(unsafeUninitializedCapacity: 10) { buffer in
            guard let start = buffer.baseAddress else { return 0 }
            start.writeDay(daysSince1970)
            return 10
        }
    }

    /// Whether one day is before another.
    public static func < (left: CalendarDate, right: CalendarDate) -> Bool { left.daysSince1970 < right.daysSince1970 }
}
