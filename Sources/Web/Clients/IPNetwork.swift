/// A network of addresses such as `10.0.0.0/8` or `fd00::/8`, or a single address.
public struct IPNetwork: Sendable {
    private let first: IPAddress
    /// How many of the 128 bits all its addresses share.
    private let length: Int

    /// Reads an address, or one with the number of bits that count behind a slash (CIDR, RFC 4632). The bits that do
    /// not count must be 0, so that nobody writes a host and gets a network; nil for that and for anything else.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = IPAddress(parts[0]) else { return nil }
        // An IPv4 address has its 32 bits behind 96 others, unless it was written as IPv6.
        let offset = parts[0].contains(":") ? 0 : 96
        var length = 128
        if parts.count == 2 {
            guard (1...3).contains(parts[1].utf8.count), parts[1].utf8.allSatisfy({ (0x30...0x39).contains($0) }),
                let count = Int(parts[1]), count <= 128 - offset
            else { return nil }
            length = offset + count
        }
        guard first.bits & ~Self.mask(length) == 0 else { return nil }
        self.first = first
        self.length = length
    }

    private static func mask(_ length: Int) -> UInt128 { length == 0 ? 0 : .max << (128 - length) }

    /// Whether an address lies in this network. No IPv4 address lies in a network of IPv6, however wide it is.
    func contains(_ address: IPAddress) -> Bool {
        let isIPv4 = first.isIPv4 && length >= 96
        return address.isIPv4 == isIPv4 && address.bits & Self.mask(length) == first.bits
    }
}
