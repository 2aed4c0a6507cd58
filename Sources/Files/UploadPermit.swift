/// What a form that came back allows: it was made here, it is not over, and nobody changed it.
public struct UploadPermit: Sendable, Equatable {
    /// How the client wants to be answered.
    public let provider: UploadForm.Provider
    /// The key as the form says it: the file's name is put in wherever `${filename}` stands, if it stands anywhere.
    public let keyPattern: String
    /// The most bytes the file may have.
    public let size: Int64

    /// The key of a file by the name its client has for it.
    /// - Throws: `UploadRefusal` when the name makes no key.
    public func key(fileName: String) throws(UploadRefusal) -> FileKey {
        // By bytes: a name may begin with what joins the character before it.
        let name = Array(FileKey.baseName(fileName).utf8)
        let bytes = Array(keyPattern.utf8).replacing(Array(UploadTerms.fileName.utf8), with: name)
        guard let key = FileKey(String(decoding: bytes, as: UTF8.self)) else {
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
