import Resources
import Web
import Wire

/// Turns a body into fields: JSON under any content type (the seeds' curl lines send it as a form), forms, multipart
/// fields; and the query's parameters, which the body wins over (docs/protocol/general.md#transport).
enum BodyFields {
    /// The largest body read, in bytes.
    static let maximumLength = 1 << 20

    /// - Throws: `Refusal.malformed` or `Malformed` when the body cannot be understood.
    static func read(_ bytes: [UInt8], contentType: String, query: QueryString) throws -> JSONObject {
        var fields = JSONObject(query.parameters.map { ($0.name, JSON.string($0.value)) })
        let sent = try fieldsSent(bytes, contentType: contentType)
        if fields.isEmpty { return sent }
        for (key, value) in sent.members { fields[key] = value }
        return fields
    }

    private static func fieldsSent(_ bytes: [UInt8], contentType: String) throws -> JSONObject {
        let isBlank = { (byte: UInt8) in byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D }
        guard let first = bytes.first(where: { !isBlank($0) }) else { return JSONObject() }
        let type = contentType.lowercased()
        if first != UInt8(ascii: "{"), first != UInt8(ascii: "[") {
            if type.hasPrefix("multipart/form-data") {
                return try MultipartForm.fields(bytes, contentType: contentType)
            }
            if type.hasPrefix("application/x-www-form-urlencoded") {
                guard let text = String(validating: bytes, as: UTF8.self) else {
                    throw Refusal.malformed("The form is not UTF-8")
                }
                return JSONObject(try QueryString(text).parameters.map { ($0.name, JSON.string($0.value)) })
            }
        }
        do {
            switch try JSON.parse(bytes) {
            case .object(let object): return object
            // Clients that have nothing to send write this.
            case .null: return JSONObject()
            default: throw Refusal.malformed("Invalid JSON string posted: an object is expected")
            }
        } catch let error as JSONError {
            throw Refusal.malformed("Invalid JSON string posted: \(error.message) at byte \(error.offset)")
        }
    }
}
