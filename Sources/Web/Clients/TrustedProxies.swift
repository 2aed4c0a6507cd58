import HTTPTypes

/// The reverse proxies whose word is taken on who calls and by what address this server was called.
///
/// They say it in `Forwarded` (RFC 7239) or, where that is absent, in `X-Forwarded-For`, `-Proto` and `-Host`. Each
/// proxy adds to the right of what it was sent, and clients may send anything. The headers are therefore read only
/// where the connection comes from a trusted proxy, and from the right: past the trusted addresses, up to the first
/// other one. That is the client.
public struct TrustedProxies: Sendable {
    private let networks: [IPNetwork]

    /// - Parameter networks: where the proxies are; nobody is trusted when there are none.
    public init(_ networks: [IPNetwork] = []) { self.networks = networks }

    /// Whether nobody is trusted.
    var isEmpty: Bool { networks.isEmpty }

    private func contains(_ address: IPAddress) -> Bool { networks.contains { $0.contains(address) } }

    private static let forwarded = HTTPField.Name("Forwarded")
    private static let forwardedFor = HTTPField.Name("X-Forwarded-For")
    private static let forwardedProto = HTTPField.Name("X-Forwarded-Proto")
    private static let forwardedHost = HTTPField.Name("X-Forwarded-Host")

    /// What the proxies in front say of a call; nothing where the peer is none of them.
    /// - Parameter peer: the other end of the connection.
    func forwarding(_ headers: HTTPFields, from peer: IPAddress) -> Forwarding {
        guard contains(peer) else { return Forwarding() }
        let hops = Self.elements(headers, Self.forwarded)
        return hops.isEmpty ? older(headers) : standard(hops)
    }

    private func standard(_ hops: [Substring]) -> Forwarding {
        var found = Forwarding()
        for hop in hops {
            let parameters = HeaderParameters(";" + hop)
            let client = parameters["for"].flatMap(IPAddress.init(node:))
            found = Forwarding(client: client, scheme: parameters["proto"], host: parameters["host"])
            guard let client, contains(client) else { break }
        }
        return found
    }

    private func older(_ headers: HTTPFields) -> Forwarding {
        var client: IPAddress?
        var depth = 0
        for (place, hop) in Self.elements(headers, Self.forwardedFor).enumerated() {
            client = IPAddress(node: String(hop))
            depth = place
            guard let client, contains(client) else { break }
        }
        // Most proxies leave the one value there is; those that add one, add one each.
        func value(_ name: HTTPField.Name?) -> String? {
            let values = Self.elements(headers, name)
            return values.isEmpty ? nil : String(values[min(depth, values.count - 1)])
        }
        return Forwarding(client: client, scheme: value(Self.forwardedProto), host: value(Self.forwardedHost))
    }

    /// The elements of a list, the last first. They are told apart from the end, where trusted proxies write, so that a
    /// quote a client opens swallows nothing of it.
    private static func elements(_ headers: HTTPFields, _ name: HTTPField.Name?) -> [Substring] {
        guard let name else { return [] }
        let text = headers[values: name].joined(separator: ",")
        var elements: [Substring] = []
        var end = text.endIndex
        var index = end
        var isQuoted = false
        while index > text.startIndex {
            let next = text.utf8.index(before: index)
            switch text.utf8[next] {
            case UInt8(ascii: "\""):
                let escapes = text.utf8[..<next].reversed().prefix { $0 == UInt8(ascii: "\\") }
                if escapes.count.isMultiple(of: 2) { isQuoted.toggle() }
            case UInt8(ascii: ",") where !isQuoted:
                elements.append(text[index..<end])
                end = next
            default: break
            }
            index = next
        }
        elements.append(text[..<end])
        return elements.map(Self.trimmed).filter { !$0.isEmpty }
    }

    private static func trimmed(_ text: Substring) -> Substring {
        func isBlank(_ character: Character) -> Bool { character == " " || character == "\t" }
        var text = text.drop(while: isBlank)
        while let last = text.last, isBlank(last) { text.removeLast() }
        return text
    }
}
