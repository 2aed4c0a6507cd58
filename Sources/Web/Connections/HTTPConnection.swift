import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import NIOHTTPTypesHTTP1

/// One connection that speaks HTTP/1: the framework's, with the rules that it leaves open (`ConnectionRules`).
public struct HTTPConnection: ServerChildChannel, HTTPChannelHandler {
    public typealias Value = NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>

    /// How long a connection may stand still between calls, and in the middle of one that comes in.
    static let idleTimeout: Duration = .seconds(60)

    public let responder: HTTPChannelHandler.Responder
    private let limits: ConnectionLimits
    private let log: Logger
    private let refusing: RefusalBody.Maker

    init(
        _ limits: ConnectionLimits, log: Logger, refusing: @escaping RefusalBody.Maker,
        responder: @escaping HTTPChannelHandler.Responder
    ) {
        self.limits = limits
        self.log = log
        self.refusing = refusing
        self.responder = responder
    }

    public func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        channel.eventLoop.makeCompletedFuture {
            let pipeline = channel.pipeline.syncOperations
            var decoding = NIOHTTPDecoderLimitConfiguration()
            decoding.maxHeaderFieldSize = limits.headBytes
            decoding.maxHeaderListSize = limits.headBytes
            decoding.maxHeaderFieldCount = limits.headFields
            let firstLine = FirstLine()
            try pipeline.addHandler(firstLine)
            try pipeline.configureHTTPServerPipeline(
                // The calls of a connection are answered one after the other as it is.
                withPipeliningAssistance: false, withErrorHandling: false, withOutboundHeaderValidation: false,
                withEncoderConfiguration: .init(), withDecoderLimitConfiguration: decoding)
            try pipeline.addHandler(ConnectionRules(limits, firstLine, log: log, refusing: refusing))
            try pipeline.addHandler(HTTP1ToHTTPServerCodec(secure: false))
            try pipeline.addHandler(HTTPConnectionStateHandler(idleTimeout: Self.idleTimeout, logger: logger))
            return try NIOAsyncChannel(
                wrappingChannelSynchronously: channel, configuration: .init(isOutboundHalfClosureEnabled: true))
        }
    }

    public func handle(value: Value, logger: Logger) async {
        await handleHTTP(asyncChannel: value, logger: logger)
    }
}

/// How what is refused before it is a call is told to the client.
public struct RefusalBody: Sendable {
    /// Makes the body for the code of a status and a sentence that says what is wrong.
    public typealias Maker = @Sendable (_ status: Int, _ message: String) -> RefusalBody

    let contentType: String
    let bytes: [UInt8]

    public init(contentType: String, bytes: [UInt8]) {
        self.contentType = contentType
        self.bytes = bytes
    }
}

/// What a connection may take.
public struct ConnectionLimits: Sendable {
    /// How long a body may come in, whatever its size.
    var bodyTime: TimeAmount = .seconds(30)
    /// A body may take a second more for so many bytes that have come.
    var bodyRate = 8_192
    /// How much of a body that nobody wants is read before the connection is closed, so that the client sees the
    /// answer.
    var drainBytes = 16 << 20
    /// How long it is read.
    var drainTime: TimeAmount = .seconds(5)
    /// The most bytes of a request line and its header fields.
    var headBytes = 80 << 10
    var headFields = 1_000

    public init() {}

    /// The same, with other times: for tests that cannot wait.
    package init(bodyTime: Duration, drainTime: Duration) {
        self.bodyTime = .init(bodyTime)
        self.drainTime = .init(drainTime)
    }
}

extension HTTPServerBuilder {
    /// Serves HTTP/1 within limits.
    /// - Parameters:
    ///   - log: told of what is refused before it is a call.
    ///   - refusing: what such a refusal looks like.
    public static func connections(
        _ limits: ConnectionLimits = ConnectionLimits(), log: Logger, refusing: @escaping RefusalBody.Maker
    ) -> HTTPServerBuilder {
        HTTPServerBuilder { HTTPConnection(limits, log: log, refusing: refusing, responder: $0) }
    }
}
