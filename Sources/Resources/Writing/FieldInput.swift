import Store
import Wire

/// Converts one value of a body by its field's type (docs/protocol/data-types.md#input). Scalars may come as strings.
enum FieldInput {
    static func value(of field: Field, _ json: JSON, zone: Zone) throws(FieldError) -> SQLValue {
        let value = try converted(field, json, zone)
        if value.isNull, field.isRequired { throw FieldError(field, "can't be blank") }
        return value
    }

    private static func converted(_ field: Field, _ json: JSON, _ zone: Zone) throws(FieldError) -> SQLValue {
        if json == .null || json == .string("") { return .null }
        switch field.type {
        case .id, .json, .account, .target: throw FieldError(field, "can't be set")
        case .integer(let bounds): return try integer(field, json, bounds)
        case .string(let max):
            let text = try text(field, json)
            if !text.isOneLine { throw FieldError(field, "can't contain line breaks or control characters") }
            return try short(field, text, max)
        case .url(let max):
            let value = try short(field, try text(field, json), max)
            if let text = value.text, !WebAddress.isValid(text) { throw FieldError(field, "is not a valid URL") }
            return value
        case .text:
            let text = try text(field, json)
            if text.utf8.count > Limits.textBytes {
                throw FieldError(field, "is too long (maximum is \(Limits.textBytes) bytes)")
            }
            return text.allSatisfy(\.isWhitespace) && field.isRequired ? .null : .text(text)
        case .boolean:
            switch json {
            case .array, .object: throw FieldError(field, "is invalid")
            default: return Truth.value(of: json).sqlValue
            }
        case .enumeration(let enumeration):
            guard let code = enumeration.code(of: try text(field, json)) else {
                throw FieldError(field, "is not included in the list")
            }
            return .integer(code)
        case .timestamp:
            guard let time = Timestamp(try text(field, json), zone: zone) else {
                throw FieldError(field, "is not a valid date and time")
            }
            return time.sqlValue
        case .duration(let max):
            guard let duration = WireDuration(json: json) else { throw FieldError(field, "is not a valid duration") }
            if duration.minutes > max { throw FieldError(field, "must be less than or equal to \(max)") }
            return .integer(duration.minutes)
        case .decimal:
            guard let decimal = WireDecimal(json: json) else { throw FieldError(field, "is not a number") }
            return .integer(decimal.tenThousandths)
        case .currency:
            let code = try text(field, json).lowercased()
            guard Currency.codes.contains(code) else { throw FieldError(field, "is not included in the list") }
            return .text(code)
        case .timeZone:
            let name = try text(field, json)
            guard let zone = Zone.named(name) else {
                let nearest = Zone.nearest(to: name).joined(separator: ", ")
                let hint = nearest.isEmpty ? "" : "; no zone of it has the same clocks, and nearest are: \(nearest)"
                throw FieldError(field, "is not included in the list" + hint)
            }
            return .text(zone.name)
        case .reference:
            guard let id = ReferenceInput.id(json) else { throw FieldError(field, "must exist") }
            return .integer(id)
        case .customFields:
            guard let fields = CustomFields(json: json) else {
                throw FieldError(field, "must be a list of {\"id\", \"value\"}")
            }
            let bytes = fields.json.bytes
            try refuseUnfit(field, json, bytes)
            return .text(String(decoding: bytes, as: UTF8.self))
        case .stringList:
            guard case .array(let items) = json, items.count <= Limits.listEntries,
                items.allSatisfy({ if case .string = $0 { true } else { false } })
            else { throw FieldError(field, "must be a list of strings") }
            let bytes = json.bytes
            try refuseUnfit(field, json, bytes)
            return .text(String(decoding: bytes, as: UTF8.self))
        case .references:
            switch json {
            case .array(let items) where items.count <= Limits.listEntries: break
            case .string(let text) where text.utf8.count <= Limits.textBytes: break
            default: throw FieldError(field, "must be a list of ids")
            }
            guard let ids = ReferenceInput.ids(json) else { throw FieldError(field, "must exist") }
            if ids.count > Limits.listEntries { throw FieldError(field, "must be a list of ids") }
            return .text("[\(Set(ids).sorted().map(String.init).joined(separator: ","))]")
        case .attachments, .file, .fileAddress, .nothing: throw FieldError(field, "can't be set")
        case .absent: throw FieldError(field, "can't be set: this server does not keep it")
        }
    }

    private static func short(_ field: Field, _ text: String, _ max: Int) throws(FieldError) -> SQLValue {
        if text.allSatisfy(\.isWhitespace) { return .null }
        if text.unicodeScalars.count > max {
            throw FieldError(field, "is too long (maximum is \(max) characters)")
        }
        return .text(text)
    }

    private static func text(_ field: Field, _ json: JSON) throws(FieldError) -> String {
        let text: String
        switch json {
        case .string(let string): text = string
        case .integer(let integer): text = String(integer)
        case .number(let number): text = number
        case .null, .bool, .array, .object: throw FieldError(field, "is invalid")
        }
        if text.utf8.contains(0) { throw FieldError(field, "can't contain a NUL character") }
        return text
    }

    private static func integer(
        _ field: Field, _ json: JSON, _ bounds: ClosedRange<Int64>
    ) throws(FieldError) -> SQLValue {
        guard let value = WholeNumber.value(of: json) else {
            throw FieldError(field, WireDecimal(json: json) == nil ? "is not a number" : "must be a whole number")
        }
        if value < bounds.lowerBound {
            throw FieldError(field, "must be greater than or equal to \(bounds.lowerBound)")
        }
        if value > bounds.upperBound { throw FieldError(field, "must be less than or equal to \(bounds.upperBound)") }
        return .integer(value)
    }

    private static func refuseUnfit(_ field: Field, _ json: JSON, _ bytes: [UInt8]) throws(FieldError) {
        if bytes.count > Limits.textBytes {
            throw FieldError(field, "is too long (maximum is \(Limits.textBytes) bytes)")
        }
        // NUL would come out of JSON text as an escape; the engines' text functions disagree about it.
        if json.containsNUL {
            throw FieldError(field, "can't contain a NUL character")
        }
    }
}

extension JSON {
    /// Whether any string in it, or any key, contains U+0000.
    fileprivate var containsNUL: Bool {
        switch self {
        case .string(let text): text.utf8.contains(0)
        case .array(let items): items.contains(where: \.containsNUL)
        case .object(let object): object.members.contains { $0.key.utf8.contains(0) || $0.value.containsNUL }
        default: false
        }
    }
}
