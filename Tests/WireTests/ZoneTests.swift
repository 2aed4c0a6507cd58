import Foundation
import TestSupport
import Testing
import Wire

@Suite struct ZoneTests {
    @Test func everyNameOfTheEnumerationIsKnown() throws {
        #expect(Zone.names.count == 152)
        #expect(Set(Zone.names).count == 152)
        for name in Zone.names {
            let zone = try #require(Zone.named(name), "\(name)")
            #expect(zone.name == name)
            #expect(TimeZone(identifier: zone.identifier) != nil)
        }
    }

    @Test(arguments: [
        ("Central Time (US & Canada)", "Central Time (US & Canada)", "America/Chicago"),
        ("UTC", "UTC", "Etc/UTC"), ("Etc/UTC", "UTC", "Etc/UTC"),
        ("America/Chicago", "Central Time (US & Canada)", "America/Chicago"),
        ("US/Central", "Central Time (US & Canada)", "America/Chicago"),
        ("Europe/Amsterdam", "Amsterdam", "Europe/Amsterdam"),
        ("Asia/Tokyo", "Tokyo", "Asia/Tokyo"), ("Europe/London", "London", "Europe/London"),
        ("America/Mexico_City", "Mexico City", "America/Mexico_City"), ("Asia/Kolkata", "Kolkata", "Asia/Kolkata"),
        ("GMT", "UTC", "Etc/UTC"), ("Europe/Kyiv", "Kyiv", "Europe/Kiev"),
        ("Asia/Calcutta", "Chennai", "Asia/Kolkata"),
        ("America/Detroit", "Eastern Time (US & Canada)", "America/New_York"),
        ("America/Panama", "Bogota", "America/Bogota"),
        ("Europe/Oslo", "Belgrade", "Europe/Belgrade"),
        ("Africa/Lagos", "West Central Africa", "Africa/Algiers"),
    ])
    func finds(_ asked: String, _ name: String, _ identifier: String) {
        let zone = Zone.named(asked)
        #expect(zone?.name == name)
        #expect(zone?.identifier == identifier)
        #expect(Zone(named: asked) == zone)
    }

    @Test(arguments: [
        "", "Nowhere", "Nowhere/Here", "central time (us & canada)", "GMT+0530", "UTC+3", "GMT-5", "Australia/Eucla",
        "../../etc/passwd", "America/Chicago\0", String(repeating: "a", count: 100_000),
    ])
    func refuses(_ name: String) {
        #expect(Zone.named(name) == nil)
        #expect(Zone(named: name) == nil)
    }

    @Test func isShared() {
        #expect(Zone.named("Amsterdam") === Zone.named("Europe/Amsterdam"))
        #expect(Zone.named("UTC") === Zone.utc)
        #expect(Zone.utc.offset(atUTC: 0) == 0)
    }

    @Test func mapsOntoTheSameClocks() {
        // Where a zone is mapped rather than found, its clocks agree at every hour of the next years.
        var mapped = 0
        for identifier in TimeZone.knownTimeZoneIdentifiers {
            guard let zone = Zone.named(identifier), let own = TimeZone(identifier: identifier) else { continue }
            mapped += 1
            if zone.identifier == identifier { continue }
            let start = Timestamp.now().microseconds / 3_600_000_000
            let differs = (start..<(start + 3 * 8_766)).contains { hour in
                zone.offset(atUTC: hour * 3600)
                    != own.secondsFromGMT(for: Date(timeIntervalSince1970: Double(hour * 3600)))
            }
            #expect(!differs, "\(identifier) became \(zone.name)")
        }
        #expect(mapped > 400)
    }

    @Test(arguments: [
        ("Australia/Lord_Howe", ["Canberra", "Melbourne", "Sydney"]), ("Pacific/Easter", ["Bogota", "Lima"]),
        ("America/Havana", ["Eastern Time (US & Canada)", "Indiana (East)"]), ("Antarctica/Troll", []),
        ("Pacific/Norfolk", []), ("Pacific/Kiritimati", []), ("America/Adak", ["Hawaii"]), ("Europe/Chisinau", []),
    ])
    func refusesOtherClocksAndSaysWhatIsNearest(_ identifier: String, _ nearest: [String]) {
        #expect(Zone.named(identifier) == nil)
        let found = Zone.nearest(to: identifier)
        #expect(found.count == 3 && found.allSatisfy(Zone.names.contains))
        #expect(Set(nearest).isSubset(of: found), "\(found)")
        for unknown in ["Nowhere", "", "GMT+0530", "\(identifier)\0"] { #expect(Zone.nearest(to: unknown) == []) }
    }

    @Test(arguments: [
        "Central Time (US & Canada)", "Amsterdam", "London", "Casablanca", "Kathmandu", "Samoa", "Chatham Is.",
        "Dublin",
        "Adelaide", "Caracas", "Moscow", "Brasilia", "Tehran", "Newfoundland",
    ])
    func agreesWithFoundation(_ name: String) throws {
        let zone = try #require(Zone.named(name))
        let foundation = try #require(TimeZone(identifier: zone.identifier))
        var random = SeededGenerator(seed: 3)
        for _ in 0..<5000 {
            let instant = Int64.random(in: -2_208_988_800..<4_102_444_800, using: &random)
            let expected = foundation.secondsFromGMT(for: Date(timeIntervalSince1970: Double(instant))) / 60 * 60
            #expect(zone.offset(atUTC: instant) == expected)
        }
    }

    @Test(arguments: ["Central Time (US & Canada)", "Amsterdam", "Samoa", "Brasilia", "Chatham Is.", "Kathmandu"])
    func localTimesComeBack(_ name: String) throws {
        let zone = try #require(Zone.named(name))
        var random = SeededGenerator(seed: 4)
        for _ in 0..<5000 {
            let instant = Int64.random(in: 0..<4_102_444_800, using: &random)
            let local = instant + Int64(zone.offset(atUTC: instant))
            let back = zone.utc(fromLocalSeconds: local)
            // An instant that is the second of its local time comes back as the first.
            #expect(back == instant || (back < instant && back + Int64(zone.offset(atUTC: back)) == local))
        }
    }

    @Test func extremesAreHarmless() throws {
        let zone = try #require(Zone.named("Auckland"))
        for extreme in [Int64.min, -62_135_596_800, 253_402_300_799, Int64.max] {
            _ = zone.offset(atUTC: extreme)
            _ = zone.utc(fromLocalSeconds: extreme)
        }
    }
}
