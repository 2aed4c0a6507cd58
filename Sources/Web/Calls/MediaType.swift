import Wire

/// What a file is served as, by the ending of its name. What a client said when it sent the file is not believed.
public struct MediaType: Sendable {
    /// As `Content-Type` has it.
    public let name: String
    /// Whether a browser shows it in its place rather than offering to keep it.
    private let isShown: Bool

    /// Pictures, sound and film: what texts show. Everything else is kept, not opened.
    private static let shown = [
        "avif": "image/avif", "bmp": "image/bmp", "gif": "image/gif", "jpeg": "image/jpeg", "jpg": "image/jpeg",
        "png": "image/png", "webp": "image/webp", "mp3": "audio/mpeg", "ogg": "audio/ogg", "wav": "audio/wav",
        "mov": "video/quicktime", "mp4": "video/mp4", "webm": "video/webm",
    ]
    private static let kept = [
        "csv": "text/csv; charset=utf-8", "json": "application/json", "log": "text/plain; charset=utf-8",
        "pdf": "application/pdf", "svg": "image/svg+xml", "txt": "text/plain; charset=utf-8", "zip": "application/zip",
    ]

    /// - Parameter fileName: the name, whose ending counts.
    public init(fileName: String) {
        let ending = fileName.lastIndex(of: ".").map { fileName[$0...].dropFirst().lowercased() } ?? ""
        isShown = Self.shown[ending] != nil
        name = Self.shown[ending] ?? Self.kept[ending] ?? "application/octet-stream"
    }

    /// The header that names the file (RFC 6266): in ASCII for old clients, and as it is.
    public func disposition(fileName: String) -> String {
        let plain = fileName.unicodeScalars.map { scalar in
            (0x20...0x7E).contains(scalar.value) && scalar != "\"" && scalar != "\\" && scalar != "%"
                ? String(scalar) : "_"
        }.joined()
        let kind = isShown ? "inline" : "attachment"
        return "\(kind); filename=\"\(plain)\"; filename*=UTF-8''\(PercentEncoding.component(fileName))"
    }
}
