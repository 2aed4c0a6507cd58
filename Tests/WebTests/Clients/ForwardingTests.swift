import HTTPTypes
import Testing

@testable import Web

/// What is taken from the headers of proxies at 10.0.0.0/8, fd00::/8 and 127.0.0.1.
@Suite struct ForwardingTests {
    /// Headers as a proxy passed them on, and what they say.
    struct Case: Sendable, CustomTestStringConvertible {
        var peer = "10.0.0.1"
        let headers: [(String, String)]
        var client: String?
        var scheme: String?
        var host: String?

        var testDescription: String {
            headers.map { "\($0.0): \($0.1)" }.joined(separator: "; ").prefix(200).description
        }

        init(
            _ headers: [(String, String)], peer: String = "10.0.0.1", _ client: String? = nil,
            _ scheme: String? = nil, _ host: String? = nil
        ) {
            (self.headers, self.peer, self.client, self.scheme, self.host) = (headers, peer, client, scheme, host)
        }

        /// One line of `Forwarded`.
        init(_ text: String, _ client: String? = nil, _ scheme: String? = nil, _ host: String? = nil) {
            self.init([("Forwarded", text)], client, scheme, host)
        }

        /// One line of `X-Forwarded-For`.
        init(for text: String, _ client: String? = nil) { self.init([("X-Forwarded-For", text)], client) }
    }

    private func check(_ test: Case) throws {
        let proxies = TrustedProxies(
            try ["10.0.0.0/8", "fd00::/8", "127.0.0.1"].map { try #require(IPNetwork($0)) })
        var headers = HTTPFields()
        for (name, value) in test.headers { headers.append(HTTPField(name: try #require(.init(name)), value: value)) }
        let found = proxies.forwarding(headers, from: try #require(IPAddress(test.peer)))
        #expect(found.client == (try test.client.map { try #require(IPAddress($0)) }))
        #expect(found.scheme == test.scheme)
        #expect(found.host == test.host)
    }

    private static let all = [
        ("Forwarded", "for=192.0.2.1;proto=https;host=desk.example"), ("X-Forwarded-For", "192.0.2.2"),
        ("X-Forwarded-Proto", "https"), ("X-Forwarded-Host", "other.example"),
    ]

    @Test(
        "a proxy that is trusted is believed, and nobody else",
        arguments: [
            Case(all, peer: "10.0.0.1", "192.0.2.1", "https", "desk.example"),
            Case(all, peer: "::ffff:10.200.0.1", "192.0.2.1", "https", "desk.example"),
            Case(all, peer: "fd12::1", "192.0.2.1", "https", "desk.example"),
            Case(all, peer: "127.0.0.1", "192.0.2.1", "https", "desk.example"), Case(all, peer: "127.0.0.2"),
            Case(all, peer: "11.0.0.1"), Case(all, peer: "::1"), Case(all, peer: "192.0.2.1"), Case([]),
            Case(Array(all.dropFirst()), "192.0.2.2", "https", "other.example"),
        ])
    func trust(test: Case) throws { try check(test) }

    @Test("without trusted proxies nobody is believed")
    func nobody() throws {
        var headers = HTTPFields()
        for (name, value) in Self.all { headers.append(HTTPField(name: try #require(.init(name)), value: value)) }
        for peer in ["127.0.0.1", "::1", "10.0.0.1"] {
            #expect(TrustedProxies().forwarding(headers, from: try #require(IPAddress(peer))) == Forwarding())
        }
    }

    @Test(
        "Forwarded is read from the right, up to the first who is not trusted",
        arguments: [
            Case("for=192.0.2.1", "192.0.2.1"), Case("For=\"192.0.2.1:4711\"", "192.0.2.1"),
            Case("for=\"[2001:db8::1]:4711\"; proto=HTTPS", "2001:db8::1", "https"),
            Case("for=\"[::ffff:192.0.2.1]\"", "192.0.2.1"),
            Case(
                "host=\"desk.example:8443\";for=192.0.2.1;by=10.0.0.1;proto=http", "192.0.2.1", "http",
                "desk.example:8443"),
            Case("for=6.6.6.6;host=evil.example, for=192.0.2.1;proto=https", "192.0.2.1", "https"),
            Case(
                "for=6.6.6.6,for=192.0.2.1;host=a.example, for=10.0.0.9;host=b.example", "192.0.2.1", nil, "a.example"),
            Case("for=10.0.0.7;host=a.example, for=10.0.0.9;host=b.example", "10.0.0.7", nil, "a.example"),
            Case([("Forwarded", "for=6.6.6.6"), ("Forwarded", "for=192.0.2.1")], "192.0.2.1"),
            Case([("Forwarded", "for=192.0.2.1"), ("Forwarded", "for=10.1.1.1, for=\"[fd00::1]\"")], "192.0.2.1"),
            Case(",, for=192.0.2.1 ,\t,", "192.0.2.1"),
            // Who asks is not said, but how is.
            Case("for=unknown;proto=https;host=a.example", nil, "https", "a.example"),
            Case("for=_hidden;proto=https", nil, "https"),
            Case("proto=https", nil, "https"), Case("for=6.6.6.6;host=evil.example, for=unknown"),
            Case("for=6.6.6.6, for=unknown, for=10.0.0.9"),
        ])
    func forwarded(test: Case) throws { try check(test) }

    @Test(
        "what clients put into Forwarded cannot reach what the proxy adds",
        arguments: [
            Case("for=\", for=192.0.2.1;proto=https", "192.0.2.1", "https"),
            Case("for=\"6.6.6.6, for=192.0.2.1", "192.0.2.1"), Case("for=\\, for=192.0.2.1", "192.0.2.1"),
            Case("\"\"\"\\\"\\, for=192.0.2.1", "192.0.2.1"),
            Case("for=6.6.6.6;host=\"a, for=\"192.0.2.1\"", "192.0.2.1"),
            Case("for=192.0.2.1;host=\"a\\\", for=6.6.6.6\"", "192.0.2.1"),
            Case("for=192.0.2.1;note=\", for=6.6.6.6\"", "192.0.2.1"),
            Case("for=192.0.2.1;for=6.6.6.6", "192.0.2.1"),
            Case("for=6.6.6.6, for=192.0.2.1;note=\"a\\\"b\", for=10.0.0.9", "192.0.2.1"),
        ])
    func hostile(test: Case) throws { try check(test) }

    @Test(
        "X-Forwarded-For is read from the right, up to the first who is not trusted",
        arguments: [
            Case(for: "192.0.2.1", "192.0.2.1"), Case(for: "6.6.6.6, 192.0.2.1", "192.0.2.1"),
            Case(for: "6.6.6.6,192.0.2.1,10.0.0.9 , fd00::1", "192.0.2.1"), Case(for: "10.0.0.7, 10.0.0.9", "10.0.0.7"),
            Case(for: "192.0.2.1:80", "192.0.2.1"), Case(for: "[2001:db8::1]:80", "2001:db8::1"),
            Case(for: "2001:db8::1", "2001:db8::1"), Case(for: "garbage, 192.0.2.1, 10.0.0.9", "192.0.2.1"),
            Case([("X-Forwarded-For", "6.6.6.6"), ("X-Forwarded-For", "192.0.2.1")], "192.0.2.1"),
            Case(for: "192.0.2.1, garbage, 10.0.0.9"), Case(for: "192.0.2.1, unknown"), Case(for: ""),
            Case(for: " , ,"),
            Case(for: "192.0.2.1 6.6.6.6"), Case(for: "192.0.2.1\u{301}"), Case(for: "٣.0.2.1"),
            Case(for: String(repeating: "6.6.6.6, ", count: 5_000) + "192.0.2.1", "192.0.2.1"),
            Case(for: Array(repeating: "10.0.0.2", count: 5_000).joined(separator: ","), "10.0.0.2"),
        ])
    func older(test: Case) throws { try check(test) }

    @Test(
        "scheme and host are those the client called by",
        arguments: [
            Case([("X-Forwarded-Proto", "https")], nil, "https"), Case([("X-Forwarded-Proto", "HTTP")], nil, "http"),
            Case([("X-Forwarded-Host", "desk.example:8443")], nil, nil, "desk.example:8443"),
            Case([("X-Forwarded-Host", "[2001:db8::1]:80")], nil, nil, "[2001:db8::1]:80"),
            // Each proxy added its own: the one that the client called is the outer.
            Case(
                [
                    ("X-Forwarded-For", "192.0.2.1, 10.0.0.9"), ("X-Forwarded-Proto", "https, http"),
                    ("X-Forwarded-Host", "outer.example, inner.example"),
                ], "192.0.2.1", "https", "outer.example"),
            // A client wrote the first.
            Case(
                [
                    ("X-Forwarded-For", "192.0.2.1"), ("X-Forwarded-Proto", "http, https"),
                    ("X-Forwarded-Host", "evil.example, desk.example"),
                ], "192.0.2.1", "https", "desk.example"),
            // The outer proxy's went through the inner one.
            Case(
                [("X-Forwarded-For", "192.0.2.1, 10.0.0.9"), ("X-Forwarded-Proto", "https")], "192.0.2.1", "https"),
        ])
    func origin(test: Case) throws { try check(test) }

    @Test("a scheme is http or https", arguments: ["", "javascript", "https:", "http s", "wss", "HTTPSS", "httpſ"])
    func schemes(text: String) throws {
        try check(Case([("X-Forwarded-Proto", text)]))
        try check(Case("for=192.0.2.1;proto=\"\(text)\"", "192.0.2.1"))
        #expect(Forwarding(scheme: text) == Forwarding())
    }

    @Test(
        "a host is a name or an address, and perhaps a port",
        arguments: [
            "desk", "desk.example", "DESK.example:8443", "192.0.2.1", "192.0.2.1:80", "[2001:db8::1]", "[::1]:65535",
        ])
    func hosts(text: String) throws {
        try check(Case([("X-Forwarded-Host", text)], nil, nil, text))
        try check(Case("for=192.0.2.1;host=\"\(text)\"", "192.0.2.1", nil, text))
        #expect(Forwarding.plainHost(text) == text)
    }

    @Test(
        "what is no host is not taken",
        arguments: [
            "", ":80", "desk:", "desk:x", "desk:123456", "desk:80:80", "::1", "[::1", "[::1]x", "[]", "[desk]",
            "desk.example/path", "desk.example?", "desk.example#", "user@desk.example", "a b", "\"><script>", "a\\b",
            "münchen.example", "%0d%0a", String(repeating: "a", count: 260),
        ])
    func noHosts(text: String) throws {
        try check(Case([("X-Forwarded-Host", text)]))
        try check(Case("for=192.0.2.1;host=\"\(text)\"", "192.0.2.1"))
        #expect(Forwarding.plainHost(text) == nil)
    }
}
