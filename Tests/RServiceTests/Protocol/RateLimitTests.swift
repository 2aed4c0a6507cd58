import RService
import Testing
import Wire

@Suite struct RateLimitTests {
    private static let limits = RateLimiter.Limits(perHour: 5, burst: 3, burstSeconds: 2)

    private func headers(_ reply: Reply) -> [String?] {
        ["X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset"].map { reply.header($0) }
    }

    @Test("calls are counted by person, refused past the burst and past the hour, and go on when time does")
    func counting() async throws {
        try await TestDesk.run(rateLimit: Self.limits) { desk in
            let reset = "1675253685"
            for left in ["4", "3", "2"] {
                let reply = try await desk.get(.specialist, "/v1/requests")
                #expect(headers(reply) == ["5", left, reset] && reply.header("Retry-After") == nil)
            }
            let burst = try await desk.expect(429, .specialist, .get, "/v1/requests")
            #expect(headers(burst) == ["5", "2", reset] && burst.header("Retry-After") == "2")
            #expect(burst["message"] == "Too Many Requests")
            // Another person has a count of her own.
            _ = try await desk.get(.analyst, "/v1/requests")
            desk.clock.advance(seconds: 2)
            for left in ["1", "0"] {
                #expect(headers(try await desk.get(.specialist, "/v1/requests")) == ["5", left, reset])
            }
            let hour = try await desk.expect(429, .specialist, .post, "/v1/requests", ["subject": "x"])
            #expect(headers(hour) == ["5", "0", reset] && hour.header("Retry-After") == "3598")
            desk.clock.advance(seconds: 3_598)
            #expect(headers(try await desk.get(.specialist, "/v1/requests")) == ["5", "4", "1675257285"])
        }
    }

    @Test("asking how many calls are left costs nothing, with or without a token")
    func free() async throws {
        try await TestDesk.run(rateLimit: Self.limits) { desk in
            for _ in 0..<10 {
                let reply = try await desk.get(.specialist, "/v1/rate_limit")
                #expect(
                    reply.json == ["resources": ["core": ["limit": 5, "remaining": 5, "reset": 1_675_253_685]]])
                _ = try await desk.get(nil, "/v1/rate_limit")
            }
            _ = try await desk.get(.specialist, "/v1/requests")
            let core = try await desk.get(.specialist, "/v1/rate_limit")["resources"]?["core"]
            #expect(core?["remaining"] == 4)
            try await desk.expect(401, nil, .get, "/v1/rate_limit", headers: ["Authorization": "Bearer x"])
        }
    }

    @Test("who is not known is counted by address, whatever is called")
    func unknownCallers() async throws {
        try await TestDesk.run(rateLimit: Self.limits) { desk in
            for path in ["/v1/requests", "/v1", "/v1/people/1"] { try await desk.call(nil, .get, path) }
            let reply = try await desk.expect(429, nil, .get, "/v1")
            #expect(reply.header("Retry-After") == "2")
            try await desk.expect(429, nil, .get, "/v1/requests", headers: ["Authorization": "Bearer x"])
            // A person behind the same address is not held up.
            _ = try await desk.get(.specialist, "/v1/requests")
        }
    }

    @Test("every answer says how many calls are left, refused or not, and with the limit off too")
    func everywhere() async throws {
        for limits in [RateLimiter.Limits.standard, nil] {
            try await TestDesk.run(rateLimit: limits) { desk in
                for (who, verb, path) in [
                    (nil, .get, "/"), (nil, .get, "/v1"), (nil, .get, "/nowhere"), (nil, .get, "/v1/requests"),
                    (.specialist, .delete, "/v1/requests"), (.specialist, .get, "/v1/requests/999"),
                    (.specialist, .get, "/v1/requests?per_page=0"), (.specialist, .head, "/v1/requests"),
                ] as [(Who?, Verb, String)] {
                    let reply = try await desk.call(who, verb, path)
                    #expect(headers(reply).first == "3600", "\(path)")
                    #expect(headers(reply).allSatisfy { $0.flatMap { Int($0) } != nil }, "\(path)")
                }
            }
        }
    }
}
