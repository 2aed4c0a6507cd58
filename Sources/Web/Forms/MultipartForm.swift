import NIOCore
import Wire

/// The plain fields of a small multipart form, as `curl -F name=value` sends them. Files have no place here.
public enum MultipartForm {
    /// - Throws: `Malformed` when there is no boundary, or a part is no field.
    public static func fields(_ bytes: [UInt8], contentType: String) throws -> JSONObject {
        var parser = try MultipartParser(contentType: contentType)
        parser.append(ByteBuffer(bytes: bytes))
        var fields = JSONObject()
        var name = ""
        var value: [UInt8] = []
        while let event = try parser.next() {
            switch event {
            case .part(let part):
                guard part.fileName == nil else { throw Self.noField }
                (name, value) = (part.name, [])
            case .data(let bytes): value += Array(buffer: bytes)
            case .partEnd:
                guard let text = String(validating: value, as: UTF8.self) else { throw Self.noField }
                fields[name] = .string(text)
            }
        }
        guard parser.isWhole else { throw Malformed("The multipart form is cut short") }
        return fields
    }

    private static let noField = Malformed("A part of the multipart form is not a text field with a name")
}
