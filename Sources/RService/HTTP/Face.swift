import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Resources
import ServiceDesk
import Store
import Web
import Wire

/// The R-Service face: answers HTTP under `/v1`. The steps of a call are the lines of `answer`.
public struct Face: HTTPResponder {
    /// What an operator chooses.
    public struct Options: Sendable {
        /// Where clients reach this server; nil takes what trusted proxies say, or the Host header.
        public var publicURL: String?
        /// nil for no limit (docs/protocol/general.md#rate-limits).
        public var rateLimit: RateLimiter.Limits? = .standard
        /// Who says in headers for whom it calls, and by what address; nobody by default.
        public var trustedProxies = TrustedProxies()
        /// The clock that the rate limit follows; tests have one of their own.
        package var clock: @Sendable () -> ContinuousClock.Instant = { .now }
        public init() {}
    }

    private let desk: Installation
    private let options: Options
    private let limiter: RateLimiter
    private let largeAnswers = LargeAnswers()
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
        // PUT is PATCH (docs/compatibility.md#general-behaviour).
        routes = RouteTable(Routes.all + further, synonyms: [.put: .patch])
    }

    public func respond(to request: Request, context: Context) async throws -> Response {
        let start = ContinuousClock.now
        var exchange = Exchange(request, context, now: desk.store.now)
        var response: Response
        do {
            response = try await answer(request, context, &exchange)
        } catch {
            let failure = Failure(error, requestID: exchange.id)
            let isAsS3 = (error as? UploadError)?.isAsS3 == true
            response = isAsS3 ? Response(s3: failure) : Response(failure)
            if let verbs = exchange.allowedVerbs { response.headers[.allow] = verbs }
            if let wait = exchange.verdict?.retryAfter { response.headers[.retryAfter] = String(wait) }
            exchange.reason = failure.reason
        }
        finish(&response, &exchange)
        exchange.log(to: log, response, took: .now - start)
        return request.method == .head ? response.createHeadResponse() : response
    }

    private func answer(
        _ request: Request, _ context: Context, _ exchange: inout Exchange
    ) async throws -> Response {
        exchange.believe(options.trustedProxies, request.headers)
        let match = Result { try route(request, &exchange) }
        do {
            return try await answer(match, request, context, &exchange)
        } catch  where !(error is UploadError) {
            guard let endpoint = (try? match.get())?.endpoint, endpoint.speaksAsS3(desk) else { throw error }
            throw UploadError(cause: error, isAsS3: true)
        }
    }

    private func answer(
        _ match: Result<RouteTable.Found, any Error>, _ request: Request, _ context: Context,
        _ exchange: inout Exchange
    ) async throws -> Response {
        let found: RouteTable.Found
        let viewer: Viewer?
        do {
            // First of all, so that a person is counted for what they ask in vain, and not their address.
            viewer = try await identify(request, (try? match.get())?.endpoint, &exchange)
            found = try match.get()
        } catch {
            _ = try limit(&exchange)
            throw error
        }
        let endpoint = found.endpoint
        // Who uploads without a token is known by the form they were given, once it has come in.
        if viewer == nil, endpoint.takesStream { return try await takeForm(found, request, context, &exchange) }
        let rate = try limit(&exchange, isFree: endpoint.isFree)
        if endpoint.mindsAccept { try accept(request) }
        if let viewer { try permit(endpoint, viewer) }
        return try await perform(found, viewer, rate, request, context, exchange)
    }

    /// A call that counts for whom its form was given out to, or, where that cannot be said, for its address.
    private func takeForm(
        _ found: RouteTable.Found, _ request: Request, _ context: Context, _ exchange: inout Exchange
    ) async throws -> Response {
        let (now, instant) = (exchange.now, options.clock())
        let holder = FormHolder { [limiter] in limiter.take($0, at: now, instant: instant) }
        let rate = limiter.take(exchange.caller, at: now, instant: instant, isFree: true)
        let result: Result<Response, any Error>
        let isAsS3: Bool
        do {
            let response = try await perform(found, nil, rate, request, context, exchange, holder)
            isAsS3 = response.headers[.contentType] == S3Error.contentType
            result = .success(response)
        } catch {
            isAsS3 = (error as? UploadError)?.isAsS3 == true
            result = .failure(error)
        }
        if let known = holder.known {
            (exchange.person, exchange.verdict) = (known.person, known.verdict)
        } else {
            do {
                _ = try limit(&exchange)
            } catch {
                throw UploadError(cause: error, isAsS3: isAsS3)
            }
        }
        return try result.get()
    }

    /// The rest of `answer`: what is done once it is known who calls and that they may.
    private func perform(
        _ found: RouteTable.Found, _ viewer: Viewer?, _ rate: RateLimiter.Verdict, _ request: Request,
        _ context: Context, _ exchange: Exchange, _ holder: FormHolder? = nil
    ) async throws -> Response {
        let endpoint = found.endpoint
        let query = try QueryString(exchange.rawQuery)
        let invitation = Invitation(request, context.channel)
        let body = endpoint.takesStream ? JSONObject() : try await read(request, query, exchange.method, invitation)
        let origin = options.publicURL ?? exchange.origin
        var eyes = viewer ?? .nobody
        eyes.perspective.files = FileAddresses(origin: origin, key: desk.attachments.addresses, now: exchange.now)
        let call = Call(
            desk: desk, viewer: eyes, ids: found.ids, list: found.list, query: query, rest: found.rest, body: body,
            stream: request.body, invitation: invitation, method: request.method, headers: request.headers,
            channel: context.channel,
            origin: origin, path: exchange.path, rate: rate, holder: holder)
        return try shape(try await endpoint.handle(call), call, request, exchange.caller)
    }

    // MARK: Steps

    private func route(_ request: Request, _ exchange: inout Exchange) throws -> RouteTable.Found {
        guard let segments = exchange.segments else {
            throw Refusal.malformed("The path is not percent-encoded UTF-8")
        }
        var match = routes.match(request.method, segments)
        if case .unknown = match, let last = segments.last, last.hasSuffix(".json") {
            match = routes.match(request.method, segments.dropLast() + [String(last.dropLast(5))])
            if case .found = match { exchange.drop(suffix: ".json") }
        }
        switch match {
        case .found(let found): return found
        case .otherVerbs(let verbs):
            exchange.allowedVerbs = verbs.map(\.rawValue).joined(separator: ", ")
            throw HTTPError(.methodNotAllowed)
        case .unknown: throw Refusal.notFound
        }
    }

    /// Who calls, where somebody has to be known; nil elsewhere.
    /// - Parameter endpoint: nil where the path or the verb leads nowhere.
    private func identify(
        _ request: Request, _ endpoint: Endpoint?, _ exchange: inout Exchange
    ) async throws -> Viewer? {
        let hasToken = request.headers[.authorization] != nil
        switch endpoint?.access {
        case .anyone where endpoint?.isFree == true: return nil
        case .anyone, nil:
            // A token that is valid says who is counted. One that is not changes nothing.
            if hasToken { _ = try? await authenticate(request, &exchange) }
            return nil
        case .optional where !hasToken: return nil
        case .optional, .known, .scope, .anyScope: return try await authenticate(request, &exchange)
        }
    }

    private func authenticate(_ request: Request, _ exchange: inout Exchange) async throws -> Viewer {
        guard let header = request.headers[.authorization], header.prefix(7).lowercased() == "bearer " else {
            throw Refusal.unauthenticated
        }
        let account = HTTPField.Name.account.lazy.compactMap { request.headers[$0] }.first { !$0.isEmpty }
        let token = String(header.dropFirst(7))
        var viewer: Viewer
        do {
            viewer = try await desk.authenticator.viewer(token: token, account: account)
        } catch Refusal.forbidden(let reason) {
            // The token is valid, the account is another's.
            exchange.person = try? await desk.authenticator.viewer(token: token, account: nil).person
            throw Refusal.forbidden(reason)
        }
        let source =
            HTTPField.Name.source.lazy.compactMap { request.headers[$0] }.first ?? request.headers[.userAgent]
        if let source, !source.isEmpty { viewer.source = Source.fromHeader(source) }
        exchange.person = viewer.person
        return viewer
    }

    private func limit(_ exchange: inout Exchange, isFree: Bool = false) throws -> RateLimiter.Verdict {
        let verdict = limiter.take(exchange.caller, at: exchange.now, instant: options.clock(), isFree: isFree)
        exchange.verdict = verdict
        if verdict.retryAfter != nil { throw HTTPError(.tooManyRequests) }
        return verdict
    }

    /// JSON is all there is (docs/protocol/general.md#transport).
    private func accept(_ request: Request) throws {
        let accepted = request.headers[values: .accept]
        let ranges = accepted.flatMap { $0.split(separator: ",") }.filter { !$0.allSatisfy(\.isWhitespace) }
        if ranges.isEmpty { return }
        for range in ranges {
            let parts = range.lowercased().filter { $0 != " " }.split(separator: ";")
            // A weight of nothing refuses the type (RFC 9110, section 12.4.2).
            if parts.dropFirst().contains(where: { $0.hasPrefix("q=") && Double($0.dropFirst(2)) == 0 }) { continue }
            let type = parts.first.map(String.init) ?? ""
            if ["*/*", "application/*", "application/json", "text/*", "text/html"].contains(type) { return }
        }
        throw HTTPError(.notAcceptable)
    }

    private func permit(_ endpoint: Endpoint, _ viewer: Viewer) throws {
        switch endpoint.access {
        case .scope(let action, let kind): try viewer.require(action, on: kind)
        case .anyScope(let actions, let kind): try viewer.require(anyOf: actions, on: kind)
        case .anyone, .optional, .known: break
        }
    }

    private func read(
        _ request: Request, _ query: QueryString, _ method: HTTPRequest.Method, _ invitation: Invitation
    ) async throws -> JSONObject {
        switch method {
        case .post, .patch, .put:
            if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > BodyFields.maximumLength {
                throw HTTPError(.contentTooLarge)
            }
            await invitation.send()
            let buffer = try await request.body.collect(upTo: BodyFields.maximumLength)
            return try BodyFields.read(
                Array(buffer: buffer), contentType: request.headers[.contentType] ?? "", query: query)
        default: return JSONObject()
        }
    }

    private func shape(
        _ answer: Answer, _ call: Call, _ request: Request, _ caller: RateLimiter.Caller
    ) throws -> Response {
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
        return Response(status: answer.status, headers: headers, body: try send(body, call, caller))
    }

    /// A large answer goes out piece by piece, and is refused while too much waits to be read.
    private func send(_ body: ByteBuffer, _ call: Call, _ caller: RateLimiter.Caller) throws -> ResponseBody {
        // What was changed is told however large it is: whoever heard 503 would change it twice.
        guard call.method == .get else { return ResponseBody(byteBuffer: body) }
        return try largeAnswers.body(body, to: call.channel, for: caller)
    }

    /// The headers of every answer.
    private func finish(_ response: inout Response, _ exchange: inout Exchange) {
        let verdict = exchange.verdict ?? limiter.take(exchange.caller, at: exchange.now)
        exchange.mark(&response)
        response.headers[.rateLimit] = String(verdict.limit)
        response.headers[.rateRemaining] = String(verdict.remaining)
        response.headers[.rateReset] = String(verdict.reset)
        response.headers[.cacheControl] = "private, no-cache"
    }
}

extension Face {
    /// How this face tells of what is refused before it is a call (`HTTPServerBuilder.connections`).
    /// - Parameters:
    ///   - status: the code of a status.
    ///   - message: a sentence that says what is wrong.
    public static func refusal(_ status: Int, _ message: String) -> RefusalBody {
        RefusalBody(
            contentType: Failure.contentType, bytes: Failure(HTTPResponse.Status(code: status), message).body.bytes)
    }
}

extension Viewer {
    /// Stands in where a call needs no token; it sees nothing.
    fileprivate static let nobody = Viewer(anonymousIn: .utc)
}
