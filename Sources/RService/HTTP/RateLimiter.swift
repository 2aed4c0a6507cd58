import Synchronization
import Wire

/// How many calls a person may make (an address, while nobody is known): so many an hour, and so many in a short
/// time. Each process counts for itself.
public final class RateLimiter: Sendable {
    /// The two limits.
    public struct Limits: Sendable, Equatable {
        public let perHour: Int
        public let burst: Int
        public let burstSeconds: Int

        public init(perHour: Int, burst: Int, burstSeconds: Int) {
            self.perHour = perHour
            self.burst = burst
            self.burstSeconds = burstSeconds
        }

        /// 3,600 an hour and 20 in 2 seconds (rservice-general §10).
        public static let standard = Limits(perHour: 3_600, burst: 20, burstSeconds: 2)

        /// Reads `3600/h,20/2s`; nil when it says something else.
        public init?(_ text: String) {
            let parts = text.split(separator: ",")
            guard parts.count == 2, parts[0].hasSuffix("/h"), let perHour = Int(parts[0].dropLast(2)), perHour > 0
            else { return nil }
            let burst = parts[1].split(separator: "/")
            guard burst.count == 2, burst[1].hasSuffix("s"), let count = Int(burst[0]), count > 0,
                let seconds = Int(burst[1].dropLast()), (1...3_600).contains(seconds)
            else { return nil }
            self.init(perHour: perHour, burst: count, burstSeconds: seconds)
        }
    }

    /// Who is counted.
    enum Caller: Hashable, Sendable {
        case person(Int64)
        case address(String)
    }

    /// What the headers say, and whether the call may go on.
    struct Verdict: Sendable {
        let limit: Int
        let remaining: Int
        /// When the hour's count starts anew, in seconds since 1970.
        let reset: Int64
        /// How many seconds to wait; nil when the call may go on.
        let retryAfter: Int64?
    }

    private struct Count {
        var hourStart: Int64
        var used = 0
        var burstStart: Int64
        var burstUsed = 0
    }

    /// The most callers remembered; past it those whose hour is over are dropped, and all when that is not enough.
    private static let maximumCallers = 100_000
    private static let second: Int64 = 1_000_000
    private static let hour: Int64 = 3_600 * second

    /// The limits, or nil when there are none.
    let limits: Limits?
    private let counts = Mutex<[Caller: Count]>([:])

    public init(_ limits: Limits?) { self.limits = limits }

    /// Counts a call.
    /// - Parameter isFree: only looks.
    func take(_ caller: @autoclosure () -> Caller, at now: Timestamp, isFree: Bool = false) -> Verdict {
        let time = now.microseconds
        guard let limits else {
            let limit = Limits.standard.perHour
            return Verdict(limit: limit, remaining: limit, reset: (time + Self.hour) / Self.second, retryAfter: nil)
        }
        let caller = caller()
        return counts.withLock { counts in
            if counts.count >= Self.maximumCallers {
                counts = counts.filter { time - $0.value.hourStart < Self.hour }
                if counts.count >= Self.maximumCallers { counts.removeAll() }
            }
            var count = counts[caller] ?? Count(hourStart: time, burstStart: time)
            if time - count.hourStart >= Self.hour { (count.hourStart, count.used) = (time, 0) }
            let burstLength = Int64(limits.burstSeconds) * Self.second
            if time - count.burstStart >= burstLength { (count.burstStart, count.burstUsed) = (time, 0) }
            var wait: Int64?
            if !isFree {
                if count.used >= limits.perHour {
                    wait = count.hourStart + Self.hour - time
                } else if count.burstUsed >= limits.burst {
                    wait = count.burstStart + burstLength - time
                } else {
                    count.used += 1
                    count.burstUsed += 1
                }
                counts[caller] = count
            }
            return Verdict(
                limit: limits.perHour, remaining: max(limits.perHour - count.used, 0),
                reset: (count.hourStart + Self.hour) / Self.second,
                retryAfter: wait.map { max(($0 + Self.second - 1) / Self.second, 1) })
        }
    }
}
