import Foundation

/// Finds the enumeration entry for a tz database name (docs/protocol/data-types.md#input).
///
/// A zone becomes an entry only when the clocks of both agree: with one that is an hour off for half the year, every
/// appointment of that half would be wrong, and nobody would know why.
enum TimeZoneMapping {
    static func entry(forIdentifier identifier: String) -> TimeZoneNames.Entry? {
        guard let zone = zone(identifier) else { return nil }
        let city = String((identifier.split(separator: "/").last ?? "").map { $0 == "_" ? " " : $0 })
        // Several entries may share a zone: then the one with the city's name, so Asia/Tokyo is Tokyo and not Osaka.
        let exact = TimeZoneNames.entries.filter { $0.identifier == identifier }
        if let entry = exact.first(where: { $0.name == city }) ?? exact.first { return entry }
        let wanted = Clocks(of: zone)
        let same = known.filter { $0.clocks == wanted }
        // Europe/Kyiv is Kyiv by another spelling, and GMT is better called UTC than Monrovia.
        let preferred = same.first { $0.entry.name == city } ?? same.first { $0.entry.name == Zone.utc.name }
        return (preferred ?? same.first)?.entry
    }

    /// The names of the entries whose clocks are least often and least far from those of a zone, the nearest first;
    /// none for a name that the tz database does not have.
    static func nearest(toIdentifier identifier: String) -> [String] {
        guard let zone = zone(identifier) else { return [] }
        let wanted = Clocks(of: zone)
        let ranked = known.enumerated().map {
            (distance: $0.element.clocks.distance(to: wanted), place: $0.offset, name: $0.element.entry.name)
        }
        return ranked.sorted { ($0.distance, $0.place) < ($1.distance, $1.place) }.prefix(mostNamed).map(\.name)
    }

    private static let mostNamed = 3

    private static func zone(_ identifier: String) -> TimeZone? {
        isPlausible(identifier) ? TimeZone(identifier: identifier) : nil
    }

    /// Keeps from Foundation what it takes for a name although the database has none such: it reads only up to a NUL,
    /// and makes up zones of a fixed offset such as GMT+0530.
    private static func isPlausible(_ identifier: String) -> Bool {
        identifier.utf8.count <= 64
            && identifier.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
            && !["GMT+", "GMT-", "UTC+", "UTC-"].contains { identifier.hasPrefix($0) }
    }

    /// What a zone's clocks do from the year on in which this process first asked.
    private struct Clocks: Equatable {
        /// When each offset begins to hold, in seconds since 1970, and the offset, in seconds east.
        private let offsets: [(start: Int64, offset: Int)]

        /// So many years are compared. Rules repeat, but not in every year: some follow the moon.
        private static let years = 10
        private static let week: Int64 = 7 * CivilCalendar.secondsPerDay

        private static let start: Int64 = {
            let today = Int(Timestamp.now().secondsSince1970 / CivilCalendar.secondsPerDay)
            let newYear = CivilCalendar.days(year: CivilCalendar.civil(today).year, month: 1, day: 1)
            return Int64(newYear ?? today) * CivilCalendar.secondsPerDay
        }()

        init(of zone: TimeZone) {
            let end = Self.start + Int64(Self.years) * 366 * CivilCalendar.secondsPerDay
            var date = Date(timeIntervalSince1970: Double(Self.start))
            var offsets = [(Self.start, zone.secondsFromGMT(for: date))]
            while let next = zone.nextDaylightSavingTimeTransition(after: date), next > date,
                next.timeIntervalSince1970 < Double(end)
            {
                date = next
                let offset = zone.secondsFromGMT(for: next)
                if offset != offsets.last?.1 { offsets.append((Int64(next.timeIntervalSince1970), offset)) }
            }
            self.offsets = offsets
        }

        /// How far other clocks are off in the first year, summed up over its weeks.
        func distance(to other: Clocks) -> Int {
            (0..<52).reduce(0) { sum, number in
                let instant = Self.start + Int64(number) * Self.week
                return sum + abs(offset(at: instant) - other.offset(at: instant))
            }
        }

        private func offset(at instant: Int64) -> Int { offsets.last { $0.start <= instant }?.offset ?? 0 }

        static func == (left: Clocks, right: Clocks) -> Bool { left.offsets.elementsEqual(right.offsets, by: ==) }
    }

    private static let known: [(entry: TimeZoneNames.Entry, clocks: Clocks)] = TimeZoneNames.entries.compactMap {
        entry in
        TimeZone(identifier: entry.identifier).map { (entry, Clocks(of: $0)) }
    }
}
