import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Resources
import ServiceDesk
import Store
import Wire

/// The R-Service face: answers HTTP under `/v1`. The steps of a call are the lines of `answer`.
public struct Face: HTTPResponder {
    /// What an operator chooses.
    public struct Options: Sendable {
        /// Where clients reach this server; nil takes the Host header.
        public var publicURL: String?
        /// nil for no limit.
        public var rateLimit: RateLimiter.Limits? = .standard
        public init() {}
    }

    private let desk: Installation
    private let options: Options
    private let limiter: RateLimiter
    private let routes: RouteTable
    private let log: Logger

    /// - Parameter further: routes beside the product's own, as benchmarks add them.
    public init(_ desk: Installation, options: Options = Options(), log: Logger) {
        self.init(desk, options: options, further: [], log: log)
    }

    package init(_ desk: Installation, options: Options, further: [Route], log: Logger) {
        self.desk = desk
        self.options = options
        self.log = log
        limiter = RateLimiter(options.rateLimit)
        routes = RouteTable(Routes.all + further)
    }

    public func respond(to request: Request, context: Context) async throws -> Response {
        let start = ContinuousClock.now
        var exchange = Exchange(request, context, now: desk.store.now)
        var response: Response
        do {
            response = try await answer(request, context, &exchange)
        } catch {
            let failure = Failure(error, requestID: exchange.id)
            response = Response(failure)
            if let verbs = exchange.allowedVerbs { response.headers[.allow] = verbs }
            if let wait = exchange.verdict?.retryAfter { response.headers[.retryAfter] = String(wait) }
            exchange.reason = failure.reason
        }
        finish(&response, &exchange)
        exchange.log(to: log, request, response, took: .now - start)
        return request.method == .head ? response.createHeadResponse() : response
    }

    private func answer(
        _ request: Request, _ context: Context, _ exchange: inout Exchange
    ) async throws -> Response {
        let found: RouteTable.Found
        let viewer: Viewer?
        do {
            found = try route(request, &exchange)
            viewer = try await identify(request, found.endpoint, &exchange)
        } catch {
            // Who asks for what is not there, or is not known, is counted by address and stopped like anybody else.
            _ = try limit(&exchange)
            throw error
        }
        let endpoint = found.endpoint
        let rate = try limit(&exchange, isFree: endpoint.isFree)
        if endpoint.mindsAccept { try accept(request) }
        if let viewer { try permit(endpoint, viewer) }
        let query = try QueryString(exchange.rawQuery)
        let body = endpoint.takesStream ? JSONObject() : try await read(request, query, exchange.method)
        let origin = origin(request)
        var eyes = viewer ?? .nobody
        eyes.perspective.files = FileAddresses(origin: origin, key: desk.attachments.addresses, now: exchange.now)
        let call = Call(
            desk: desk, viewer: eyes, ids: found.ids, list: found.list, query: query, rest: found.rest, body: body,
            stream: request.body, method: request.method, headers: request.headers, channel: context.channel,
            origin: origin, path: exchange.path, rate: rate)
        return shape(try await endpoint.handle(call), call, request)
    }

    // MARK: Steps

    private func route(_ request: Request, _ exchange: inout Exchange) throws -> RouteTable.Found {
        guard let segments = exchange.segments else {
            throw Refusal.malformed("The path is not percent-encoded UTF-8")
        }
        var match = routes.match(request.method, segments)
        if case .unknown = match, let last = segments.last, last.hasSuffix(".json") {
            match = routes.match(request.method, segments.dropLast() + [String(last.dropLast(5))])
            if case .found = match { exchange.dropSuffix() }
        }
        switch match {
        case .found(let found): return found
        case .otherVerbs(let verbs):
            exchange.allowedVerbs = verbs.map(\.rawValue).joined(separator: ", ")
            throw HTTPError(.methodNotAllowed)
        case .unknown: throw Refusal.notFound
        }
    }

    private func identify(
        _ request: Request, _ endpoint: Endpoint, _ exchange: inout Exchange
    ) async throws -> Viewer? {
        if case .anyone = endpoint.access { return nil }
        if case .optional = endpoint.access, request.headers[.authorization] == nil { return nil }
        guard let header = request.headers[.authorization], header.prefix(7).lowercased() == "bearer " else {
            throw Refusal.unauthenticated
        }
        let account = HTTPField.Name.account.lazy.compactMap { request.headers[$0] }.first { !$0.isEmpty }
        var viewer = try await desk.authenticator.viewer(token: String(header.dropFirst(7)), account: account)
        let source =
            HTTPField.Name.source.lazy.compactMap { request.headers[$0] }.first ?? request.headers[.userAgent]
        if let source, !source.isEmpty { viewer.source = Source.fromHeader(source) }
        exchange.person = viewer.person
        return viewer
    }

    private func limit(_ exchange: inout Exchange, isFree: Bool = false) throws -> RateLimiter.Verdict {
        let verdict = limiter.take(exchange.caller, at: exchange.now, isFree: isFree)
        exchange.verdict = verdict
        if verdict.retryAfter != nil { throw HTTPError(.tooManyRequests) }
        return verdict
    }

    /// JSON is all there is (rservice-general §1).
    private func accept(_ request: Request) throws {
        let accepted = request.headers[values: .accept]
        let ranges = accepted.flatMap { $0.split(separator: ",") }.filter { !$0.allSatisfy(\.isWhitespace) }
        if ranges.isEmpty { return }
        for range in ranges {
            let type = range.prefix { $0 != ";" }.filter { $0 != " " }.lowercased()
            if ["*/*", "application/*", "application/json", "text/*", "text/html"].contains(type) { return }
        }
        throw HTTPError(.notAcceptable)
    }

    private func permit(_ endpoint: Endpoint, _ viewer: Viewer) throws {
        if case .scope(let action, let kind) = endpoint.access { try viewer.require(action, on: kind) }
    }

    private func read(_ request: Request, _ query: QueryString, _ method: HTTPRequest.Method) async throws -> JSONObject
    {
        switch method {
        case .post, .patch, .put:
            if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > BodyFields.maximumLength {
                throw HTTPError(.contentTooLarge)
            }
            let buffer = try await request.body.collect(upTo: BodyFields.maximumLength)
            return try BodyFields.read(
                Array(buffer: buffer), contentType: request.headers[.contentType] ?? "", query: query)
        default: return JSONObject()
        }
    }

    private func shape(_ answer: Answer, _ call: Call, _ request: Request) -> Response {
        var headers = answer.headers
        if let page = answer.page { PageHeaders.add(page, of: call, to: &headers) }
        if let location = answer.location { headers[.location] = location }
        if let stream = answer.stream {
            headers[.contentType] = answer.contentType
            return Response(status: answer.status, headers: headers, body: stream)
        }
        guard let body = answer.body else { return Response(status: answer.status, headers: headers) }
        headers[.contentType] = answer.contentType
        if request.method == .get || request.method == .head, answer.status == .ok {
            let tag = EntityTag.of(body)
            headers[.eTag] = tag
            let known = EntityTag.list(request.headers[values: .ifNoneMatch])
            if known.contains(tag) || known.contains("*") {
                headers[.contentType] = nil
                return Response(status: .notModified, headers: headers)
            }
        }
        return Response(
            status: answer.status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: body)))
    }

    /// The headers of every answer (DESIGN §5.8).
    private func finish(_ response: inout Response, _ exchange: inout Exchange) {
        let verdict = exchange.verdict ?? limiter.take(exchange.caller, at: exchange.now)
        response.headers[.requestID] = exchange.id
        response.headers[.rateLimit] = String(verdict.limit)
        response.headers[.rateRemaining] = String(verdict.remaining)
        response.headers[.rateReset] = String(verdict.reset)
        response.headers[.contentTypeOptions] = "nosniff"
        response.headers[.cacheControl] = "private, no-cache"
    }

    private func origin(_ request: Request) -> String {
        if let url = options.publicURL { return url }
        // The header is the client's word: taken only when it can be nothing but a host and port.
        let host = request.head.authority ?? ""
        let isPlain =
            !host.isEmpty
            && host.utf8.allSatisfy { byte in
                (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                    || ".:-[]".utf8.contains(byte)
            }
        return "http://" + (isPlain ? host : "localhost")
    }
}

extension Viewer {
    /// Stands in where a call needs no token; it sees nothing.
    fileprivate static let nobody = Viewer(anonymousIn: .utc)
}
