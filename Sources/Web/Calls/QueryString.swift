import Wire

/// The query of a call, decoded. `+` is a space.
public struct QueryString: Sendable {
    private let raw: String
    /// In the order they were sent, of which 200 are taken at most; those without a name are left out.
    public let parameters: [(name: String, value: String)]

    /// The most parameters taken.
    private static let maximumParameters = 200

    /// - Throws: `Malformed` for an escape that is none or that is not UTF-8, and for too many parameters.
    public init(_ raw: String) throws {
        self.raw = raw
        var parameters: [(name: String, value: String)] = []
        for part in raw.utf8.split(separator: UInt8(ascii: "&")) {
            let pair = part.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = PercentEncoding.decode(pair[0], plusIsSpace: true),
                let value = pair.count > 1 ? PercentEncoding.decode(pair[1], plusIsSpace: true) : ""
            else { throw Malformed("The query is not percent-encoded UTF-8") }
            if !name.isEmpty { parameters.append((name, value)) }
        }
        if parameters.count > Self.maximumParameters {
            throw Malformed("At most \(Self.maximumParameters) parameters can be given")
        }
        self.parameters = parameters
    }

    /// The query as it was sent, without some parameters, and safe to stand in a `Link` header.
    public func text(without names: Set<String>) -> String {
        let kept = raw.utf8.split(separator: UInt8(ascii: "&")).filter { part in
            let name = part.prefix { $0 != UInt8(ascii: "=") }
            return PercentEncoding.decode(name, plusIsSpace: true).map { !names.contains($0) } ?? true
        }
        return kept.map { PercentEncoding.escape(String(Substring($0))) }.joined(separator: "&")
    }
}
