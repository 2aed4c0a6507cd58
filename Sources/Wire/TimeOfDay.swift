/// A time of day, `hh:mm` on the wire: 00:00 is midnight at the start of the day, 24:00 at its end
/// (docs/protocol/data-types.md#output).
public struct TimeOfDay: Hashable, Comparable, Sendable {
    /// Minutes since midnight, 0 to 1440.
    public let minutes: Int

    /// nil unless 0 to 1440.
    public init?(minutes: Int) {
        guard (0...1440).contains(minutes) else { return nil }
        self.minutes = minutes
    }

    /// Reads exactly `hh:mm`.
    public init?(_ text: String) {
        guard var cursor = TextCursor(text, longest: 5), let hour = cursor.number(digits: 2), cursor.take(0x3A),
            let minute = cursor.number(digits: 2), minute < 60, cursor.isAtEnd
        else { return nil }
        self.init(minutes: hour * 60 + minute)
    }

    /// `hh:mm`.
    public var text: String {
        String(unsafeUninitializedCapacity: 5) { buffer in
            guard let start = buffer.baseAddress else { return 0 }
            start.writeTwoDigits(minutes / 60)
            start[2] = 0x3A
            (start + 3).writeTwoDigits(minutes % 60)
            return 5
        }
    }

    /// Whether one time is before another on the same day.
    public static func < (left: TimeOfDay, right: TimeOfDay) -> Bool { left.minutes < right.minutes }
}
