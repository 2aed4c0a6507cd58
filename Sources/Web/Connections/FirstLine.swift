import NIOCore

/// Measures the first line of a request as it comes in: an address that is too long is then told from header fields
/// that are.
final class FirstLine: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    /// How many bytes of the line have come in.
    private(set) var length = 0
    private var isWhole = false

    /// The next bytes begin another request.
    func startAgain() { (length, isWhole) = (0, false) }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if !isWhole {
            unwrapInboundIn(data).withUnsafeReadableBytes { bytes in
                let end = bytes.firstIndex(of: UInt8(ascii: "\n"))
                isWhole = end != nil
                length += end ?? bytes.count
            }
        }
        context.fireChannelRead(data)
    }
}
