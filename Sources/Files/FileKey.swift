/// The name of a stored file: parts between slashes, as in `attachments/5/2026/11/21/7/1763…/hello.txt`. A key can
/// lead nowhere but down. It is what its bytes are: two spellings of one letter make two keys.
public struct FileKey: Hashable, Sendable, CustomStringConvertible {
    /// The longest key (S3's limit) and the longest part (that of file systems), in bytes.
    public static let maximumBytes = 1024
    public static let maximumPartBytes = 255

    private static let slash = UInt8(ascii: "/")
    private static let backslash = UInt8(ascii: "\\")

    public let text: String

    /// The key of a text; nil when a part of it is empty, `.`, `..`, too long or holds a control character.
    public init?(_ text: String) {
        guard text.utf8.count <= Self.maximumBytes else { return nil }
        let parts = text.utf8.split(separator: Self.slash, omittingEmptySubsequences: false)
        guard parts.allSatisfy({ Self.isPart(Substring($0)) }) else { return nil }
        self.text = text
    }

    /// A key as a store that is no file system lists it.
    init(listed text: String) { self.text = text }

    /// The parts.
    public var parts: [String] { text.utf8.split(separator: Self.slash).map { String(Substring($0)) } }

    /// The last part.
    public var name: String { Self.last(text, after: [Self.slash]) }

    /// What comes before the last part; empty for a key of one part.
    public var folder: String { Self.parent(text) }

    public var description: String { text }

    public static func == (left: FileKey, right: FileKey) -> Bool { left.text.utf8.elementsEqual(right.text.utf8) }

    public func hash(into hasher: inout Hasher) {
        for byte in text.utf8 { hasher.combine(byte) }
    }

    /// Whether a text can be a part of a key.
    public static func isPart(_ text: some StringProtocol) -> Bool {
        let bytes = text.utf8
        return (1...maximumPartBytes).contains(bytes.count) && !bytes.elementsEqual(".".utf8)
            && !bytes.elementsEqual("..".utf8)
            && !bytes.contains { $0 < 0x20 || $0 == 0x7F || $0 == slash }
    }

    /// The name of a file that a client sent with its whole path, from a machine of whichever kind.
    public static func baseName(_ path: String) -> String { last(path, after: [slash, backslash]) }

    /// What comes before the last slash of a path.
    static func parent(_ path: String) -> String {
        path.utf8.lastIndex(of: slash).map { String(Substring(path.utf8[..<$0])) } ?? ""
    }

    private static func last(_ text: String, after separators: [UInt8]) -> String {
        guard let place = text.utf8.lastIndex(where: separators.contains) else { return text }
        return String(Substring(text.utf8[text.utf8.index(after: place)...]))
    }
}
