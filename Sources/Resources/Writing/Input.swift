import Store
import Wire

/// What a client sent for a record, checked and converted by the schema: only fields that may be written, each as its
/// column holds it.
public struct Input: Sendable {
    /// The values sent, by field name; a field that was not sent is not in here.
    public private(set) var values: [String: SQLValue] = [:]
    /// The files sent, by field name.
    public private(set) var attachments: [String: [AttachmentChange]] = [:]
    /// How long the files are that were sent to be added, by the bytes of their keys; those that are not stored are
    /// not in here. Asking for it takes a network, which no transaction waits for: so it is asked before.
    public var storedSizes: [[UInt8]: Int64] = [:]
    /// The body as sent, for inputs that are no fields (a person's password).
    public let body: JSONObject

    /// What the values are checked against; nil when nothing was sent.
    private let schema: Schema?
    /// What is wrong with the values by themselves; such values are in here as if they had not been sent.
    public private(set) var errors: [FieldError] = []

    /// Checks a body against a schema. Unknown and read-only keys are ignored.
    /// - Throws: `Refusal.invalid` with every broken rule.
    public init(_ schema: Schema, _ body: JSONObject, zone: Zone) throws {
        self.init(checking: schema, body, zone: zone)
        if !errors.isEmpty { throw Refusal.invalid(errors) }
    }

    /// The same, for whoever looks at `errors` once it is known that the caller may do this at all.
    public init(checking schema: Schema, _ body: JSONObject, zone: Zone) {
        self.body = body
        self.schema = schema
        for field in schema.fields where field.access != .readOnly {
            guard let json = Self.sent(field, body) else { continue }
            do throws(FieldError) {
                if case .attachments = field.type {
                    attachments[field.name] = try AttachmentChange.list(field, json)
                    continue
                }
                values[field.name] = try FieldInput.value(of: field, json, zone: zone)
            } catch {
                errors.append(error)
            }
        }
    }

    /// Says what else is wrong with a value by itself.
    public mutating func refuse(_ error: FieldError) { errors.append(error) }

    /// Nothing was sent.
    public static let nothing = Input()

    private init() { (body, schema) = (JSONObject(), nil) }

    /// The value sent for a field under any of the keys it may come by.
    private static func sent(_ field: Field, _ body: JSONObject) -> JSON? {
        switch field.type {
        case .absent:
            // What cannot be kept is refused under every name it could be sent by, never dropped.
            let singular = field.name.hasSuffix("s") ? String(field.name.dropLast()) : field.name
            for key in [field.name, field.name + "_id", singular + "_ids"] {
                if let json = body[key], !json.isBlank { return json }
            }
            return nil
        default: return body[field.inputKey]
        }
    }

    /// Whether the field was sent.
    public func has(_ field: String) -> Bool { values[field] != nil }

    /// The names of all fields that were sent, with values that are wrong by themselves too.
    public var sentFields: Set<String> { Set(values.keys).union(attachments.keys).union(errors.map(\.field)) }

    /// The keys of all files to be added.
    public var attachedKeys: [String] { attachments.values.flatMap { $0 }.filter { !$0.isRemoval }.map(\.key) }

    /// The value sent, or nil. A name that the schema does not have is a mistake in the code, and stops a debug build.
    public subscript(field: String) -> SQLValue? {
        get {
            checkName(field)
            return values[field]
        }
        set {
            checkName(field)
            values[field] = newValue
        }
    }

    private func checkName(_ field: String) {
        assert(schema?.field(field) != nil || schema == nil, "\(schema?.name ?? "") have no field '\(field)'")
    }
}

extension JSON {
    /// Null, or what stands for it: an empty string, list or object.
    var isBlank: Bool {
        switch self {
        case .null: true
        case .string(let text): text.isEmpty
        case .array(let items): items.isEmpty
        case .object(let object): object.isEmpty
        default: false
        }
    }
}
