import Crypto
import Wire

/// The text of a token: 112 letters and digits that begin with `stw` and end with a checksum, so that scanners find a
/// leaked one and garbage is refused without a query. Some clients accept no other length
/// (docs/protocol/general.md#tokens).
public struct TokenText: Sendable {
    public static let length = 112
    private static let prefix = "stw"
    private static let checksumLength = 6
    private static let alphabet = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)

    /// The token. It is shown once and never stored.
    public let secret: String

    /// A new token; 103 random letters and digits are 613 bits.
    public static func random() -> TokenText {
        var generator = SystemRandomNumberGenerator()
        let count = length - prefix.utf8.count - checksumLength
        let body = (0..<count).map { _ in alphabet[Int.random(in: 0..<alphabet.count, using: &generator)] }
        let head = Array(prefix.utf8) + body
        return TokenText(verified: String(decoding: head + checksum(head[...]), as: UTF8.self))
    }

    private init(verified secret: String) { self.secret = secret }

    /// A token that somebody sent, or nil when it cannot be one of ours.
    public init?(_ secret: String) {
        let bytes = Array(secret.utf8)
        guard bytes.count == Self.length, bytes.starts(with: Self.prefix.utf8),
            bytes.allSatisfy(Self.alphabet.contains),
            Self.checksum(bytes.dropLast(Self.checksumLength)) == Array(bytes.suffix(Self.checksumLength))
        else { return nil }
        self.secret = secret
    }

    /// What is stored in its place.
    public static func digest(_ secret: String) -> TokenDigest {
        var copy = secret
        return copy.withUTF8 { TokenDigest(SHA256.hash(data: UnsafeRawBufferPointer($0))) }
    }

    private static func checksum(_ head: ArraySlice<UInt8>) -> [UInt8] {
        SHA256.hash(data: head).prefix(checksumLength).map { alphabet[Int($0) % alphabet.count] }
    }
}

/// The SHA-256 of a token. A token has enough randomness of its own that salt and stretching would add nothing.
public struct TokenDigest: Sendable, Hashable {
    private let words: [UInt64]

    init(_ digest: SHA256.Digest) {
        words = digest.withUnsafeBytes { Array($0.bindMemory(to: UInt64.self)) }
    }

    /// The digest as it is stored.
    var hexadecimal: String { words.withUnsafeBytes { Hexadecimal.text($0) } }
}
