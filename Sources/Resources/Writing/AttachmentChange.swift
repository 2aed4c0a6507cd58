import Store
import Wire

/// A file to put on a record or to take off it, as a client sends it (docs/protocol/attachments.md#step-3-naming-it).
public struct AttachmentChange: Sendable, Equatable {
    public let key: String
    /// How long the client says the file is, in bytes.
    public let size: Int64?
    /// Whether the text shows the file.
    public let isInline: Bool
    /// Whether the file is to be taken off.
    public let isRemoval: Bool

    public init(key: String, size: Int64? = nil, isInline: Bool = false, isRemoval: Bool = false) {
        self.key = key
        self.size = size
        self.isInline = isInline
        self.isRemoval = isRemoval
    }

    /// The longest key of a file, in bytes.
    private static let maximumKey = 1024

    /// Reads what was sent for a field.
    static func list(_ field: Field, _ json: JSON) throws(FieldError) -> [AttachmentChange] {
        if json == .null || json == .string("") { return [] }
        guard case .array(let items) = json else {
            throw FieldError(field, "must be a list of {\"key\", \"filesize\", \"inline\", \"_destroy\"}")
        }
        if items.count > Limits.attachments {
            throw FieldError(field, "are too many (maximum is \(Limits.attachments))")
        }
        var changes: [AttachmentChange] = []
        for item in items { changes.append(try change(field, item)) }
        return changes
    }

    private static func change(_ field: Field, _ json: JSON) throws(FieldError) -> AttachmentChange {
        guard case .object(let object) = json else {
            throw FieldError(field, "must be a list of {\"key\", \"filesize\", \"inline\", \"_destroy\"}")
        }
        guard let key = object["key"]?.text, !key.isEmpty, key.utf8.count <= maximumKey, !key.utf8.contains(0) else {
            throw FieldError(field, "must name each file by its key")
        }
        var size: Int64?
        switch object["filesize"] {
        case nil, .null, .string(""): break
        case let json?: size = WholeNumber.value(of: json) ?? -1
        }
        if let size, size < 0 { throw FieldError(field, "have a filesize that is not a number of bytes") }
        return AttachmentChange(
            key: key, size: size, isInline: try flag(field, object["inline"]),
            isRemoval: try flag(field, object["_destroy"]))
    }

    private static func flag(_ field: Field, _ json: JSON?) throws(FieldError) -> Bool {
        switch json {
        case nil: false
        case .array, .object: throw FieldError(field, "must say by yes or no what is inline and what is removed")
        case let json?: Truth.value(of: json) ?? false
        }
    }
}
