import Resources
import Wire

/// The query of a call, decoded. `+` is a space.
struct QueryString: Sendable {
    /// As it was sent, for links to neighbouring pages.
    let raw: String
    let parameters: [(name: String, value: String)]

    /// The most parameters taken.
    private static let maximumParameters = 200

    /// - Throws: `Refusal.malformed` for an escape that is none, or that is not UTF-8.
    init(_ raw: String) throws {
        self.raw = raw
        var parameters: [(name: String, value: String)] = []
        for part in raw.utf8.split(separator: UInt8(ascii: "&")) {
            let pair = part.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = PercentEncoding.decode(pair[0], plusIsSpace: true),
                let value = pair.count > 1 ? PercentEncoding.decode(pair[1], plusIsSpace: true) : ""
            else { throw Refusal.malformed("The query is not percent-encoded UTF-8") }
            if !name.isEmpty { parameters.append((name, value)) }
        }
        if parameters.count > Self.maximumParameters {
            throw Refusal.malformed("At most \(Self.maximumParameters) parameters can be given")
        }
        self.parameters = parameters
    }

    private static let paging = ["page", "search_after", "search_before"]

    /// The raw query without its place in the list, and safe to stand in a `Link` header.
    var withoutPaging: String {
        let kept = raw.utf8.split(separator: UInt8(ascii: "&")).filter { part in
            let name = part.prefix { $0 != UInt8(ascii: "=") }
            return PercentEncoding.decode(name, plusIsSpace: true).map { !Self.paging.contains($0) } ?? true
        }
        return kept.map { PercentEncoding.escape(String(Substring($0))) }.joined(separator: "&")
    }
}
