import TestSupport
import Testing
import Wire

@testable import Web

/// The limiter by itself, on a clock that the tests set.
@Suite struct RateLimiterTests {
    /// A limiter and the time, in milliseconds.
    private struct Counter {
        let limiter: RateLimiter
        private let start = ContinuousClock.now
        var time = 0

        init(_ limits: RateLimiter.Limits?, people: Int = 100, addresses: Int = 100) {
            limiter = RateLimiter(limits, people: people, addresses: addresses)
        }

        func take(
            _ caller: RateLimiter.Caller = .person(1), wall: Int64 = 0, isFree: Bool = false
        ) -> RateLimiter.Verdict {
            limiter.take(
                caller, at: Timestamp(microseconds: wall), instant: start + .milliseconds(time), isFree: isFree)
        }

        /// Whether a call passes.
        func passes(_ caller: RateLimiter.Caller = .person(1)) -> Bool { take(caller).retryAfter == nil }

        /// How many of many calls pass.
        func passing(_ count: Int, _ caller: RateLimiter.Caller = .person(1)) -> Int {
            (0..<count).count { _ in passes(caller) }
        }
    }

    /// Somebody at an address.
    private static func unknown(_ text: String) throws -> RateLimiter.Caller {
        let address: IPAddress = try #require(IPAddress(text))
        return .unknown(at: address)
    }

    private static let small = RateLimiter.Limits(perHour: 5, burst: 3, burstSeconds: 2)

    /// Some that are remembered call by call, and some that are not.
    private static let manyLimits = [
        .standard, small, RateLimiter.Limits(perHour: 60, burst: 60, burstSeconds: 60),
        RateLimiter.Limits(perHour: 61, burst: 61, burstSeconds: 7),
        RateLimiter.Limits(
            perHour: 2_000, burst: 300, burstSeconds: 1), RateLimiter.Limits(perHour: 1, burst: 1, burstSeconds: 3_600),
        RateLimiter.Limits(perHour: 3_600, burst: 500, burstSeconds: 3_600),
    ]

    /// The most calls in any stretch of a length, which its end belongs to and its beginning does not.
    private func most(_ times: [Int], within length: Int) -> Int {
        var most = 0
        var oldest = 0
        for (place, time) in times.enumerated() {
            while times[oldest] <= time - length { oldest += 1 }
            most = max(most, place - oldest + 1)
        }
        return most
    }

    @Test("no stretch of time passes more than its limit, however the calls come", arguments: manyLimits)
    func anyStretch(limits: RateLimiter.Limits) {
        for seed in UInt64(1)...3 {
            var random = SeededGenerator(seed: seed)
            var counter = Counter(limits)
            var passed: [Int] = []
            var isHasty = false
            // Two hours and a half, of haste and of leisure.
            while counter.time < 9_000_000 {
                if Int.random(in: 0..<200, using: &random) == 0 { isHasty.toggle() }
                counter.time += Int.random(in: 0..<(isHasty ? 40 : 2_000), using: &random)
                if counter.passes() { passed.append(counter.time) }
            }
            #expect(most(passed, within: 3_600_000) <= limits.perHour)
            #expect(most(passed, within: limits.burstSeconds * 1_000) <= limits.burst)
            #expect(!passed.isEmpty)
        }
    }

    @Test("a call is refused only where a window is full that is a sixtieth longer", arguments: manyLimits)
    func noLess(limits: RateLimiter.Limits) {
        var random = SeededGenerator(seed: 7)
        var counter = Counter(limits)
        var passed: [Int] = []
        func isFull(_ calls: Int, _ length: Int) -> Bool {
            let since = counter.time - (calls <= 60 ? length : length + length / 60 + 1)
            return passed.count >= calls && passed[passed.count - calls] > since
        }
        var refused = 0
        while counter.time < 5_000_000 {
            counter.time += Int.random(in: 0..<400, using: &random)
            if counter.passes() {
                passed.append(counter.time)
            } else {
                refused += 1
                #expect(isFull(limits.perHour, 3_600_000) || isFull(limits.burst, limits.burstSeconds * 1_000))
            }
        }
        #expect(refused > 0)
    }

    @Test("a burst that begins in the middle of another gains nothing by it")
    func edges() {
        var counter = Counter(.standard)
        // Ten at the end of one stretch, and ten when it is over.
        for (time, calls, passing) in [
            (0, 1, 1), (1_900, 25, 19), (1_999, 1, 0), (2_000, 2, 1), (3_899, 5, 0), (3_900, 25, 19), (4_000, 2, 1),
        ] {
            counter.time = time
            #expect(counter.passing(calls) == passing, "at \(time) ms")
        }
    }

    @Test("who waits as long as they are told is let through, and not sooner", arguments: manyLimits)
    func retryAfter(limits: RateLimiter.Limits) throws {
        var counter = Counter(limits)
        var random = SeededGenerator(seed: 3)
        var refusals = 0
        while counter.time < 20_000_000, refusals < 500 {
            counter.time += Int.random(in: 0..<50, using: &random)
            guard let wait = counter.take().retryAfter else { continue }
            refusals += 1
            try #require(wait >= 1 && wait <= 3_600)
            counter.time += Int(wait - 1) * 1_000
            if wait > 1 { #expect(!counter.passes()) }
            counter.time += 1_000
            #expect(counter.passes())
        }
        #expect(refusals > 0)
    }

    @Test("the headers count the hour, and say when its oldest call leaves")
    func verdicts() {
        var counter = Counter(Self.small)
        let wall: Int64 = 1_000_000_000
        func verdict(_ seconds: Int, isFree: Bool = false) -> [Int64] {
            counter.time = seconds * 1_000
            let verdict = counter.take(wall: wall + Int64(seconds) * 1_000_000, isFree: isFree)
            return [Int64(verdict.limit), Int64(verdict.remaining), verdict.reset, verdict.retryAfter ?? 0]
        }
        #expect(verdict(0, isFree: true) == [5, 5, 4_600, 0])
        #expect(verdict(10) == [5, 4, 4_610, 0])
        #expect(verdict(20) == [5, 3, 4_610, 0])
        #expect(verdict(20, isFree: true) == [5, 3, 4_610, 0])
        #expect(verdict(3_609) == [5, 2, 4_610, 0])
        #expect(verdict(3_610, isFree: true) == [5, 3, 4_620, 0])
        #expect(verdict(3_620, isFree: true) == [5, 4, 8_209, 0])
        #expect(verdict(8_000, isFree: true) == [5, 5, 12_600, 0])
    }

    @Test("setting the wall clock moves no limit")
    func wallClock() {
        var counter = Counter(Self.small)
        for wall in [Int64(0), 7_200_000_000, -7_200_000_000] {
            #expect(counter.take(wall: wall).retryAfter == nil)
        }
        for wall in [Int64(0), 7_200_000_000, -7_200_000_000, 4_000_000_000_000_000] {
            #expect(counter.take(wall: wall).retryAfter == 2)
        }
        counter.time = 2_000
        #expect(counter.take(wall: 0).retryAfter == nil)
    }

    @Test("calls that overtake each other count like any")
    func overtaking() {
        var counter = Counter(Self.small)
        for time in [2_000, 500, 1_000] {
            counter.time = time
            #expect(counter.passes())
        }
        for time in [0, 1_000, 2_000, 3_000] {
            counter.time = time
            #expect(!counter.passes())
        }
        counter.time = 4_000
        #expect(counter.passes())
        // Those of one second are remembered by the last of them, not by the one that comes in last.
        counter = Counter(RateLimiter.Limits(perHour: 1_000, burst: 61, burstSeconds: 60))
        for (time, calls, passing) in [(1_900, 60, 60), (1_100, 1, 1), (61_500, 1, 0), (62_000, 70, 61)] {
            counter.time = time
            #expect(counter.passing(calls) == passing, "at \(time) ms")
        }
    }

    @Test("without limits all calls pass")
    func off() {
        #expect(Counter(nil).passing(5_000) == 5_000)
        #expect(Counter(nil).take().remaining == 3_600)
    }

    @Test("no number of addresses pushes out a count")
    func eviction() throws {
        let counter = Counter(Self.small, people: 10, addresses: 10)
        func address(_ number: Int) throws -> RateLimiter.Caller {
            try Self.unknown("10.1.\(number / 256).\(number % 256)")
        }
        let first = try address(0)
        #expect(counter.passing(5, .person(1)) == 3)
        #expect(counter.passing(5, first) == 3)
        // Nine more have room; all others share one count.
        let passing = try (1...1_000).map { counter.passing(5, try address($0)) }
        #expect(passing.prefix(9).allSatisfy { $0 == 3 })
        #expect(passing.dropFirst(9).first == 3 && passing.dropFirst(10).allSatisfy { $0 == 0 })
        #expect(!counter.passes(.person(1)) && !counter.passes(first))
        // A person who comes only now has a count of their own.
        #expect(counter.passing(5, .person(2)) == 3)
        #expect(counter.take(.person(1), isFree: true).remaining == 2)
    }

    @Test("room that is found again goes to newcomers")
    func room() throws {
        var counter = Counter(Self.small, people: 2, addresses: 2)
        #expect((1...4).map { counter.passing(4, .person($0)) } == [3, 3, 3, 0])
        // One of the two goes on calling; the other's hour is over.
        counter.time = 3_000_000
        #expect(counter.passing(1, .person(1)) == 1)
        counter.time = 3_600_000
        #expect((5...7).map { counter.passing(4, .person($0)) } == [3, 3, 0])
        #expect(counter.take(.person(1), isFree: true).remaining == 4)
        #expect(counter.take(.person(2), isFree: true).remaining == 2, "the shared count's")
    }

    @Test("who only looks takes no room")
    func looking() {
        let counter = Counter(Self.small, people: 2, addresses: 2)
        for id in Int64(1)...100 { #expect(counter.take(.person(id), isFree: true).remaining == 5) }
        #expect((101...102).map { counter.passing(4, .person($0)) } == [3, 3])
    }

    @Test(
        "a network of 64 bits of IPv6 is one caller, an address of IPv4 another",
        arguments: [
            ("2001:db8::1", "2001:db8::ffff:ffff:ffff:ffff", true), ("2001:db8::1", "2001:db8:0:1::1", false),
            ("192.0.2.1", "192.0.2.2", false), ("192.0.2.1", "::ffff:192.0.2.1", true),
            ("::ffff:192.0.2.1", "::ffff:192.0.2.2", false), ("fe80::1", "fe80::2", true), ("::1", "127.0.0.1", false),
        ])
    func networks(one: String, other: String, isSame: Bool) throws {
        let counter = Counter(Self.small)
        #expect(counter.passing(4, try Self.unknown(one)) == 3)
        #expect(counter.passing(4, try Self.unknown(other)) == (isSame ? 0 : 3))
        #expect(counter.passing(4, .unknown(at: nil)) == 3)
    }
}
