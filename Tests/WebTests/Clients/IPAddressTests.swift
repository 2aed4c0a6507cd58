import Testing

@testable import Web

@Suite struct IPAddressTests {
    @Test(
        "an address is the same however it is written",
        arguments: [
            ("192.0.2.1", "192.0.2.1"), ("192.0.2.1", "::ffff:192.0.2.1"), ("192.0.2.1", "::FFFF:c000:201"),
            ("::1", "0:0:0:0:0:0:0:1"), ("2001:db8::a", "2001:0DB8:0000::000A"), ("::", "0::0"),
        ])
    func same(one: String, other: String) throws {
        #expect(try #require(IPAddress(one)) == #require(IPAddress(other)))
        #expect(IPAddress(one)?.isIPv4 == one.contains("."))
    }

    @Test(
        "what is no address is none",
        arguments: [
            "", " ", "192.0.2", "192.0.2.1.1", "192.0.2.256", "192.0.2.-1", "192.0.2.1 ", " 192.0.2.1", "0x7f.0.0.1",
            "2130706433", "192.0.2.1:80", "[::1]", "::1::", ":::", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "12345::",
            "fe80::1%eth0", "::1\0", "192.0.2.1\0", "localhost", "unknown", "_hidden", "::ffff:192.0.2.256", "١.2.3.4",
        ])
    func none(text: String) { #expect(IPAddress(text) == nil) }

    @Test(
        "headers may add a port, and brackets",
        arguments: [
            ("192.0.2.1", "192.0.2.1"), ("192.0.2.1:8080", "192.0.2.1"), ("192.0.2.1:_p", "192.0.2.1"),
            ("[2001:db8::1]", "2001:db8::1"), ("[2001:db8::1]:4711", "2001:db8::1"), ("2001:db8::1", "2001:db8::1"),
            ("[::ffff:192.0.2.1]:1", "192.0.2.1"),
        ])
    func node(text: String, address: String) throws {
        #expect(try #require(IPAddress(node: text)) == #require(IPAddress(address)))
    }

    @Test(
        "headers may say anything",
        arguments: [
            "", "unknown", "_hidden", "_hidden:80", "[", "]", "[]", "[192.0.2.1]", "[2001:db8::1", "[2001:db8::1]x",
            "[2001:db8::1]:", "[2001:db8::1]:x", "192.0.2.1:", "192.0.2.1:x", "192.0.2.1:123456", "192.0.2.1:-1",
            "192.0.2.1:_", ":80", "::1]:80", "\"192.0.2.1\"", "192.0.2.1;", "192.0.2.1, 192.0.2.2", "[[::1]]",
            "192.0.2.1:80:80", "http://192.0.2.1", String(repeating: "1", count: 10_000),
        ])
    func noNode(text: String) { #expect(IPAddress(node: text) == nil) }

    @Test(
        "a network holds its addresses and no other",
        arguments: [
            (
                "10.0.0.0/8", ["10.0.0.0", "10.255.255.255", "::ffff:10.1.2.3"],
                ["9.255.255.255", "11.0.0.0", "::10.0.0.1"]
            ),
            ("192.0.2.4/30", ["192.0.2.4", "192.0.2.7"], ["192.0.2.3", "192.0.2.8"]),
            ("192.0.2.1", ["192.0.2.1"], ["192.0.2.0", "192.0.2.2"]),
            ("192.0.2.1/32", ["192.0.2.1"], ["192.0.2.0", "192.0.2.2"]),
            ("0.0.0.0/0", ["0.0.0.0", "255.255.255.255", "::ffff:1.2.3.4"], ["::", "::1", "2001:db8::1"]),
            ("::/0", ["::", "::1", "ffff::"], ["0.0.0.0", "10.0.0.1", "::ffff:10.0.0.1"]),
            ("::ffff:10.0.0.0/104", ["10.0.0.1"], ["11.0.0.1", "::1"]), ("::ffff:0:0/96", ["1.2.3.4"], ["::1"]),
            ("fd00::/8", ["fd00::", "fdff:ffff::1"], ["fc00::", "fe00::1", "10.0.0.1"]),
            ("2001:db8::/33", ["2001:db8:7fff::1"], ["2001:db8:8000::"]), ("::1/128", ["::1"], ["::2", "127.0.0.1"]),
        ])
    func network(text: String, inside: [String], outside: [String]) throws {
        let network = try #require(IPNetwork(text))
        for address in inside { #expect(network.contains(try #require(IPAddress(address))), "\(address)") }
        for address in outside { #expect(!network.contains(try #require(IPAddress(address))), "\(address)") }
    }

    @Test(
        "what is no network is none",
        arguments: [
            "", "/", "/8", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/+8", "10.0.0.0/8/8", "10.0.0.0/ 8",
            "10.0.0.0/x", "10.0.0.0/0008", "10.0.0.1/8", "::1/64", "fd00::/129", "10.0.0.0/255.0.0.0", "10/8", "*",
            "all",
            "localhost", "10.0.0.0-10.0.0.9", "10.0.0.0/99999999999999999999", "::ffff:10.0.0.0/90",
        ])
    func noNetwork(text: String) { #expect(IPNetwork(text) == nil) }
}
