import Synchronization
import Wire

/// How many calls a person may make (an address, while nobody is known): so many in any hour, and so many in any short
/// time. Each process counts for itself.
///
/// The windows slide (`SlidingWindow` says how exactly) and follow a monotonic clock, so that nothing happens when
/// somebody sets the time. People and addresses are kept apart: however many addresses call, no person's count is lost.
public final class RateLimiter: Sendable {
    /// The two limits.
    public struct Limits: Sendable, Equatable {
        /// The most calls in any hour.
        public let perHour: Int
        /// The most calls in any `burstSeconds`.
        public let burst: Int
        public let burstSeconds: Int

        public init(perHour: Int, burst: Int, burstSeconds: Int) {
            self.perHour = perHour
            self.burst = burst
            self.burstSeconds = burstSeconds
        }

        /// 3,600 an hour and 20 in 2 seconds.
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
    public enum Caller: Hashable, Sendable {
        /// Somebody known, by their id.
        case person(Int64)
        /// The prefix that an address is counted by; nil when the connection has none.
        case address(IPAddress?)

        /// Somebody who is not known, by their address.
        static func unknown(at address: IPAddress?) -> Caller { .address(address?.countedPrefix) }
    }

    /// What the headers say, and whether the call may go on.
    public struct Verdict: Sendable {
        /// How many calls an hour has.
        public let limit: Int
        /// How many of them are left.
        public let remaining: Int
        /// When the oldest call that counts leaves the hour, so that there are more again, in seconds since 1970; an
        /// hour from now when none counts.
        public let reset: Int64
        /// How many seconds to wait, after which the call passes; nil when it may go on.
        public let retryAfter: Int64?
    }

    private struct State {
        var people: CallCounts<Int64>
        var addresses: CallCounts<IPAddress?>
    }

    /// The most people with a count of their own. All of them are known, so no caller can make more of them.
    private static let maximumPeople = 500_000
    /// The most addresses with a count of their own; those who call once a minute for an hour take 1 KB each.
    private static let maximumAddresses = 20_000

    /// The limits, or nil when there are none.
    private let limits: Limits?
    private let windows: CallCount.Limits
    private let start = ContinuousClock.now
    private let state: Mutex<State>

    /// - Parameter limits: nil for none.
    public convenience init(_ limits: Limits?) {
        self.init(limits, people: Self.maximumPeople, addresses: Self.maximumAddresses)
    }

    /// - Parameters:
    ///   - people: the most people with a count of their own.
    ///   - addresses: the most addresses with a count of their own.
    init(_ limits: Limits?, people: Int, addresses: Int) {
        self.limits = limits
        let shown = limits ?? .standard
        windows = CallCount.Limits(
            hour: WindowLimit(calls: shown.perHour, seconds: 3_600),
            burst: WindowLimit(calls: shown.burst, seconds: shown.burstSeconds))
        state = Mutex(State(people: CallCounts(capacity: people), addresses: CallCounts(capacity: addresses)))
    }

    /// Counts a call.
    /// - Parameters:
    ///   - now: the time by the wall clock, for `reset` alone.
    ///   - instant: the time that counts.
    ///   - isFree: only looks.
    public func take(
        _ caller: @autoclosure () -> Caller, at now: Timestamp, instant: ContinuousClock.Instant = .now,
        isFree: Bool = false
    ) -> Verdict {
        guard let limits else {
            let limit = Limits.standard.perHour
            return Verdict(
                limit: limit, remaining: limit, reset: Self.second(after: now, windows.hour.length), retryAfter: nil)
        }
        let caller = caller()
        let moment = start.duration(to: instant).nanoseconds
        let standing = state.withLock { state in
            switch caller {
            case .person(let id): state.people.take(id, at: moment, windows, isFree: isFree)
            case .address(let address):
                state.addresses.take(address, at: moment, windows, isFree: isFree)
            }
        }
        return Verdict(
            limit: limits.perHour, remaining: standing.remaining,
            reset: Self.second(after: now, standing.renewal - moment),
            retryAfter: standing.opening.map { max(($0 - moment).roundedUp(to: 1_000_000_000), 1) })
    }

    /// The second since 1970 by which nanoseconds have passed.
    private static func second(after now: Timestamp, _ nanoseconds: Int64) -> Int64 {
        (now.microseconds + nanoseconds.roundedUp(to: 1_000)).roundedUp(to: 1_000_000)
    }
}

extension Duration {
    /// Whole nanoseconds, as clocks have them.
    fileprivate var nanoseconds: Int64 { components.seconds * 1_000_000_000 + components.attoseconds / 1_000_000_000 }
}

extension Int64 {
    /// How many units this is, if the last has only begun too: who waits as long has waited enough.
    fileprivate func roundedUp(to unit: Int64) -> Int64 { (self + unit - 1) / unit }
}
