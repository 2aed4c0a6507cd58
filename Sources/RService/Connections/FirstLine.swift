import NIOCore

/// Sees whether the first line of a request has come in whole: a head that is too long is then told from an address
/// that is.
final class FirstLine: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private(set) var isWhole = false

    /// The next bytes begin another request.
    func startAgain() { isWhole = false }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if !isWhole { isWhole = unwrapInboundIn(data).readableBytesView.contains(UInt8(ascii: "\n")) }
        context.fireChannelRead(data)
    }
}
