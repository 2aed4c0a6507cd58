/// What trusted proxies say of a call. What cannot be understood counts as not said.
struct Forwarding: Sendable, Equatable {
    /// Who calls; nil when the other end of the connection does.
    let client: IPAddress?
    /// `http` or `https`, as the client called.
    let scheme: String?
    /// The host, and a port if there was one, as the client called it.
    let host: String?

    init(client: IPAddress? = nil, scheme: String? = nil, host: String? = nil) {
        self.client = client
        self.scheme = scheme.map { $0.lowercased() }.flatMap { ["http", "https"].contains($0) ? $0 : nil }
        self.host = Self.plainHost(host)
    }

    /// The longest name of a host has 253 bytes, a port 5.
    private static let maximumHostBytes = 259

    /// A host as somebody names it, when it can be nothing but a host and a port: it stands in links as it is.
    static func plainHost(_ text: String?) -> String? {
        guard let text, text.utf8.count <= maximumHostBytes else { return nil }
        var port = text.utf8[...]
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]"), IPAddress(text[..<end].dropFirst()) != nil else { return nil }
            port = text.utf8[end...].dropFirst()
        } else {
            port = port.drop(while: isNameByte)
            if port.startIndex == text.startIndex { return nil }
        }
        let digits = port.dropFirst()
        let isPort =
            port.first == UInt8(ascii: ":") && (1...5).contains(digits.count)
            && digits.allSatisfy { (0x30...0x39).contains($0) }
        return port.isEmpty || isPort ? text : nil
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
            || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-")
    }
}
