import Foundation

/// An instant: microseconds of UTC since 1970, without leap seconds.
///
/// Written with seconds and the offset of the viewer's zone, read in every form that
/// docs/protocol/data-types.md#input allows.
public struct Timestamp: Hashable, Comparable, Sendable {
    /// Microseconds since 1970-01-01T00:00:00Z, negative before.
    public let microseconds: Int64

    /// - Parameter microseconds: since 1970-01-01T00:00:00Z.
    public init(microseconds: Int64) {
        self.microseconds = microseconds
    }

    /// The instant by the system's clock.
    public static func now() -> Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000)
    }

    /// Whether one instant is before another.
    public static func < (left: Timestamp, right: Timestamp) -> Bool { left.microseconds < right.microseconds }
}

extension Timestamp {
    /// How many bytes `write(to:zone:)` needs at most.
    public static let writtenLength = 25

    /// The seconds from the start of the year 1 to the end of the year 9999, which is what four digits can say.
    static let secondsRange: ClosedRange<Int64> = -62_135_596_800...253_402_300_799

    /// Prints `2016-06-14T15:00:00-05:00`, or `2016-06-14T20:00:00Z` whenever the zone's offset is zero, and answers
    /// how many bytes that took: 25 or 20.
    ///
    /// Fractions of a second are cut. Instants outside the years 1 to 9999 are printed as the nearest one inside, and
    /// one that only the offset would carry outside is printed in UTC. Called for every time on a page, so it neither
    /// allocates nor asks Foundation.
    /// - Parameters:
    ///   - pointer: where to; `writtenLength` bytes have to be there.
    ///   - zone: whose local time and offset to print.
    @discardableResult
    public func write(to pointer: UnsafeMutablePointer<UInt8>, zone: Zone) -> Int {
        let floored = microseconds >= 0 ? microseconds / 1_000_000 : (microseconds &+ 1) / 1_000_000 &- 1
        let range = Self.secondsRange
        let seconds = min(max(floored, range.lowerBound), range.upperBound)
        var offset = zone.offset(atUTC: seconds)
        var local = seconds &+ Int64(offset)
        if local < range.lowerBound || local > range.upperBound {
            local = seconds
            offset = 0
        }
        // Counted from the year 1, so the division need not mind the sign.
        let elapsed = Int(local &- range.lowerBound)
        let days = elapsed / 86400
        let time = elapsed &- days &* 86400
        pointer.writeDay(days &+ CivilCalendar.days.lowerBound)
        pointer[10] = 0x54
        (pointer + 11).writeTwoDigits(time / 3600)
        pointer[13] = 0x3A
        (pointer + 14).writeTwoDigits(time / 60 % 60)
        pointer[16] = 0x3A
        (pointer + 17).writeTwoDigits(time % 60)
        if offset == 0 {
            pointer[19] = 0x5A
            return 20
        }
        pointer[19] = offset < 0 ? 0x2D : 0x2B
        let minutes = abs(offset) / 60
        (pointer + 20).writeTwoDigits(minutes / 60)
        pointer[22] = 0x3A
        (pointer + 23).writeTwoDigits(minutes % 60)
        return 25
    }

    /// The text `write(to:zone:)` prints.
    public func formatted(in zone: Zone) -> String {
        String(unsafeUninitializedCapacity: Self.writtenLength) { buffer in
            guard let start = buffer.baseAddress else { return 0 }
            return write(to: start, zone: zone)
        }
    }
}
