extension Timestamp {
    /// Reads an ISO 8601 time (docs/protocol/data-types.md#input): `yyyy-mm-dd`, or that with `Thh:mm`, `Thh:mm:ss` or
    /// `Thh:mm:ss.fraction`, then nothing, `Z` or an offset.
    ///
    /// Lower-case `t` and `z` and a space for the `T` are accepted; an offset is `±hh:mm`, `±hhmm` or `±hh`, and as
    /// a plus sign in an address arrives as a space, a space stands for one. 24:00 is the end of the day. Fractions of
    /// one to nine digits are cut to microseconds. Only real days in the years 1 to 9999, also as UTC, are read.
    /// - Parameter zone: whose local time it is if the text has no offset. A time skipped there by a change of the
    ///   clocks moves forward, one that comes twice is the first.
    public init?(_ text: String, zone: Zone) {
        guard var cursor = TextCursor(text, longest: 35), let days = cursor.day() else { return nil }
        let midnight = Int64(days) * CivilCalendar.secondsPerDay
        if cursor.isAtEnd {
            self.init(zone.utc(fromLocalSeconds: midnight), 0)
            return
        }
        guard cursor.take(0x54) || cursor.take(0x74) || cursor.take(0x20),
            let (seconds, microseconds) = cursor.time()
        else { return nil }
        let local = midnight + Int64(seconds)
        if cursor.isAtEnd {
            self.init(zone.utc(fromLocalSeconds: local), microseconds)
            return
        }
        guard let offset = cursor.offset(), cursor.isAtEnd else { return nil }
        self.init(local - Int64(offset), microseconds)
    }

    /// - Parameters: seconds since 1970, UTC, and microseconds past them; nil outside the years that are read.
    private init?(_ seconds: Int64, _ microseconds: Int) {
        guard Self.secondsRange.contains(seconds) else { return nil }
        self.init(microseconds: seconds * 1_000_000 + Int64(microseconds))
    }
}

extension TextCursor {
    /// `hh:mm`, `hh:mm:ss` or `hh:mm:ss.fraction`; 24:00 is the only time past the day's last.
    fileprivate mutating func time() -> (seconds: Int, microseconds: Int)? {
        guard let hour = number(digits: 2), hour <= 24, take(0x3A), let minute = number(digits: 2), minute < 60
        else { return nil }
        var seconds = hour * 3600 + minute * 60
        var microseconds = 0
        if take(0x3A) {
            guard let second = number(digits: 2), second < 60 else { return nil }
            seconds += second
            if take(0x2E) {
                guard let fraction = fraction() else { return nil }
                microseconds = fraction.microseconds
                if fraction.isBelowMicrosecond, seconds == 86400 { return nil }
            }
        }
        if seconds > 86400 || (seconds == 86400 && microseconds > 0) { return nil }
        return (seconds, microseconds)
    }

    /// One to nine digits behind the point.
    private mutating func fraction() -> (microseconds: Int, isBelowMicrosecond: Bool)? {
        var nanoseconds = 0
        var count = 0
        while count < 9, let digit = digit() {
            nanoseconds = nanoseconds * 10 + digit
            count += 1
        }
        if count == 0 { return nil }
        for _ in count..<9 { nanoseconds *= 10 }
        return (nanoseconds / 1000, nanoseconds % 1000 > 0)
    }

    /// `Z` or an offset from UTC in seconds.
    fileprivate mutating func offset() -> Int? {
        if take(0x5A) || take(0x7A) { return 0 }
        let sign: Int
        if take(0x2D) {
            sign = -1
        } else if take(0x2B) || take(0x20) {
            sign = 1
        } else {
            return nil
        }
        guard let hours = number(digits: 2), hours < 24 else { return nil }
        if isAtEnd { return sign * hours * 3600 }
        _ = take(0x3A)
        guard let minutes = number(digits: 2), minutes < 60 else { return nil }
        return sign * (hours * 3600 + minutes * 60)
    }
}
