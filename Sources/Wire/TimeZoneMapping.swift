import Foundation

/// Finds the enumeration entry for a tz database name (docs/protocol/data-types.md#input).
enum TimeZoneMapping {
    static func entry(forIdentifier identifier: String) -> TimeZoneNames.Entry? {
        guard isPlausible(identifier), let zone = TimeZone(identifier: identifier) else { return nil }
        let city = String((identifier.split(separator: "/").last ?? "").map { $0 == "_" ? " " : $0 })
        // Several entries may share a zone: then the one with the city's name, so Asia/Tokyo is Tokyo and not Osaka.
        let exact = TimeZoneNames.entries.filter { $0.identifier == identifier }
        if let entry = exact.first(where: { $0.name == city }) ?? exact.first { return entry }
        let wanted = Year(of: zone)
        let sameStandard = years.filter { $0.year.standard == wanted.standard }
        let sameYear = sameStandard.filter { $0.year == wanted }
        // Europe/Kyiv is Kyiv by another spelling, and GMT is better called UTC than Monrovia.
        let preferred = sameYear.first { $0.entry.name == city } ?? sameYear.first { $0.entry.name == Zone.utc.name }
        return (preferred ?? sameYear.first ?? sameStandard.first)?.entry
    }

    /// Keeps from Foundation what it takes for a name although the database has none such: it reads only up to a NUL,
    /// and makes up zones of a fixed offset such as GMT+0530.
    private static func isPlausible(_ identifier: String) -> Bool {
        identifier.utf8.count <= 64
            && identifier.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
            && !["GMT+", "GMT-", "UTC+", "UTC-"].contains { identifier.hasPrefix($0) }
    }

    /// What a zone's clocks do in the year this process first asked.
    private struct Year: Equatable {
        /// The offset outside of daylight saving time, seconds east: the lower of January's and July's, as daylight
        /// saving time is ahead and the two hemispheres have it in different halves of the year.
        let standard: Int
        /// The offset in each week, which tells any two rules of today apart.
        let weeks: [Int]

        private static let start: Int64 = {
            let today = Int(Timestamp.now().secondsSince1970 / CivilCalendar.secondsPerDay)
            let newYear = CivilCalendar.days(year: CivilCalendar.civil(today).year, month: 1, day: 1)
            return Int64(newYear ?? today) * CivilCalendar.secondsPerDay
        }()

        init(of zone: TimeZone) {
            weeks = (0..<52).map { week in
                zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(Self.start + week * 7 * 86400)))
            }
            standard = min(weeks[0], weeks[26])
        }
    }

    private static let years: [(entry: TimeZoneNames.Entry, year: Year)] = TimeZoneNames.entries.compactMap { entry in
        TimeZone(identifier: entry.identifier).map { (entry, Year(of: $0)) }
    }
}
