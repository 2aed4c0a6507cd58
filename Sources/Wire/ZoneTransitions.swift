import Foundation
import Synchronization

/// The offsets of one time zone from 1900 to 2100; before and after, the first and last of them hold.
///
/// Offsets are cut to whole minutes, as `±hh:mm` cannot say more: local mean time of long ago keeps its instant that
/// way when it is printed and read again.
struct ZoneTransitions: Sendable {
    /// When each offset begins to hold, seconds since 1970, rising; the first is as early as can be.
    private let starts: [Int64]
    /// Seconds east of UTC, one for each start.
    private let offsets: [Int]

    static let utc = ZoneTransitions(starts: [.min], offsets: [0])

    /// The offset at an instant, seconds east of UTC.
    func offset(atUTC seconds: Int64) -> Int {
        var low = 0
        var high = starts.count
        while high &- low > 1 {
            let middle = (low &+ high) / 2
            if starts[middle] <= seconds { low = middle } else { high = middle }
        }
        return offsets[low]
    }
}

extension ZoneTransitions {
    /// Built once for each identifier in use; there are only as many as enumeration entries.
    private static let built = Mutex<[String: ZoneTransitions]>([:])

    /// The offsets of a zone of the tz database; nil if the system does not know it.
    static func of(_ identifier: String) -> ZoneTransitions? {
        if let known = built.withLock({ $0[identifier] }) { return known }
        guard let transitions = ZoneTransitions(reading: identifier) else { return nil }
        built.withLock { $0[identifier] = transitions }
        return transitions
    }

    private init?(reading identifier: String) {
        guard let zone = TimeZone(identifier: identifier) else { return nil }
        let end = Date(timeIntervalSince1970: 4_102_444_800)  // 2100
        var date = Date(timeIntervalSince1970: -2_208_988_800)  // 1900
        var starts: [Int64] = [.min]
        var offsets = [Self.wholeMinutes(zone.secondsFromGMT(for: date))]
        while let next = zone.nextDaylightSavingTimeTransition(after: date), next > date, next < end {
            date = next
            let offset = Self.wholeMinutes(zone.secondsFromGMT(for: next))
            if offset == offsets.last { continue }
            starts.append(Int64(next.timeIntervalSince1970))
            offsets.append(offset)
        }
        self.init(starts: starts, offsets: offsets)
    }

    private static func wholeMinutes(_ seconds: Int) -> Int { seconds / 60 * 60 }
}
