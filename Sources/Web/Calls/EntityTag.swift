import Crypto
import NIOCore
import Wire

/// Tags of answers: a hash of the body, so that whoever is answered otherwise has another tag.
public enum EntityTag {
    private static let length = 16

    /// The tag of a body, in quotes.
    public static func of(_ body: [UInt8]) -> String { tag(body.withUnsafeBytes { SHA256.hash(data: $0) }) }

    /// The tag of a body, in quotes.
    public static func of(_ body: ByteBuffer) -> String { tag(body.withUnsafeReadableBytes { SHA256.hash(data: $0) }) }

    private static func tag(_ digest: SHA256.Digest) -> String {
        String(unsafeUninitializedCapacity: length * 2 + 2) { text in
            text[0] = UInt8(ascii: "\"")
            var place = 1
            for byte in digest.prefix(length) {
                text[place] = Hexadecimal.digit(byte >> 4)
                text[place + 1] = Hexadecimal.digit(byte & 15)
                place += 2
            }
            text[place] = UInt8(ascii: "\"")
            return place + 1
        }
    }

    /// The tags in `If-None-Match`, without what says that they are weak: what is known weakly is known.
    /// - Parameter headers: the values of all such fields.
    public static func list(_ headers: [String]) -> [String] {
        all(headers).map { $0.hasPrefix("W/") ? String($0.dropFirst(2)) : $0 }.filter { !$0.isEmpty }
    }

    /// The tags in `If-Match` that can match: weak ones never do (RFC 9110, section 13.1.1).
    /// - Parameter headers: the values of all such fields.
    public static func strong(_ headers: [String]) -> [String] { all(headers).filter { !$0.hasPrefix("W/") } }

    private static func all(_ headers: [String]) -> [String] {
        headers.flatMap { $0.split(separator: ",") }
            .map { String($0.drop { $0 == " " }.prefix { $0 != " " }) }.filter { !$0.isEmpty }
    }
}
