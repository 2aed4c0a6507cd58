/// The name of a stored file: parts between slashes, as in `attachments/5/2026/11/21/7/1763…/hello.txt`. A key can lead
/// nowhere but down.
public struct FileKey: Hashable, Sendable, CustomStringConvertible {
    /// The longest key (S3's limit) and the longest part (that of file systems), in bytes.
    public static let maximumBytes = 1024
    public static let maximumPartBytes = 255

    public let text: String

    /// The key of a text; nil when a part of it is empty, `.`, `..`, too long or holds a control character.
    public init?(_ text: String) {
        guard text.utf8.count <= Self.maximumBytes else { return nil }
        let parts = text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        guard parts.allSatisfy({ Self.isPart(Substring($0)) }) else { return nil }
        self.text = text
    }

    /// The last part.
    public var name: String {
        text.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(text[$0...].dropFirst()) } ?? text
    }

    /// What comes before the last part; empty for a key of one part.
    public var folder: String { text.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(text[..<$0]) } ?? "" }

    public var description: String { text }

    /// Whether a text can be a part of a key.
    public static func isPart(_ text: some StringProtocol) -> Bool {
        let bytes = text.utf8
        return (1...maximumPartBytes).contains(bytes.count) && text != "." && text != ".."
            && !bytes.contains { $0 < 0x20 || $0 == 0x7F || $0 == UInt8(ascii: "/") }
    }

    /// The name of a file that a client sent with its whole path, from a machine of whichever kind.
    public static func baseName(_ path: String) -> String {
        let separators: [UInt8] = [UInt8(ascii: "/"), UInt8(ascii: "\\")]
        return path.utf8.lastIndex(where: separators.contains).map { String(path[$0...].dropFirst()) } ?? path
    }
}
