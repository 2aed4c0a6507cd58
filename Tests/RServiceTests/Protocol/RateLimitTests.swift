import Files
import TestSupport
import Testing
import Web
import Wire

@Suite struct RateLimitTests {
    private static let limits = RateLimiter.Limits(perHour: 5, burst: 3, burstSeconds: 2)

    private func headers(_ reply: Reply) -> [String?] {
        ["X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset"].map { reply.header($0) }
    }

    @Test("calls are counted by person, refused past the burst and past the hour, and go on as the oldest leave")
    func counting() async throws {
        try await TestDesk.run(counting: Self.limits) { desk in
            let reset = "1675253685"
            for left in ["4", "3", "2"] {
                let reply = try await desk.get(.specialist, "/v1/requests")
                #expect(headers(reply) == ["5", left, reset] && reply.header("Retry-After") == nil)
            }
            let burst = try await desk.expect(429, .specialist, .get, "/v1/requests")
            #expect(headers(burst) == ["5", "2", reset] && burst.header("Retry-After") == "2")
            #expect(burst["message"] == "Too Many Requests")
            // Another person has a count of their own.
            _ = try await desk.get(.analyst, "/v1/requests")
            desk.clock.advance(seconds: 2)
            for left in ["1", "0"] {
                #expect(headers(try await desk.get(.specialist, "/v1/requests")) == ["5", left, reset])
            }
            let hour = try await desk.expect(429, .specialist, .post, "/v1/requests", ["subject": "x"])
            #expect(headers(hour) == ["5", "0", reset] && hour.header("Retry-After") == "3598")
            desk.clock.advance(seconds: 3_597)
            let early = try await desk.expect(429, .specialist, .get, "/v1/requests")
            #expect(headers(early) == ["5", "0", reset] && early.header("Retry-After") == "1")
            desk.clock.advance(seconds: 1)
            // The first three calls are an hour ago, the other two are not.
            for left in ["2", "1", "0"] {
                #expect(headers(try await desk.get(.specialist, "/v1/requests")) == ["5", left, "1675253687"])
            }
            let next = try await desk.expect(429, .specialist, .get, "/v1/requests")
            #expect(next.header("Retry-After") == "2")
        }
    }

    @Test("asking how many calls are left costs nothing, with or without a token")
    func free() async throws {
        try await TestDesk.run(counting: Self.limits) { desk in
            for _ in 0..<10 {
                let reply = try await desk.get(.specialist, "/v1/rate_limit")
                #expect(
                    reply.json == ["resources": ["core": ["limit": 5, "remaining": 5, "reset": 1_675_253_685]]])
                _ = try await desk.get(nil, "/v1/rate_limit")
            }
            _ = try await desk.get(.specialist, "/v1/requests")
            let core = try await desk.get(.specialist, "/v1/rate_limit")["resources"]?["core"]
            #expect(core?["remaining"] == 4)
            for _ in 0..<3 { try await desk.call(nil, .get, "/v1") }
            try await desk.expect(429, nil, .get, "/v1")
            _ = try await desk.get(nil, "/v1/rate_limit")
            #expect(try await desk.get(nil, "/healthz").json == ["status": "ok"])
            desk.clock.advance(seconds: 2)
            try await desk.expect(401, nil, .get, "/v1/rate_limit", headers: ["Authorization": "Bearer x"])
        }
    }

    @Test("who is not known is counted by address, whatever is called")
    func unknownCallers() async throws {
        try await TestDesk.run(counting: Self.limits) { desk in
            for path in ["/v1/requests", "/v1", "/v1/people/1"] { try await desk.call(nil, .get, path) }
            let reply = try await desk.expect(429, nil, .get, "/v1")
            #expect(reply.header("Retry-After") == "2")
            try await desk.expect(429, nil, .get, "/v1/requests", headers: ["Authorization": "Bearer x"])
            // A person behind the same address is not held up.
            _ = try await desk.get(.specialist, "/v1/requests")
        }
    }

    @Test("a person is counted for what they ask in vain, and nobody else is")
    func inVain() async throws {
        try await TestDesk.run(counting: .standard) { desk in
            for place in 0..<20 {
                let (verb, path, status): (Verb, String, Int) =
                    switch place % 3 {
                    case 0: (.get, "/v1/nope", 404)
                    case 1: (.delete, "/v1/requests", 405)
                    default: (.get, "/v1/%FF", 400)
                    }
                let reply = try await desk.expect(status, .foreignUser, verb, path)
                #expect(reply.header("X-RateLimit-Remaining") == String(3_599 - place))
            }
            try await desk.expect(429, .foreignUser, .get, "/v1/requests")
            _ = try await desk.get(nil, "/v1/openapi.json")
            try await desk.expect(404, nil, .get, "/v1/nope")
            try await desk.expect(404, .specialist, .get, "/v1/nope")
            let unknown = try await desk.expect(401, nil, .get, "/v1/me", headers: ["Authorization": "Bearer x"])
            #expect(unknown.header("WWW-Authenticate") == "Bearer")
        }
    }

    @Test("a person is counted where nobody has to be known, too")
    func nobodyHasToBeKnown() async throws {
        try await TestDesk.run(counting: Self.limits) { desk in
            for path in ["/v1", "/v1/openapi.json", "/"] { _ = try await desk.get(.specialist, path) }
            try await desk.expect(429, .specialist, .get, "/v1/openapi.json")
            #expect(try await desk.get(.specialist, "/healthz").header("X-RateLimit-Remaining") == "5")
            #expect(try await desk.get(nil, "/v1").header("X-RateLimit-Remaining") == "4")
        }
    }

    @Test("a token that is none opens and closes nothing: the address is counted")
    func badToken() async throws {
        let headers = ["Authorization": "Bearer \(String(repeating: "a", count: 112))"]
        try await TestDesk.run(counting: Self.limits) { desk in
            #expect(try await desk.get(nil, "/v1", headers: headers).header("X-RateLimit-Remaining") == "4")
            let reply = try await desk.expect(404, nil, .get, "/v1/nope", headers: headers)
            #expect(reply.header("WWW-Authenticate") == nil && reply.json == ["message": "Not Found"])
            try await desk.expect(405, nil, .delete, "/v1/requests", headers: headers)
            try await desk.expect(429, nil, .get, "/v1")
            _ = try await desk.get(.specialist, "/v1/requests")
        }
    }

    @Test("who asks for an account that is not theirs is counted as who they are")
    func foreignAccount() async throws {
        try await TestDesk.run(counting: Self.limits) { desk in
            for _ in 0..<3 {
                try await desk.expect(403, .specialist, .get, "/v1/requests", headers: ["X-4me-Account": "wdc"])
            }
            try await desk.expect(429, .specialist, .get, "/v1/requests")
            _ = try await desk.get(nil, "/v1")
        }
    }

    @Test("an upload by a form that is valid counts for whom the form is; one by any other form by address")
    func uploads() async throws {
        try await TestDesk.run(counting: Self.limits, uploadForm: .s3) { desk in
            let storage = try await desk.get(.specialist, "/v1/attachments/storage")
            let form = desk.form(storage.json, "hello", name: "a.txt")
            let forged = form.map { ($0, $0 == "x-amz-signature" ? String(repeating: "0", count: 64) : $1) }
            for left in ["3", "2"] {
                let reply = try await desk.post(form, nil)
                #expect(reply.status == 201 && headers(reply)[1] == left)
            }
            let late = try await desk.post(form, nil)
            #expect(
                late.status == 429 && late.header("Retry-After") == "2"
                    && late.header("Content-Type") == "application/xml")
            #expect(String(decoding: late.bytes, as: UTF8.self).contains("<Error><Code>SlowDown</Code><Message>"))
            try await desk.expect(429, .specialist, .get, "/v1/requests")
            #expect(desk.folder.files.count == 2)
            // Nobody at the address, and nobody else, is held up by that.
            let other = try await desk.get(.analyst, "/v1/attachments/storage")
            #expect(try await desk.post(desk.form(other.json, "hello", name: "a.txt"), nil).status == 201)
            #expect(try await desk.get(nil, "/v1").header("X-RateLimit-Remaining") == "4")
            for _ in 0..<2 { #expect(try await desk.post(forged, nil).status == 403) }
            try await desk.expect(429, nil, .get, "/v1")
            let vain = try await desk.post(forged, nil)
            #expect(vain.status == 429 && vain.header("Content-Type") == "application/xml")
            // Who holds a form is not held up by what others do from the same address.
            #expect(try await desk.post(desk.form(other.json, "hello", name: "b.txt"), nil).status == 201)
            #expect(desk.folder.files.count == 4)
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
