import Synchronization

/// Says that what a process keeps of a record is out of date.
public struct Invalidation: Hashable, Sendable {
    /// The code of the record's kind; 0 stands for everything.
    public let kind: Int64
    public let id: Int64

    public init(kind: Int64, id: Int64) {
        self.kind = kind
        self.id = id
    }

    /// Everything that is kept is out of date.
    public static let everything = Invalidation(kind: 0, id: 0)
}

/// The invalidations of this process in order. Every cache remembers how far it has read; being up to date costs one
/// atomic load.
public final class InvalidationLog: Sendable {
    private struct Tail {
        var first: UInt64 = 0
        var entries: [Invalidation] = []
    }

    private let end = Atomic<UInt64>(0)
    private let tail = Mutex(Tail())

    /// How many entries are kept; a cache that is further behind drops everything.
    static let maximumEntries = 1024

    /// The position after the newest entry.
    public var position: UInt64 { end.load(ordering: .acquiring) }

    func append(_ invalidations: some Collection<Invalidation>) {
        guard !invalidations.isEmpty else { return }
        tail.withLock { tail in
            tail.entries += invalidations
            if tail.entries.count > Self.maximumEntries {
                let surplus = tail.entries.count - Self.maximumEntries / 2
                tail.entries.removeFirst(surplus)
                tail.first += UInt64(surplus)
            }
            end.store(tail.first + UInt64(tail.entries.count), ordering: .releasing)
        }
    }

    /// The entries after a position, and the position after them.
    public func entries(after position: UInt64) -> (entries: [Invalidation], position: UInt64) {
        tail.withLock { tail in
            let end = tail.first + UInt64(tail.entries.count)
            if position < tail.first { return ([.everything], end) }
            return (Array(tail.entries.dropFirst(Int(position - tail.first))), end)
        }
    }
}
