/// The proleptic Gregorian calendar in integers: days since 1970-01-01 and back.
///
/// Years are counted from March, so that the leap day comes last and months fall into a regular 153-day pattern.
enum CivilCalendar {
    static let secondsPerDay: Int64 = 86400
    /// 0001-01-01 and 9999-12-31.
    static let days = -719_162...2_932_896

    static func isLeap(_ year: Int) -> Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }

    static func length(ofMonth month: Int, year: Int) -> Int {
        switch month {
        case 2: isLeap(year) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// nil unless it is a real day of the years 1 to 9999.
    static func days(year: Int, month: Int, day: Int) -> Int? {
        guard (1...9999).contains(year), (1...12).contains(month), day >= 1, day <= length(ofMonth: month, year: year)
        else { return nil }
        let shifted = month > 2 ? year : year - 1
        let (era, yearOfEra) = shifted.quotientAndRemainder(dividingBy: 400)
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    /// Year, month and day of a day in `days`; others are counted as the nearest one in it.
    @inline(__always)
    static func civil(_ days: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = min(max(days, Self.days.lowerBound), Self.days.upperBound) &+ 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted &- era &* 146_097
        let yearOfEra = (dayOfEra &- dayOfEra / 1460 &+ dayOfEra / 36524 &- dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra &- (365 &* yearOfEra &+ yearOfEra / 4 &- yearOfEra / 100)
        let part = (5 &* dayOfYear &+ 2) / 153
        let day = dayOfYear &- (153 &* part &+ 2) / 5 &+ 1
        let month = part < 10 ? part &+ 3 : part &- 9
        return (yearOfEra &+ era &* 400 &+ (month <= 2 ? 1 : 0), month, day)
    }
}
