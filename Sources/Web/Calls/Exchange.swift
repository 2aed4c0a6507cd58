import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Synchronization
import Wire

/// What becomes known of a call on its way through a face, for headers and the log.
public struct Exchange: Sendable {
    /// Names the call in its answer and in the log: 32 hexadecimal digits.
    public let id: String
    /// When the call came.
    public let now: Timestamp
    public let method: HTTPRequest.Method
    /// The path without query and trailing slash, as it was sent.
    public private(set) var path: String
    /// What follows the first question mark; empty when there is none.
    public let rawQuery: String
    /// The path's parts, decoded; nil when they cannot be.
    public let segments: [String]?
    /// What the client calls this server, in HTTP's words.
    private let authority: String?
    private let remoteAddress: SocketAddress?
    /// What trusted proxies say of the call.
    private var forwarding = Forwarding()
    /// The id of who calls, once it is known.
    public var person: Int64?
    /// Where the caller stood after this call was counted; nil while it has not been.
    public var verdict: RateLimiter.Verdict?
    /// What `Allow` says of a path that does not take the call's verb.
    public var allowedVerbs: String?
    /// Why the call failed, for the log only.
    public var reason: String?

    /// The reason of what was not done because nobody waits for it.
    public static let clientHasGone = "the client has gone"

    /// - Parameter now: when the call came, by the clock that the face follows.
    public init(_ request: Request, _ context: Context, now: Timestamp) {
        id = Self.newID()
        self.now = now
        method = request.method
        authority = request.head.authority
        remoteAddress = context.remoteAddress
        let target = (request.head.path ?? "/").utf8
        let mark = target.firstIndex(of: UInt8(ascii: "?"))
        let query = mark.map { target[target.index(after: $0)...].prefix { $0 != UInt8(ascii: "#") } }
        rawQuery = query.map { String(Substring($0)) } ?? ""
        var path = target[..<(mark ?? target.endIndex)]
        while path.count > 1, path.last == UInt8(ascii: "/") { path = path.dropLast() }
        self.path = String(Substring(path))
        segments = Self.segments(path)
    }

    private static func segments(_ path: Substring.UTF8View) -> [String]? {
        var segments: [String] = []
        for part in path.split(separator: UInt8(ascii: "/")) {
            if !part.contains(UInt8(ascii: "%")) {
                segments.append(String(Substring(part)))
            } else if let decoded = PercentEncoding.decode(part, plusIsSpace: false) {
                segments.append(decoded)
            } else {
                return nil
            }
        }
        return segments
    }

    /// Takes a suffix such as `.json` off the path, so that links and `Location` lead to what it names.
    public mutating func drop(suffix: String) {
        if path.hasSuffix(suffix) { path = String(path.dropLast(suffix.count)) }
    }

    /// The other end of the connection; nil when it has no address.
    private var peer: IPAddress? { remoteAddress?.ipAddress.flatMap { IPAddress($0) } }

    /// Takes the word of trusted proxies; where the call comes from elsewhere, nobody's.
    public mutating func believe(_ proxies: TrustedProxies, _ headers: HTTPFields) {
        guard !proxies.isEmpty, let peer else { return }
        forwarding = proxies.forwarding(headers, from: peer)
    }

    /// Where the client called this server: `https://api.example.com`. The Host header is the client's word, and taken
    /// only when it can be nothing but a host and port.
    public var origin: String {
        let host = forwarding.host ?? Forwarding.plainHost(authority) ?? "localhost"
        return "\(forwarding.scheme ?? "http")://\(host)"
    }

    /// Whom the rate limit counts.
    public var caller: RateLimiter.Caller { person.map { .person($0) } ?? .unknown(at: forwarding.client ?? peer) }

    /// Adds the headers that every answer has: the call's id, and that a browser must not guess what the body is.
    public func mark(_ response: inout Response) {
        response.headers[.requestID] = id
        response.headers[.xContentTypeOptions] = "nosniff"
    }

    /// One line a call: no query, no headers and no bodies, since secrets may stand in them.
    /// - Parameter took: how long the call took, until its answer was there.
    public func log(to log: Logger, _ response: Response, took: Duration) {
        let isError = response.status.code >= 500 && reason != Self.clientHasGone
        let level: Logger.Level = isError ? .error : .info
        guard log.logLevel <= level else { return }
        var metadata: Logger.Metadata = [
            "request": "\(id)", "method": "\(method.rawValue)", "path": "\(PercentEncoding.escape(path).prefix(500))",
            "status": "\(response.status.code)",
            "ms": "\(took.components.seconds * 1_000 + took.components.attoseconds / 1_000_000_000_000_000)",
        ]
        if let person { metadata["person"] = "\(person)" }
        if let reason { metadata["reason"] = "\(Self.onOneLine(reason))" }
        log.log(level: level, "call", metadata: metadata)
    }

    /// Names of people stand in reasons, and may hold line breaks: a line of the log must stay one.
    private static func onOneLine(_ text: String) -> String {
        String(
            String.UnicodeScalarView(text.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 }))
    }

    /// What makes this process's ids differ from any other's; asking the system for each id would cost two calls of it.
    private static let process = UInt64.random(in: .min ... .max)
    private static let count = Atomic<UInt64>(UInt64.random(in: .min ... .max))

    /// Another id.
    static func newID() -> String {
        let high = process
        // An odd factor only mixes the count: every id is another.
        let low = count.add(1, ordering: .relaxed).newValue &* 0x9E37_79B9_7F4A_7C15
        return String(unsafeUninitializedCapacity: 32) { text in
            for place in 0..<16 {
                text[place] = Hexadecimal.digit(UInt8(truncatingIfNeeded: high >> (place * 4)) & 15)
                text[place + 16] = Hexadecimal.digit(UInt8(truncatingIfNeeded: low >> (place * 4)) & 15)
            }
            return 32
        }
    }
}

extension HTTPField.Name {
    /// Names the call in its answer. The name is written here, and therefore valid.
    static let requestID = HTTPField.Name("X-Request-Id") ?? .server
}
