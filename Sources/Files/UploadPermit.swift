/// What a form that came back allows: it was made here, it is not over, and nobody changed it.
public struct UploadPermit: Sendable, Equatable {
    /// How the client wants to be answered.
    public let provider: UploadForm.Provider
    /// Where the file is to lie.
    public let folder: String
    /// The most bytes the file may have.
    public let size: Int64

    /// The key of a file by the name its client has for it.
    /// - Throws: `UploadRefusal` when the name cannot end a key.
    public func key(fileName: String) throws(UploadRefusal) -> FileKey {
        let name = FileKey.baseName(fileName)
        guard FileKey.isPart(name), let key = FileKey("\(folder)/\(name)") else {
            throw UploadRefusal(
                .badName,
                """
                The file's name must be 1 to \(FileKey.maximumPartBytes) bytes, other than . and .., without control \
                characters
                """)
        }
        return key
    }
}

/// Why an upload is not taken.
public struct UploadRefusal: Error, Sendable, Equatable {
    /// The reasons, by the codes S3 has for them.
    public enum Code: String, Sendable {
        case forbidden = "AccessDenied"
        case malformed = "MalformedPOSTRequest"
        case badName = "InvalidArgument"
        case tooLarge = "EntityTooLarge"
        case empty = "EntityTooSmall"
        case quota = "QuotaExceeded"
    }

    public let code: Code
    public let text: String

    public init(_ code: Code, _ text: String) {
        self.code = code
        self.text = text
    }
}
