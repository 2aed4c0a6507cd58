import Foundation
import Wire

/// Where an S3-compatible store is: `s3://bucket?region=eu-central-1&endpoint=https://s3.example.com`.
public struct S3Address: Sendable, Equatable {
    public let bucket: String
    public let region: String
    /// Scheme, host and port.
    public let endpoint: String
    /// Whether the bucket stands in the path rather than in the host.
    public let usesPathStyle: Bool
    /// Where clients post files, when that is not where this server reaches the store.
    public let uploadAddress: String?

    /// - Throws: `FileError` that names what is wrong.
    public init(_ text: String) throws(FileError) {
        // Whoever puts keys into it must not read them in a log.
        let shown = text.contains("@") ? "s3://…" : text
        func refuse(_ problem: String) -> FileError { FileError(.refused, "the address '\(shown)' \(problem)") }
        guard let parts = URLComponents(string: text), parts.scheme == "s3", let bucket = parts.host, !bucket.isEmpty,
            parts.path.isEmpty || parts.path == "/", parts.user == nil, parts.port == nil, parts.fragment == nil
        else { throw refuse("is not of the form s3://bucket?region=…&endpoint=https://…") }
        guard Self.isBucket(bucket) else {
            throw refuse("names no bucket: 3 to 63 lower-case letters, digits, - and .")
        }
        var options: [String: String] = [:]
        for item in parts.queryItems ?? [] {
            guard ["region", "endpoint", "path-style", "upload"].contains(item.name) else {
                throw refuse("has the unknown option '\(item.name)'; there are region, endpoint, path-style and upload")
            }
            options[item.name] = item.value
        }
        self.bucket = bucket
        region = options["region"] ?? "us-east-1"
        guard region.utf8.allSatisfy({ Self.plain.contains($0) }), !region.isEmpty else {
            throw refuse("names no region such as eu-central-1")
        }
        if let endpoint = options["endpoint"] {
            guard let origin = Self.origin(endpoint) else {
                throw refuse("has an endpoint that is not of the form https://host:port")
            }
            self.endpoint = origin
        } else {
            endpoint = "https://s3.\(region).amazonaws.com"
        }
        switch options["path-style"] {
        case "true": usesPathStyle = true
        case "false": usesPathStyle = false
        // Stores of one's own seldom have a host name for each bucket; dots in a bucket's name break certificates.
        case nil: usesPathStyle = options["endpoint"] != nil || bucket.contains(".")
        default: throw refuse("has a path-style that is neither true nor false")
        }
        if let upload = options["upload"] {
            guard let url = URLComponents(string: upload), ["http", "https"].contains(url.scheme), url.host != nil
            else {
                throw refuse("has an upload address that is not of the form https://…")
            }
        }
        uploadAddress = options["upload"]
    }

    private static let plain = Set("abcdefghijklmnopqrstuvwxyz0123456789-.".utf8)

    private static func isBucket(_ text: String) -> Bool {
        (3...63).contains(text.utf8.count) && text.utf8.allSatisfy { plain.contains($0) }
    }

    private static func origin(_ text: String) -> String? {
        guard let parts = URLComponents(string: text), let scheme = parts.scheme, ["http", "https"].contains(scheme),
            let host = parts.host, !host.isEmpty, parts.path.isEmpty || parts.path == "/", parts.query == nil,
            parts.user == nil
        else { return nil }
        return "\(scheme)://\(host)" + (parts.port.map { ":\($0)" } ?? "")
    }

    /// The host, and the port where it is not the usual one, as the `Host` header has it.
    var host: String {
        let place = endpoint.split(separator: "/").last.map(String.init) ?? ""
        return usesPathStyle ? place : "\(bucket).\(place)"
    }

    private var scheme: String { String(endpoint.prefix { $0 != ":" }) }

    /// The path of a key, or of the bucket itself, percent-encoded.
    func path(_ key: String) -> String {
        let key = PercentEncoding.component(key, keepsSlashes: true)
        return usesPathStyle ? "/\(bucket)/\(key)" : "/\(key)"
    }

    /// The address of a path.
    func url(path: String) -> String { "\(scheme)://\(host)\(path)" }

    /// Where clients post files.
    var uploads: String { uploadAddress ?? url(path: path("")) }
}
