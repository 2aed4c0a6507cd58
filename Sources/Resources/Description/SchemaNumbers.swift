import Synchronization

/// Numbers for the caches of a process; they mean nothing outside it.
enum SchemaNumbers {
    private static let last = Atomic<Int>(0)

    static func next() -> Int { last.add(1, ordering: .relaxed).newValue }
}
