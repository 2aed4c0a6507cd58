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

    /// The tags in `If-Match` or `If-None-Match`. Weak ones count as the same: ours are hashes of every byte.
    /// - Parameter headers: the values of all such fields.
    public static func list(_ headers: [String]) -> [String] {
        headers.flatMap { $0.split(separator: ",") }.map { part in
            let tag = part.drop { $0 == " " }
            let bare = tag.hasPrefix("W/") ? tag.dropFirst(2) : tag
            return String(bare.prefix { $0 != " " })
        }.filter { !$0.isEmpty }
    }
}
