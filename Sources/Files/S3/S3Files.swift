import AsyncHTTPClient
import Crypto
import NIOCore
import NIOHTTP1
import Wire

/// Files in a bucket of an S3-compatible store. Clients send files there themselves, by a signed form.
public struct S3Files: FileStore {
    private let address: S3Address
    private let signature: SignatureV4
    private let client: HTTPClient
    /// For what is read at the pace of whoever reads it.
    private let downloads: HTTPClient

    /// How long the store may take to answer, or between two pieces of an answer.
    private static let patience: TimeAmount = .seconds(20)
    /// The same for a download, whose reader may pause: longer than a server has patience with that reader.
    private static let downloadPatience: TimeAmount = .minutes(15)
    /// A download holds its connection while its reader pauses, so that there may be many.
    private static let connections = 1_000
    private static let connectPatience: TimeAmount = .seconds(5)
    /// The longest error or listing that is read.
    private static let maximumAnswer = 4 << 20

    public init(_ address: S3Address, accessKey: String, secretKey: String) {
        self.address = address
        signature = SignatureV4(accessKey: accessKey, secretKey: secretKey, region: address.region)
        client = Self.client(patience: Self.patience)
        downloads = Self.client(patience: Self.downloadPatience)
    }

    private static func client(patience: TimeAmount) -> HTTPClient {
        var configuration = HTTPClient.Configuration()
        configuration.timeout = .init(connect: connectPatience, read: patience)
        configuration.redirectConfiguration = .disallow
        // A store that is away is told at once, and one that is back is found at once.
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = connections
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    public func info(of key: FileKey) async throws -> FileInfo? {
        let answer = try await ask(.HEAD, address.path(key.text))
        switch answer.status {
        case .ok: return try Self.info(answer.headers, key)
        // Also what a name can never be answers so.
        case .notFound, .badRequest: return nil
        default: throw try await problem(answer, "looking at '\(key)'")
        }
    }

    private static func info(_ headers: HTTPHeaders, _ key: FileKey) throws -> FileInfo {
        guard let size = headers.first(name: "Content-Length").flatMap({ Int64($0) }) else {
            throw FileError(.unavailable, "the store did not say how long '\(key)' is")
        }
        let version = headers.first(name: "ETag") ?? "\(size)"
        return FileInfo(
            size: size, version: version.filter { $0 != "\"" },
            modified: headers.first(name: "Last-Modified").flatMap(HTTPDate.seconds) ?? 0)
    }

    public func put(_ bytes: ByteBuffer, at key: FileKey) async throws {
        let answer = try await ask(.PUT, address.path(key.text), body: bytes)
        guard answer.status == .ok else { throw try await problem(answer, "storing '\(key)'") }
    }

    public func read(
        _ key: FileKey, _ info: FileInfo, _ range: Range<Int64>, _ take: (ByteBuffer) async throws -> Void
    ) async throws {
        if range.isEmpty { return }
        let bytes = "bytes=\(range.lowerBound)-\(range.upperBound - 1)"
        let answer = try await ask(
            .GET, address.path(key.text), headers: [("range", bytes), ("if-match", "\"\(info.version)\"")],
            by: downloads)
        guard answer.status == .partialContent else { throw try await problem(answer, "reading '\(key)'") }
        var missing = range.upperBound - range.lowerBound
        do {
            for try await piece in answer.body {
                missing -= Int64(piece.readableBytes)
                guard missing >= 0 else { break }
                try await take(piece)
            }
        } catch let error as HTTPClientError { throw unreachable(error, "reading '\(key)'") }
        guard missing == 0 else { throw FileError(.unavailable, "reading '\(key)': the answer is of another length") }
    }

    public func remove(_ key: FileKey) async throws {
        let answer = try await ask(.DELETE, address.path(key.text))
        guard [.ok, .noContent, .notFound].contains(answer.status) else {
            throw try await problem(answer, "removing '\(key)'")
        }
    }

    public func keys(below folder: String) async throws -> [FileKey] {
        var keys: [FileKey] = []
        var token: String?
        repeat {
            var query = [("encoding-type", "url"), ("list-type", "2"), ("prefix", folder + "/")]
            if let token { query.insert(("continuation-token", token), at: 0) }
            let answer = try await ask(.GET, address.path(""), query: query)
            guard answer.status == .ok else { throw try await problem(answer, "listing '\(folder)'") }
            let page = S3Listing(try await text(answer))
            keys += page.keys.map(FileKey.init(listed:))
            token = page.next
        } while token != nil
        return keys
    }

    /// The store shows nothing that is not whole.
    public func removeUnfinished(before time: Int64) async throws {}

    public func uploadForm(_ terms: UploadTerms) -> UploadForm {
        PostPolicy(bucket: address.bucket, terms).form(signedBy: signature, address: address.uploads)
    }

    public func check() async throws {
        let answer = try await ask(.GET, address.path(""), query: [("list-type", "2"), ("max-keys", "1")])
        guard answer.status == .ok else { throw try await problem(answer, "looking into the bucket") }
    }

    public func close() async {
        try? await client.shutdown()
        try? await downloads.shutdown()
    }

    // MARK: Requests

    private func ask(
        _ method: HTTPMethod, _ path: String, query: [(String, String)] = [],
        headers: [(name: String, value: String)] = [], body: ByteBuffer? = nil, by chosen: HTTPClient? = nil
    ) async throws -> HTTPClientResponse {
        let client = chosen ?? client
        let query = query.map { "\($0)=\(PercentEncoding.component($1))" }.joined(separator: "&")
        let digest = body.map { Hexadecimal.text(SHA256.hash(data: Array(buffer: $0))) } ?? SignatureV4.emptyDigest
        let signed = signature.headers(
            method.rawValue, path: path, query: query, headers: headers + [("host", address.host)], digest: digest,
            now: Timestamp.now())
        var request = HTTPClientRequest(url: address.url(path: path) + (query.isEmpty ? "" : "?" + query))
        request.method = method
        for (name, value) in signed { request.headers.add(name: name, value: value) }
        if let body { request.body = .bytes(body) }
        do {
            return try await client.execute(request, timeout: Self.patience)
        } catch let error as HTTPClientError where error == .remoteConnectionClosed {
            // The store had closed the idle connection. All of these calls may be made twice.
            return try await again(request, "\(method.rawValue) \(path)", by: client)
        } catch {
            throw unreachable(error, "\(method.rawValue) \(path)")
        }
    }

    private func again(
        _ request: HTTPClientRequest, _ deed: String, by client: HTTPClient
    ) async throws -> HTTPClientResponse {
        do { return try await client.execute(request, timeout: Self.patience) } catch { throw unreachable(error, deed) }
    }

    private func unreachable(_ error: any Error, _ deed: String) -> any Error {
        if error is CancellationError { return error }
        return FileError(.unavailable, "\(deed) at \(address.endpoint): \(error)")
    }

    private func text(_ answer: HTTPClientResponse) async throws -> String {
        do {
            return String(buffer: try await answer.body.collect(upTo: Self.maximumAnswer))
        } catch {
            throw unreachable(error, "reading the answer")
        }
    }

    private func problem(_ answer: HTTPClientResponse, _ deed: String) async throws -> FileError {
        let text = (try? await text(answer)) ?? ""
        let said = ["Code", "Message"].compactMap { S3Listing.value(of: $0, in: text) }.joined(separator: ": ")
        let kind: FileError.Kind =
            switch answer.status.code {
            case 500...599, 408, 412, 429: .unavailable
            case 507: .full
            default: .refused
            }
        return FileError(
            kind,
            "\(deed) in the bucket '\(address.bucket)' at \(address.endpoint): "
                + "\(answer.status.code) \(said.prefix(300))")
    }
}
