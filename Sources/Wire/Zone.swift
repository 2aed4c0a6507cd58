import Synchronization

/// A viewer's time zone: an entry of the R-Service enumeration and the tz database zone behind it.
public final class Zone: Sendable, Hashable {
    /// The name in the enumeration, such as `Central Time (US & Canada)`.
    public let name: String
    /// The name in the tz database, such as `America/Chicago`.
    public let identifier: String

    private let transitions: ZoneTransitions

    /// The zone of viewers who have not said otherwise.
    public static let utc = Zone(name: "UTC", identifier: "Etc/UTC", transitions: .utc)

    /// The names of the enumeration, roughly from west to east.
    public static let names: [String] = TimeZoneNames.entries.map(\.name)

    private static let shared = Mutex<[String: Zone]>([:])

    private init(name: String, identifier: String, transitions: ZoneTransitions) {
        self.name = name
        self.identifier = identifier
        self.transitions = transitions
    }

    /// Finds a zone by its name in the enumeration or in the tz database (docs/protocol/data-types.md#input).
    ///
    /// A tz database name becomes an entry of the enumeration: the one of that very zone, else one whose clocks agree
    /// with its all year. Names are exact. nil for an unknown name, and where no entry's clocks agree.
    public convenience init?(named name: String) {
        guard let zone = Zone.named(name) else { return nil }
        self.init(name: zone.name, identifier: zone.identifier, transitions: zone.transitions)
    }

    /// The instance everyone shares for a name of the enumeration or the tz database; see `init(named:)`.
    public static func named(_ name: String) -> Zone? {
        if let known = shared.withLock({ $0[name] }) { return known }
        guard let entry = TimeZoneNames.entry(named: name) else {
            return TimeZoneMapping.entry(forIdentifier: name).flatMap { named($0.name) }.map { keep($0, as: name) }
        }
        if entry.name == utc.name { return keep(utc, as: name) }
        guard let transitions = ZoneTransitions.of(entry.identifier) else { return nil }
        return keep(Zone(name: entry.name, identifier: entry.identifier, transitions: transitions), as: name)
    }

    /// The names that stand nearest to one of the tz database which `named` does not find, the best first; none for a
    /// name that nobody knows.
    public static func nearest(to name: String) -> [String] { TimeZoneMapping.nearest(toIdentifier: name) }

    /// Remembers the zone, unless another caller was quicker. There are some 600 names; the bound is for the day
    /// somebody finds out how to make up more.
    private static func keep(_ zone: Zone, as name: String) -> Zone {
        shared.withLock { zones in
            if let earlier = zones[name] { return earlier }
            if zones.count < 2000 { zones[name] = zone }
            return zone
        }
    }

    /// How far local time is ahead at an instant: seconds east of UTC, whole minutes.
    /// - Parameter seconds: of UTC since 1970.
    public func offset(atUTC seconds: Int64) -> Int { transitions.offset(atUTC: seconds) }

    /// The instant a local time stands for, seconds of UTC since 1970. A time the clocks skip moves forward by as
    /// much as they do; of one that comes twice it is the first.
    /// - Parameter local: seconds since 1970-01-01T00:00:00 on the zone's clocks.
    public func utc(fromLocalSeconds local: Int64) -> Int64 {
        // A day to either side is beyond any offset, and no zone changes its clocks twice within two days.
        let before = Int64(offset(atUTC: local &- CivilCalendar.secondsPerDay))
        let first = local &- before
        if Int64(offset(atUTC: first)) == before { return first }
        let after = Int64(offset(atUTC: local &+ CivilCalendar.secondsPerDay))
        let second = local &- after
        return Int64(offset(atUTC: second)) == after ? second : first
    }

    /// Equal when they are the same entry of the enumeration.
    public static func == (left: Zone, right: Zone) -> Bool { left.name == right.name }

    /// Hashes the name.
    public func hash(into hasher: inout Hasher) { hasher.combine(name) }
}
