/// Every minute and every day counts alike: there are no leap seconds in UTC as it is kept here, and no working hours.
extension Timestamp {
    private static let second: Int64 = 1_000_000
    private static let minute = 60 * second
    private static let day = 86_400 * second

    /// So many seconds later; earlier if negative.
    /// The last whole second that is not after it.
    public var wholeSecond: Timestamp {
        let past = microseconds % Self.second
        return Timestamp(microseconds: microseconds - (past < 0 ? past + Self.second : past))
    }

    public func adding(seconds: Int64) -> Timestamp { Timestamp(microseconds: microseconds + seconds * Self.second) }

    /// So many minutes later; earlier if negative.
    public func adding(minutes: Int64) -> Timestamp { Timestamp(microseconds: microseconds + minutes * Self.minute) }

    /// So many days of 24 hours later; earlier if negative.
    public func adding(days: Int64) -> Timestamp { Timestamp(microseconds: microseconds + days * Self.day) }

    /// The whole minutes from an earlier time to this one, what is left over cut; negative if that one is later.
    public func minutes(since earlier: Timestamp) -> Int64 { (microseconds - earlier.microseconds) / Self.minute }

    /// The whole seconds since 1970-01-01T00:00:00Z, what is left over cut.
    public var secondsSince1970: Int64 { microseconds / Self.second }

    /// The first moment of this time's day in UTC, for times since 1970.
    public var startOfDay: Timestamp { Timestamp(microseconds: microseconds / Self.day * Self.day) }
}
