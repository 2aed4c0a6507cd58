import Crypto
import NIOCore
import Wire

/// The MD5 of a file that comes in, which S3's clients compare with their own. It proves that nothing was lost, and
/// nothing else.
public struct ContentDigest: Sendable {
    private var digest = Insecure.MD5()

    public init() {}

    /// Takes a piece.
    public mutating func update(_ bytes: ByteBuffer) {
        bytes.withUnsafeReadableBytes { digest.update(bufferPointer: $0) }
    }

    /// What has come in so far, in hexadecimal digits.
    public var text: String { Hexadecimal.text(digest.finalize()) }
}
