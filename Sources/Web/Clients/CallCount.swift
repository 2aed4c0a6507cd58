/// What one caller has used up of both limits.
struct CallCount: Sendable {
    /// The two limits that every call is held against.
    struct Limits: Sendable {
        let hour: WindowLimit
        let burst: WindowLimit
    }

    /// Where a caller stands.
    struct Standing: Sendable {
        /// How many calls the hour has left.
        let remaining: Int
        /// When the oldest call that counts leaves the hour, or an hour from now when none counts.
        let renewal: Int64
        /// From when on a call is let through again; nil when it is let through now.
        let opening: Int64?
    }

    private var hour = SlidingWindow()
    private var burst = SlidingWindow()

    /// Counts a call that both limits let through. One that is refused does not count.
    /// - Parameter isFree: only looks, and lets through.
    mutating func take(at now: Int64, _ limits: Limits, isFree: Bool) -> Standing {
        slide(to: now, limits)
        let opening = isFree ? nil : opening(now, limits)
        if !isFree, opening == nil {
            hour.add(now, limits.hour)
            burst.add(now, limits.burst)
        }
        return Standing(
            remaining: max(limits.hour.calls - hour.calls, 0),
            renewal: hour.renewal(limits.hour) ?? now + limits.hour.length, opening: opening)
    }

    /// Whether nothing counts any more.
    mutating func isOver(at now: Int64, _ limits: Limits) -> Bool {
        slide(to: now, limits)
        return hour.calls == 0 && burst.calls == 0
    }

    private func opening(_ now: Int64, _ limits: Limits) -> Int64? {
        switch (hour.opening(now, limits.hour), burst.opening(now, limits.burst)) {
        case (let hour?, let burst?): max(hour, burst)
        case (let hour, let burst): hour ?? burst
        }
    }

    private mutating func slide(to now: Int64, _ limits: Limits) {
        hour.slide(to: now, limits.hour)
        burst.slide(to: now, limits.burst)
    }
}
