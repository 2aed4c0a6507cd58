import Resources
import Wire

/// Pieces of JSON Schema (2020-12, as OpenAPI 3.1 uses it).
enum JSONSchema {
    static func object(_ members: [(String, JSON)]) -> JSON { .object(JSONObject(members)) }

    static func type(_ name: String, nullable: Bool = false) -> JSON {
        ["type": nullable ? [.string(name), "null"] : .string(name)]
    }

    static func strings(_ values: [String], nullable: Bool) -> JSON {
        let values = values.map { JSON.string($0) }
        return ["enum": .array(nullable ? values + [.null] : values)]
    }

    static func array(of items: JSON) -> JSON { ["type": "array", "items": items] }

    static func reference(_ component: String) -> JSON { ["$ref": .string("#/components/schemas/\(component)")] }

    static func closed(_ properties: JSONObject, required: [String]) -> JSON {
        [
            "type": "object", "properties": .object(properties), "required": .array(required.map { .string($0) }),
            "additionalProperties": false,
        ]
    }

    static let empty = closed([:], required: [])
    static let anyObject = type("object")
    static let idAlone = closed(["id": type("integer")], required: ["id"])
    static let health = closed(["status": type("string")], required: ["status"])

    /// `{id, name}` of an account.
    static let accountReference = closed(["id": type("string"), "name": type("string")], required: ["id", "name"])

    /// A hash that refers to a record (docs/protocol/data-types.md#references).
    static let recordReference = closed(
        [
            "id": type("integer"), "name": type("string"), "subject": type("string"),
            "account": reference("AccountReference"), "sourceID": type("string"), "disabled": type("boolean"),
        ], required: ["id"])

    static let account: JSON = {
        let texts = ["currency", "id", "locale", "name", "plan", "time_zone", "url"]
        let flags = ["strong_privacy", "time_format_24h"]
        let references = ["organization", "owner"]
        return closed(
            JSONObject(
                texts.map { ($0, type("string")) } + flags.map { ($0, type("boolean")) }
                    + references.map { ($0, nullable(reference("Reference"))) }
                    + [("directory_account", nullable(reference("AccountReference")))]),
            required: texts + flags + references + ["directory_account"])
    }()

    /// A file on a record or note; entries of aggregated lists have no id.
    static let attachment = closed(
        [
            "id": type("integer"), "name": type("string"), "key": type("string"), "uri": address,
            "inline": type("boolean"), "size": type("integer"), "created_at": time(nullable: false),
        ], required: ["name", "key", "uri", "inline", "size", "created_at"])

    /// What is taken for a list of files.
    static let attachmentChange: JSON = [
        "type": "object",
        "properties": [
            "key": ["type": "string"], "filesize": ["type": ["integer", "string"]], "inline": ["type": "boolean"],
            "_destroy": ["type": "boolean"],
        ],
        "required": ["key"],
    ]

    static let storage: JSON = {
        let fields: JSON = ["type": "object", "additionalProperties": ["type": ["string", "integer"]]]
        return closed(
            [
                "size_limit": type("integer"), "allowed_extensions": array(of: type("string")),
                "provider": strings(["local", "s3"], nullable: false), "upload_uri": type("string"), "local": fields,
                "s3": fields,
            ], required: ["size_limit", "allowed_extensions", "provider", "upload_uri"])
    }()

    /// A form with the fields that the storage answer gave out, and the file last.
    static let upload: JSON = [
        "type": "object",
        "properties": ["key": ["type": "string"], "file": ["type": "string", "format": "binary"]],
        "required": ["key", "file"],
    ]

    /// Values that follow from rules, each with why (docs/compatibility.md#explanations).
    static let explanations: JSON = {
        let fields = ["status", "impact", "completion_target_at", "completion_reason"]
        return closed(JSONObject(fields.map { ($0, reference("Explanation")) }), required: fields)
    }()

    /// A value, a sentence, and the records it rests on; each says why it is as it is in turn.
    static let explanation: JSON = {
        let record: JSON = [
            "type": "object",
            "properties": [
                "workflow": anyObject, "task": anyObject, "approval": anyObject,
                "because": nullable(reference("Explanation")),
            ],
            "required": ["because"], "additionalProperties": false,
        ]
        return closed(
            ["value": type("string", nullable: true), "sentence": type("string"), "records": array(of: record)],
            required: ["value", "sentence", "records"])
    }()

    static let uploaded = closed(["key": type("string")], required: ["key"])

    static let rateLimit: JSON = {
        let numbers = ["limit", "remaining", "reset"]
        let core = closed(JSONObject(numbers.map { ($0, type("integer")) }), required: numbers)
        return closed(["resources": closed(["core": core], required: ["core"])], required: ["resources"])
    }()

    static let error = closed(
        [
            "message": type("string"), "request_id": type("string"),
            "errors": array(of: array(of: type("string"))),
        ], required: ["message"])

    static func nullable(_ schema: JSON) -> JSON { ["anyOf": [schema, type("null")]] }

    /// What a field's value looks like in an answer.
    static func output(_ field: Field) -> JSON {
        let isNullable = field.isNullable && field.name != "id"
        switch field.type {
        case .id, .integer, .duration: return type("integer", nullable: isNullable)
        case .string, .text, .currency, .timeZone, .decimal: return type("string", nullable: isNullable)
        case .url: return text(nullable: isNullable, webAddress)
        case .boolean: return type("boolean", nullable: isNullable)
        case .enumeration(let enumeration): return strings(enumeration.names, nullable: isNullable)
        case .timestamp: return time(nullable: isNullable)
        case .target: return ["anyOf": [time(nullable: false), strings(Target.words.map(\.name), nullable: false)]]
        case .reference: return isNullable ? nullable(reference("Reference")) : reference("Reference")
        case .account: return nullable(reference("AccountReference"))
        case .customFields: return array(of: anyObject)
        case .stringList: return nullable(array(of: type("string")))
        case .json: return anyObject
        case .attachments: return array(of: reference("FileOnRecord"))
        case .fileAddress: return address
        case .file:
            return nullable(
                closed(
                    ["name": type("string"), "uri": type("string"), "size": type("integer")],
                    required: ["name", "uri", "size"]))
        case .references: return array(of: type("integer"))
        case .nothing: return ["type": "array", "maxItems": 0]
        case .absent: return type("null")
        }
    }

    private static let address: JSON = ["type": "string", "format": "uri"]

    /// What `String.isOneLine` says.
    private static let oneLine = #"^[^\u0000-\u001F\u007F-\u009F\u2028\u2029]*$"#

    private static let webAddress: [(String, JSON)] = [("format", "uri"), ("pattern", .string(WebAddress.pattern))]

    private static func time(nullable: Bool) -> JSON { text(nullable: nullable, [("format", "date-time")]) }

    private static func text(nullable: Bool, _ more: [(String, JSON)]) -> JSON {
        object([("type", nullable ? ["string", "null"] : "string")] + more)
    }

    /// What is taken for a field; scalars are taken as strings too, but that is not worth describing.
    static func input(_ field: Field) -> JSON {
        switch field.type {
        case .id, .integer, .duration, .reference: return type("integer", nullable: true)
        case .string(let max):
            return text(nullable: true, [("maxLength", .integer(Int64(max))), ("pattern", .string(oneLine))])
        case .url(let max): return text(nullable: true, [("maxLength", .integer(Int64(max)))] + webAddress)
        case .text, .currency, .timeZone, .decimal, .timestamp, .target: return type("string", nullable: true)
        case .boolean: return type("boolean", nullable: true)
        case .enumeration(let enumeration): return strings(enumeration.names, nullable: !field.isRequired)
        case .customFields:
            return array(
                of: [
                    "type": "object", "properties": ["id": ["type": "string"], "value": [:]],
                    "required": ["id", "value"],
                ])
        case .stringList: return array(of: type("string"))
        case .attachments:
            return ["type": "array", "items": attachmentChange, "maxItems": .integer(Int64(Limits.attachments))]
        case .references: return array(of: type("integer"))
        case .json, .account, .absent, .file, .fileAddress, .nothing: return type("null")
        }
    }
}
