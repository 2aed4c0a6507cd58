import TestSupport
import Testing

@testable import ServiceDesk

@Suite struct RecentlyUsedTests {
    @Test(arguments: [1, 2, 5, 64])
    func whatWasUsedLastIsKnownAndNeverAnEarlierValue(capacity: Int) {
        var cache = RecentlyUsed<Int, Int>(capacity: capacity)
        var generator = SeededGenerator(seed: UInt64(capacity))
        var kept: [Int: Int] = [:]
        /// The keys by when they were used, the last one last.
        var used: [Int] = []
        for step in 0..<5_000 {
            let key = Int.random(in: 0..<capacity * 4, using: &generator)
            let value = cache.value(of: key)
            if used.suffix(capacity).contains(key) { #expect(value != nil) }
            if value != nil { #expect(value == kept[key]) }
            if value == nil || step % 3 == 0 {
                cache.keep(step, for: key)
                kept[key] = step
            }
            used.removeAll { $0 == key }
            used.append(key)
        }
        let known = (0..<capacity * 4).filter { key in
            var copy = cache
            return copy.value(of: key) != nil
        }
        #expect((capacity...2 * capacity).contains(known.count))
    }

    @Test func nothingIsKnownOnceAllIsRemoved() {
        var cache = RecentlyUsed<Int, String>(capacity: 2)
        for key in 0..<3 { cache.keep("\(key)", for: key) }
        #expect((0..<3).map { cache.value(of: $0) } == ["0", "1", "2"])
        cache.removeAll()
        #expect((0..<3).map { cache.value(of: $0) } == [nil, nil, nil])
    }
}
