import Wire

/// What a client is allowed to upload.
public struct UploadTerms: Sendable {
    /// Where the file is to lie: a folder that nobody else was given. Its name ends the key.
    public let folder: String
    public let limits: UploadLimits
    public let now: Timestamp
    /// Until when an upload may begin.
    public let expiry: Timestamp
    /// Where this server takes uploads itself.
    public let address: String

    public init(folder: String, limits: UploadLimits, now: Timestamp, expiry: Timestamp, address: String) {
        self.folder = folder
        self.limits = limits
        self.now = now
        self.expiry = expiry
        self.address = address
    }

    /// The key as forms give it: the server puts the file's name in.
    public var keyPattern: String { "\(folder)/\(Self.fileName)" }

    /// What stands for the name of the file in a key.
    public static let fileName = "${filename}"
}

/// How large files may be and what they may be called.
public struct UploadLimits: Sendable {
    /// In bytes.
    public let size: Int64
    /// The endings allowed, in lower case without a dot; any when there are none.
    public let extensions: [String]

    /// The limit that the protocol's sample shows: 2 GiB (docs/protocol/attachments.md#step-1-where-to-send-it).
    public static let standardSize: Int64 = 2_147_483_648

    public init(size: Int64 = standardSize, extensions: [String] = []) {
        self.size = size
        self.extensions = extensions.map { $0.lowercased() }
    }

    /// Whether a file may have this name.
    public func allow(name: String) -> Bool {
        guard !extensions.isEmpty else { return true }
        let name = name.lowercased()
        return extensions.contains { name.hasSuffix("." + $0) }
    }

    /// What is wrong with a file, or nil.
    public func problem(name: String, size: Int64) -> String? {
        if !allow(name: name) {
            return "File '\(name)' has none of the extensions allowed: \(extensions.joined(separator: ", "))"
        }
        return size > self.size ? "File '\(name)' is too large (maximum is \(self.size) bytes)" : nil
    }
}

/// The storage answer's heart (docs/protocol/attachments.md#step-1-where-to-send-it): where to post, and which fields
/// before the file.
public struct UploadForm: Sendable, Equatable {
    /// The protocol that the form belongs to, by the name it has on the wire.
    public enum Provider: String, Sendable, CaseIterable {
        case local
        case s3
    }

    public let provider: Provider
    public let address: String
    public let fields: [Field]

    public struct Field: Sendable, Equatable {
        public let name: String
        public let value: String

        public init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    public init(_ provider: Provider, address: String, fields: [Field]) {
        self.provider = provider
        self.address = address
        self.fields = fields
    }

    /// The value of a field, whatever the case of its name.
    public subscript(name: String) -> String? {
        fields.first { $0.name.lowercased() == name.lowercased() }?.value
    }
}
