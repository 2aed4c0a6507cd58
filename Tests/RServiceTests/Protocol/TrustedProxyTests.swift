import Testing
import Web
import Wire

/// Calls through proxies. The test's client is at this machine's own address.
@Suite struct TrustedProxyTests {
    private static let limits = RateLimiter.Limits(perHour: 5, burst: 3, burstSeconds: 2)
    private static let here = ["127.0.0.0/8", "::1"]

    /// Where a call leads that names the server's address.
    private func location(_ desk: TestDesk, _ headers: [String: String]) async throws -> String {
        let reply = try await desk.expect(
            201, .specialist, .post, "/v1/requests", ["subject": "x", "category": "other"], headers: headers)
        return String(try #require(reply.header("Location")?.split(separator: "/v1").first))
    }

    @Test("each client behind a trusted proxy has a count of their own, and people have theirs")
    func clients() async throws {
        try await TestDesk.run(counting: Self.limits, behind: Self.here) { desk in
            for headers in [
                ["X-Forwarded-For": "192.0.2.1"], ["Forwarded": "for=192.0.2.2"],
                ["X-Forwarded-For": "2001:db8::1"], [:],
            ] {
                for _ in 0..<3 { _ = try await desk.get(nil, "/v1", headers: headers) }
                try await desk.expect(429, nil, .get, "/v1", headers: headers)
            }
            // What a client claims stands to the left of what the proxy says.
            try await desk.expect(429, nil, .get, "/v1", headers: ["X-Forwarded-For": "6.6.6.6, 192.0.2.1"])
            // An address of the same network is the same client.
            try await desk.expect(429, nil, .get, "/v1", headers: ["X-Forwarded-For": "2001:db8::2"])
            try await desk.expect(429, nil, .get, "/v1", headers: ["X-Forwarded-For": "garbage"])
            _ = try await desk.get(.specialist, "/v1/requests", headers: ["X-Forwarded-For": "192.0.2.1"])
        }
    }

    @Test("what anybody else says of whom they call for is not heard", arguments: [[], ["10.0.0.0/8"]])
    func untrusted(proxies: [String]) async throws {
        try await TestDesk.run(counting: Self.limits, behind: proxies) { desk in
            for number in 1...3 {
                _ = try await desk.get(
                    nil, "/v1",
                    headers: ["X-Forwarded-For": "192.0.2.\(number)", "Forwarded": "for=192.0.2.\(number)"])
            }
            try await desk.expect(
                429, nil, .get, "/v1", headers: ["X-Forwarded-For": "10.0.0.1", "Forwarded": "for=10.0.0.1"])
        }
    }

    @Test("links begin as the client called")
    func links() async throws {
        try await TestDesk.run(counting: .standard, behind: Self.here) { desk async throws in
            let cases: [([String: String], String)] = [
                ([:], "http://localhost"), (["X-Forwarded-Proto": "https"], "https://localhost"),
                (["X-Forwarded-Proto": "https", "X-Forwarded-Host": "desk.example"], "https://desk.example"),
                (["Forwarded": "proto=https;host=\"desk.example:8443\""], "https://desk.example:8443"),
                (["X-Forwarded-Proto": "javascript", "X-Forwarded-Host": "a/b"], "http://localhost"),
                (["Forwarded": "\"", "X-Forwarded-Host": "desk.example"], "http://localhost"),
            ]
            for (headers, origin) in cases {
                #expect(try await location(desk, headers) == origin, "\(headers)")
            }
        }
    }

    @Test("links of who comes by no trusted proxy begin with the Host header")
    func noLinks() async throws {
        try await TestDesk.run(counting: .standard, behind: ["10.0.0.0/8"]) { desk async throws in
            let cases: [[String: String]] = [
                ["X-Forwarded-Proto": "https", "X-Forwarded-Host": "evil.example"],
                ["Forwarded": "proto=https;host=evil.example"],
            ]
            for headers in cases {
                #expect(try await location(desk, headers) == "http://localhost")
            }
        }
    }
}
