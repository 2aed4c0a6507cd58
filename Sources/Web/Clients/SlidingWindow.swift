/// So many calls in any stretch of time of a length. Instants are nanoseconds of a monotonic clock.
struct WindowLimit: Sendable {
    let calls: Int
    /// In nanoseconds.
    let length: Int64
    /// Calls within one stretch of this length, in nanoseconds, are remembered as one mark.
    fileprivate let grain: Int64

    /// How many marks a window has at most, give or take the two at its ends.
    private static let maximumMarks = 60

    init(calls: Int, seconds: Int) {
        self.calls = calls
        length = Int64(seconds) * 1_000_000_000
        grain = calls <= Self.maximumMarks ? 1 : max(length / Int64(Self.maximumMarks), 1)
    }
}

/// The calls that somebody made within the length of a `WindowLimit`.
///
/// Up to 60 calls are remembered one by one, so that a limit of that size is exact. Of a larger limit, the calls of a
/// sixtieth of the length (a minute of an hour) make one mark, which bears the time of the last of them. So a call may
/// count for up to a sixtieth longer than it had to, but never less: nobody gets more than the limit in any stretch of
/// the length. A mark takes 16 bytes, a window 62 marks at most.
struct SlidingWindow: Sendable {
    private struct Mark {
        /// When the last of the calls was made.
        var last: Int64
        var calls: Int
    }

    /// In the order of time.
    private var marks: [Mark] = []
    /// How many calls count.
    private(set) var calls = 0

    /// Forgets calls that are a whole length ago.
    mutating func slide(to now: Int64, _ limit: WindowLimit) {
        let old = marks.prefix { $0.last <= now - limit.length }
        if old.isEmpty { return }
        calls -= old.reduce(0) { $0 + $1.calls }
        marks.removeFirst(old.count)
    }

    /// Remembers a call.
    mutating func add(_ now: Int64, _ limit: WindowLimit) {
        calls += 1
        guard let latest = marks.last?.last else { return marks.append(Mark(last: now, calls: 1)) }
        // Calls that overtake each other on the way here keep the marks in order.
        let now = max(now, latest)
        if now / limit.grain == latest / limit.grain {
            marks[marks.count - 1].last = now
            marks[marks.count - 1].calls += 1
        } else {
            marks.append(Mark(last: now, calls: 1))
        }
    }

    /// When the oldest calls will be forgotten; nil when there are none.
    func renewal(_ limit: WindowLimit) -> Int64? { marks.first.map { $0.last + limit.length } }

    /// From when on one more call is within the limit; nil when it is now.
    func opening(_ now: Int64, _ limit: WindowLimit) -> Int64? {
        calls < limit.calls ? nil : renewal(limit) ?? now + limit.length
    }
}
