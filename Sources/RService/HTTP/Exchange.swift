import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Synchronization
import Wire

/// What becomes known of a call on its way through the face, for headers and the log.
struct Exchange: Sendable {
    /// Names the call in the log and in a 500.
    let id: String
    let now: Timestamp
    let method: HTTPRequest.Method
    /// The path without query and trailing slash, as it was sent.
    private(set) var path: String
    let rawQuery: String
    /// The path's parts, decoded; nil when they cannot be.
    let segments: [String]?
    private let remoteAddress: SocketAddress?
    /// What trusted proxies say of the call.
    private(set) var forwarding = Forwarding()
    var person: Int64?
    var verdict: RateLimiter.Verdict?
    var allowedVerbs: String?
    /// Why the call failed, for the log only.
    var reason: String?

    init(_ request: Request, _ context: Context, now: Timestamp) {
        id = Self.newID()
        self.now = now
        method = request.method
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

    /// Takes `.json` off the path, so that links and `Location` lead to the record.
    mutating func dropSuffix() {
        if path.hasSuffix(".json") { path = String(path.dropLast(5)) }
    }

    /// The other end of the connection; nil when it has no address.
    private var peer: IPAddress? { remoteAddress?.ipAddress.flatMap { IPAddress($0) } }

    /// Takes the word of trusted proxies; where the call comes from elsewhere, nobody's.
    mutating func believe(_ proxies: TrustedProxies, _ headers: HTTPFields) {
        guard !proxies.isEmpty, let peer else { return }
        forwarding = proxies.forwarding(headers, from: peer)
    }

    /// Whom the rate limit counts.
    var caller: RateLimiter.Caller { person.map { .person($0) } ?? .unknown(at: forwarding.client ?? peer) }

    /// One line a call: no query, no headers and no bodies, since secrets may stand in them.
    func log(to log: Logger, _ request: Request, _ response: Response, took: Duration) {
        let isError = response.status.code >= 500 && reason != Failure.clientHasGone
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
        let digits = Array("0123456789abcdef".utf8)
        return String(unsafeUninitializedCapacity: 32) { text in
            for place in 0..<16 {
                text[place] = digits[Int(truncatingIfNeeded: high >> (place * 4)) & 15]
                text[place + 16] = digits[Int(truncatingIfNeeded: low >> (place * 4)) & 15]
            }
            return 32
        }
    }
}
