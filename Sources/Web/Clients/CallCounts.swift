/// The counts of callers of one kind, of bounded number. A count is forgotten when all of it is over and never before,
/// whoever else calls; where there is no room, newcomers share one count.
struct CallCounts<Key: Hashable & Sendable>: Sendable {
    /// How often room is looked for, at most, in nanoseconds: many newcomers must not make each other's calls slow.
    private static var sweepInterval: Int64 { 60_000_000_000 }

    private let capacity: Int
    private var counts: [Key: CallCount] = [:]
    /// The count of those for whom there is no room.
    private var shared = CallCount()
    private var nextSweep = Int64.min

    /// - Parameter capacity: the most callers with a count of their own.
    init(capacity: Int) { self.capacity = capacity }

    /// Counts a call, as `CallCount.take` does.
    mutating func take(_ key: Key, at now: Int64, _ limits: CallCount.Limits, isFree: Bool) -> CallCount.Standing {
        if let place = counts.index(forKey: key) {
            return counts.values[place].take(at: now, limits, isFree: isFree)
        }
        guard hasRoom(at: now, limits) else { return shared.take(at: now, limits, isFree: isFree) }
        var count = CallCount()
        let standing = count.take(at: now, limits, isFree: isFree)
        if !isFree { counts[key] = count }
        return standing
    }

    private mutating func hasRoom(at now: Int64, _ limits: CallCount.Limits) -> Bool {
        if counts.count < capacity { return true }
        guard now >= nextSweep else { return false }
        nextSweep = now + Self.sweepInterval
        counts = counts.filter { entry in
            var count = entry.value
            return !count.isOver(at: now, limits)
        }
        return counts.count < capacity
    }
}
