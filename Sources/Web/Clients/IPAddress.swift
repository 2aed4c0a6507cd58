import Glibc

/// An IPv4 or IPv6 address. An IPv4 address that is written as IPv6 (`::ffff:192.0.2.1`) is that IPv4 address.
public struct IPAddress: Hashable, Sendable {
    /// The address as IPv6 has it; an IPv4 address stands in its last 32 bits, after `::ffff`.
    let bits: UInt128

    /// Whether this is an address of IPv4.
    var isIPv4: Bool { bits >> 32 == Self.mappedPrefix }

    private static let mappedPrefix: UInt128 = 0xFFFF

    private init(bits: UInt128) { self.bits = bits }

    /// Reads an address as it is usually written, without port, brackets and zone; nil for anything else.
    init?(_ text: some StringProtocol) {
        // A string of C would end at the first zero.
        guard !text.utf8.contains(0) else { return nil }
        let text = String(text)
        if text.utf8.contains(UInt8(ascii: ":")) {
            var address = [UInt8](repeating: 0, count: 16)
            guard inet_pton(AF_INET6, text, &address) == 1 else { return nil }
            bits = Self.number(address)
        } else {
            var address = [UInt8](repeating: 0, count: 4)
            guard inet_pton(AF_INET, text, &address) == 1 else { return nil }
            bits = Self.mappedPrefix << 32 | Self.number(address)
        }
    }

    /// Reads an address as it stands in forwarding headers: with or without a port, IPv6 in brackets or, where no port
    /// follows, bare.
    init?(node: String) {
        let text = node[...]
        if text.first == "[" {
            guard let end = text.firstIndex(of: "]"), Self.isPort(text[end...].dropFirst()) else { return nil }
            let inner = text[..<end].dropFirst()
            guard inner.contains(":") else { return nil }
            self.init(inner)
        } else if let colon = text.firstIndex(of: ":"), colon == text.lastIndex(of: ":") {
            guard Self.isPort(text[colon...]) else { return nil }
            self.init(text[..<colon])
        } else {
            self.init(text)
        }
    }

    /// Whether a text is empty or a port after its colon: digits, or a made-up name as RFC 7239 allows (`:_a1`).
    private static func isPort(_ text: Substring) -> Bool {
        if text.isEmpty { return true }
        let port = text.dropFirst().utf8
        guard text.first == ":", let first = port.first else { return false }
        if first == UInt8(ascii: "_") { return port.count > 1 }
        return port.count <= 5 && port.allSatisfy { (0x30...0x39).contains($0) }
    }

    /// The bytes of an address, the first of them the highest.
    private static func number(_ bytes: [UInt8]) -> UInt128 { bytes.reduce(0) { $0 << 8 | UInt128($1) } }

    /// What calls are counted by: the network of 64 bits that an IPv6 address lies in, since nobody is given less; an
    /// IPv4 address itself.
    var countedPrefix: IPAddress { isIPv4 ? self : IPAddress(bits: (bits >> 64) << 64) }
}
