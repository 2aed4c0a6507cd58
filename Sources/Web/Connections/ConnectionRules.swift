import Logging
import NIOCore
import NIOHTTP1

/// What HTTP/1 asks of a connection, and what keeps it from being held for nothing:
///
/// - A call without `Host`, with two, or with one that cannot be a host is refused (RFC 9112, section 3.2).
/// - Who says `Connection: close`, or HTTP/1.0 without `keep-alive`, sees the connection closed after the answer.
/// - A body has a total time. One that nobody wants is read for a while, so that the client sees the answer, and then
///   the connection is closed.
/// - What is no HTTP, or too long, gets an answer with a body and an id before the connection is closed. What the body
///   looks like is for others to say.
final class ConnectionRules: ChannelDuplexHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    /// A call that is not answered yet.
    private struct Pending {
        let version: HTTPVersion
        var isKeptAlive: Bool
        /// Whether the client sends its body only when it is told to, and nobody has told it.
        var waitsForInvitation: Bool
        var isWhole = false
        var isBeingAnswered = false
    }

    /// What becomes of what comes in.
    private enum State {
        case serving
        /// It is not looked at: the connection closes once the calls before it are answered.
        case ending
        /// It is thrown away, so much so far, until the body ends; then the next call is served, or the connection
        /// closed.
        case draining(Int, thenServing: Bool)
        /// The last answer is on its way.
        case closing
    }

    let presence = ClientPresence()
    private let limits: ConnectionLimits
    private let log: Logger
    private let refusing: RefusalBody.Maker
    private let firstLine: FirstLine
    private var state = State.serving
    /// What is answered once all calls before it are.
    private var refusal: (status: HTTPResponseStatus, message: String)?
    private var pending = CircularBuffer<Pending>(initialCapacity: 2)
    private var bodyBegan: NIODeadline?
    private var bodyBytes = 0
    private var timer: Scheduled<Void>?

    init(
        _ limits: ConnectionLimits, _ firstLine: FirstLine, log: Logger, refusing: @escaping RefusalBody.Maker
    ) {
        self.limits = limits
        self.log = log
        self.refusing = refusing
        self.firstLine = firstLine
    }

    // MARK: Requests

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard case .serving = state else { return discard(context, unwrapInboundIn(data)) }
        switch unwrapInboundIn(data) {
        case .head(let head): begin(context, head, data)
        case .body(let bytes):
            bodyBytes += bytes.readableBytes
            context.fireChannelRead(data)
        case .end:
            firstLine.startAgain()
            if !pending.isEmpty { pending[pending.index(before: pending.endIndex)].isWhole = true }
            bodyBegan = nil
            timer?.cancel()
            timer = nil
            context.fireChannelRead(data)
        }
    }

    private func begin(_ context: ChannelHandlerContext, _ head: HTTPRequestHead, _ data: NIOAny) {
        if pending.last?.isKeptAlive == false {
            state = .ending
            return
        }
        let marks = Marks(head.headers)
        if marks.hosts > 1 || marks.hosts == 0 && !head.version.isOld {
            return refuse(context, .badRequest, "The header 'Host' must be sent once, and name one host")
        }
        // The parser reads no further behind a call for another protocol.
        let isKeptAlive = head.isKeepAlive && !marks.upgrades && head.method != .CONNECT
        pending.append(
            Pending(
                version: head.version, isKeptAlive: isKeptAlive,
                waitsForInvitation: marks.waitsForInvitation && !head.version.isOld))
        (bodyBegan, bodyBytes) = (.now(), 0)
        // An older client does not know what it asked for (RFC 9110, section 10.1.1).
        let expectsInVain = marks.waitsForInvitation && head.version.isOld
        if isKeptAlive, !expectsInVain { return context.fireChannelRead(data) }
        var head = head
        // The framework knows this word only when it is written so.
        if !isKeptAlive { head.headers.replaceOrAdd(name: "connection", value: "close") }
        if expectsInVain { head.headers.remove(name: "expect") }
        context.fireChannelRead(wrapInboundOut(.head(head)))
    }

    /// What the header fields say that matters here, from one pass over them.
    private struct Marks {
        var hosts = 0
        var upgrades = false
        var waitsForInvitation = false

        init(_ headers: HTTPHeaders) {
            for (name, value) in headers {
                switch name.utf8.count {
                case 4 where name.lowercased() == "host": hosts += value.utf8.allSatisfy(Self.isHostByte) ? 1 : 2
                case 6 where name.lowercased() == "expect": waitsForInvitation = value.lowercased() == "100-continue"
                case 7 where name.lowercased() == "upgrade": upgrades = true
                default: break
                }
            }
        }

        /// Whether a byte can stand in a host and port (RFC 3986, section 3.2.2). A comma could, but parts the hosts of
        /// headers that were made one.
        private static func isHostByte(_ byte: UInt8) -> Bool {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
            default: "-._~%!$&'()*+;=:[]".utf8.contains(byte)
            }
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        if case .draining = state {
            context.read()
        } else if bodyBegan != nil, timer == nil {
            schedule(context, in: limits.bodyTime)
        }
        context.fireChannelReadComplete()
    }

    /// Looks whether the body has taken longer than it may.
    private func schedule(_ context: ChannelHandlerContext, in time: TimeAmount) {
        let box = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        timer = context.eventLoop.scheduleTask(in: time) {
            let (rules, context) = box.value
            rules.bodyTimePassed(context)
        }
    }

    private func bodyTimePassed(_ context: ChannelHandlerContext) {
        timer = nil
        guard let bodyBegan, case .serving = state else { return }
        let allowed = limits.bodyTime + .seconds(Int64(bodyBytes / limits.bodyRate))
        let left = bodyBegan + allowed - .now()
        if left > .nanoseconds(0) { return schedule(context, in: max(left, .milliseconds(10))) }
        if pending.count == 1, pending.first?.isBeingAnswered == false {
            pending.removeAll()
            refuse(context, .requestTimeout, "The body took too long")
        } else {
            context.close(promise: nil)
        }
    }

    private func discard(_ context: ChannelHandlerContext, _ part: HTTPServerRequestPart) {
        guard case .draining(let sofar, let thenServing) = state else { return }
        switch part {
        case .head: break
        case .body(let bytes):
            state = .draining(sofar + bytes.readableBytes, thenServing: thenServing)
            if sofar + bytes.readableBytes > limits.drainBytes { context.close(promise: nil) }
        case .end where thenServing:
            state = .serving
            timer?.cancel()
            timer = nil
            bodyBegan = nil
            firstLine.startAgain()
            // The framework goes on to the next call behind the end of this one.
            context.fireChannelRead(wrapInboundOut(part))
        case .end: context.close(promise: nil)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard case .serving = state, let error = error as? HTTPParserError, pending.last?.isWhole ?? true else {
            return context.fireErrorCaught(error)
        }
        switch error {
        case .headerOverflow where firstLine.length >= limits.headBytes:
            refuse(context, .uriTooLong, "The address is too long")
        case .headerOverflow:
            refuse(context, .requestHeaderFieldsTooLarge, "The header fields are too long, or too many")
        default: refuse(context, .badRequest, "This is not HTTP/1.1")
        }
    }

    /// Answers in the place of the framework, and closes.
    private func refuse(_ context: ChannelHandlerContext, _ status: HTTPResponseStatus, _ message: String) {
        guard pending.isEmpty else {
            refusal = (status, message)
            state = .ending
            return
        }
        let body = refusing(Int(status.code), message)
        var headers = HTTPHeaders()
        headers.add(name: "Content-Type", value: body.contentType)
        headers.add(name: "Content-Length", value: String(body.bytes.count))
        headers.add(name: "Connection", value: "close")
        let id = Exchange.newID()
        headers.add(name: "X-Request-Id", value: id)
        headers.add(name: "X-Content-Type-Options", value: "nosniff")
        log.info(
            "refused", metadata: ["request": "\(id)", "status": "\(status.code)", "reason": "\(message)"])
        let head = HTTPResponseHead(version: .http1_1, status: status, headers: headers)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: body.bytes)))), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        drain(context)
    }

    // MARK: Answers

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch state {
        case .serving, .ending: break
        case .draining, .closing:
            promise?.fail(ChannelError.ioOnClosedChannel)
            return
        }
        switch unwrapOutboundIn(data) {
        case .head(var head):
            guard head.status.code >= 200, let call = pending.first else {
                return context.write(data, promise: promise)
            }
            pending[pending.startIndex].isBeingAnswered = true
            if closes(after: call) {
                // What is said now holds, whatever comes in until the answer ends.
                pending[pending.startIndex].isKeptAlive = false
                head.headers.replaceOrAdd(name: "Connection", value: "close")
            } else if call.version.isOld {
                head.headers.replaceOrAdd(name: "Connection", value: "keep-alive")
            } else {
                return context.write(data, promise: promise)
            }
            context.write(wrapOutboundOut(.head(head)), promise: promise)
        case .body: context.write(data, promise: promise)
        case .end:
            guard let call = pending.popFirst() else { return context.write(data, promise: promise) }
            if pending.isEmpty, let refusal, call.isKeptAlive {
                context.write(data, promise: promise)
                return refuse(context, refusal.status, refusal.message)
            }
            if !closes(after: call), call.isWhole { return context.write(data, promise: promise) }
            if call.isWhole { return close(context, after: data, promise) }
            context.writeAndFlush(data, promise: promise)
            drain(context, thenServing: !closes(after: call))
        }
    }

    /// Closes once the last of an answer has left: what is still waiting would be lost with the connection.
    private func close(_ context: ChannelHandlerContext, after end: NIOAny, _ promise: EventLoopPromise<Void>?) {
        state = .closing
        let done = promise ?? context.eventLoop.makePromise()
        let box = NIOLoopBound(context, eventLoop: context.eventLoop)
        done.futureResult.whenComplete { _ in box.value.close(promise: nil) }
        context.writeAndFlush(end, promise: done)
    }

    /// Whether the connection ends with the answer. Who was not told to send a body may send it or the next call, and
    /// nobody knows which.
    private func closes(after call: Pending) -> Bool {
        !call.isKeptAlive || !call.isWhole && call.waitsForInvitation
    }

    /// Reads on for a while: a client that is still sending would else lose the answer with the connection.
    private func drain(_ context: ChannelHandlerContext, thenServing: Bool = false) {
        state = .draining(0, thenServing: thenServing)
        timer?.cancel()
        let box = NIOLoopBound(context, eventLoop: context.eventLoop)
        timer = context.eventLoop.scheduleTask(in: limits.drainTime) { box.value.close(promise: nil) }
        context.read()
    }

    // MARK: The connection

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .some(.inputClosed) = event as? ChannelEvent {
            presence.leave()
            if case .draining = state { context.close(promise: nil) }
        }
        context.fireUserInboundEventTriggered(event)
    }

    func channelInactive(context: ChannelHandlerContext) {
        presence.leave()
        timer?.cancel()
        timer = nil
        context.fireChannelInactive()
    }
}

extension HTTPVersion {
    /// Whether it is older than 1.1: hosts need not be named, and connections are closed unless something else is said.
    fileprivate var isOld: Bool { major < 1 || major == 1 && minor < 1 }
}
