import Hummingbird
import NIOCore

/// Sends large answers piece by piece, so that it is known whether their readers still take any, and takes no more of
/// them than memory is set aside for.
public struct LargeAnswers: Sendable {
    private let budget = AnswerBudget()

    /// How long the reader of a large answer may pause.
    private static let patience: Duration = .seconds(60)

    public init() {}

    /// A whole answer as a body; a small one goes out at once.
    /// - Parameters:
    ///   - channel: the connection to its reader.
    ///   - caller: who is answered.
    /// - Throws: `AnswersWaiting` when the caller, or everybody, has left too much unread.
    public func body(
        _ bytes: ByteBuffer, to channel: any Channel, for caller: RateLimiter.Caller
    ) throws -> ResponseBody {
        guard bytes.readableBytes >= AnswerBudget.largeAnswer else { return ResponseBody(byteBuffer: bytes) }
        let share = try budget.take(bytes.readableBytes, for: caller)
        return .pieces(length: bytes.readableBytes, to: channel, patience: Self.patience) { write in
            var left = bytes
            while let piece = left.readSlice(length: min(AnswerBudget.largeAnswer, left.readableBytes)),
                piece.readableBytes > 0
            {
                try await write(piece)
            }
            withExtendedLifetime(share) {}
        }
    }
}

extension ResponseBody {
    /// A body that is sent piece by piece, each when the one before has left. The connection is closed when its reader
    /// takes nothing for long.
    /// - Parameters:
    ///   - length: the bytes of all pieces.
    ///   - channel: the connection to the reader.
    ///   - patience: how long the reader may pause.
    ///   - send: hands every piece to the function it is given.
    public static func pieces(
        length: Int, to channel: any Channel, patience: Duration,
        _ send: @escaping @Sendable (_ write: (ByteBuffer) async throws -> Void) async throws -> Void
    ) -> ResponseBody {
        ResponseBody(contentLength: length) { writer in
            let watch = ReaderWatch(channel, patience: patience)
            defer { watch.end() }
            try await send { piece in
                try await writer.write(piece)
                // The writer knows that the reader is slow only once the loop has seen the piece.
                try await channel.eventLoop.submit {}.get()
                watch.tookSome()
            }
            try await writer.finish(nil)
        }
    }
}
