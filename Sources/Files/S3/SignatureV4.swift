import Crypto
import Wire

/// Signs as S3 wants it: AWS4-HMAC-SHA256, for policies of forms and for requests.
struct SignatureV4: Sendable {
    static let algorithm = "AWS4-HMAC-SHA256"
    /// The digest of nothing, which most requests have as their body.
    static let emptyDigest = Hexadecimal.text(SHA256.hash(data: [UInt8]()))

    let accessKey: String
    private let secretKey: String
    let region: String

    init(accessKey: String, secretKey: String, region: String) {
        self.accessKey = accessKey
        self.secretKey = secretKey
        self.region = region
    }

    /// `20201115T000000Z`.
    static func time(_ now: Timestamp) -> String {
        now.formatted(in: .utc).filter { $0 != "-" && $0 != ":" }
    }

    /// Who signs, on which day, for what: `AKIA…/20201115/eu-central-1/s3/aws4_request`.
    func credential(at time: String) -> String { "\(accessKey)/\(scope(time))" }

    private func scope(_ time: String) -> String { "\(time.prefix(8))/\(region)/s3/aws4_request" }

    /// The signature of a text made at a time.
    func signature(of text: String, at time: String) -> String {
        var key = SymmetricKey(data: Array("AWS4\(secretKey)".utf8))
        for part in [String(time.prefix(8)), region, "s3", "aws4_request"] {
            key = SymmetricKey(data: HMAC<SHA256>.authenticationCode(for: Array(part.utf8), using: key))
        }
        return Hexadecimal.text(HMAC<SHA256>.authenticationCode(for: Array(text.utf8), using: key))
    }

    /// The headers that sign a request: everything in `headers`, the host among it.
    /// - Parameters:
    ///   - path: percent-encoded.
    ///   - query: percent-encoded, in the order of the names.
    func headers(
        _ method: String, path: String, query: String, headers: [(name: String, value: String)], digest: String,
        now: Timestamp
    ) -> [(name: String, value: String)] {
        let time = Self.time(now)
        var headers = headers + [("x-amz-content-sha256", digest), ("x-amz-date", time)]
        let sorted = headers.map { ($0.name.lowercased(), $0.value) }.sorted { $0.0 < $1.0 }
        let names = sorted.map(\.0).joined(separator: ";")
        let canonical =
            ([method, path, query] + sorted.map { "\($0):\($1)" } + ["", names, digest]).joined(separator: "\n")
        let request = Hexadecimal.text(SHA256.hash(data: Array(canonical.utf8)))
        let signature = signature(of: [Self.algorithm, time, scope(time), request].joined(separator: "\n"), at: time)
        headers.append(
            (
                "Authorization",
                "\(Self.algorithm) Credential=\(credential(at: time)), SignedHeaders=\(names), Signature=\(signature)"
            ))
        return headers
    }
}
