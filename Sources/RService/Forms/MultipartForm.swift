import Resources
import Wire

/// The plain fields of a small multipart form, as `curl -F name=value` sends them (RFC 7578). Files have no place here.
enum MultipartForm {
    private static let crlf: [UInt8] = [13, 10]
    /// The longest boundary (RFC 2046, section 5.1.1); searching for it costs its length for every byte.
    private static let maximumBoundary = 70

    /// - Throws: `Refusal.malformed` when there is no boundary, or a part is no field.
    static func fields(_ bytes: [UInt8], contentType: String) throws -> JSONObject {
        guard let boundary = parameter("boundary", in: contentType), !boundary.isEmpty,
            boundary.utf8.count <= maximumBoundary
        else {
            throw Refusal.malformed("The multipart form names no boundary of 1 to \(maximumBoundary) bytes")
        }
        let separator = Array("--\(boundary)".utf8)
        var fields = JSONObject()
        guard var rest = after(separator, in: bytes[...]) else {
            throw Refusal.malformed("The multipart form does not contain its boundary")
        }
        while rest.starts(with: crlf) {
            guard let end = find(crlf + separator, in: rest), let head = find(crlf + crlf, in: rest[..<end.lowerBound])
            else { throw Refusal.malformed("The multipart form is cut short") }
            let headers = String(decoding: rest[..<head.lowerBound], as: UTF8.self)
            guard let name = name(headers),
                let value = String(validating: rest[head.upperBound..<end.lowerBound], as: UTF8.self)
            else { throw Refusal.malformed("A part of the multipart form is not a text field with a name") }
            fields[name] = .string(value)
            rest = rest[end.upperBound...]
        }
        return fields
    }

    private static func name(_ headers: String) -> String? {
        for line in headers.split(whereSeparator: \.isNewline)
        where line.lowercased().hasPrefix("content-disposition:") && !line.contains("filename=") {
            return parameter("name", in: String(line))
        }
        return nil
    }

    private static func parameter(_ name: String, in header: String) -> String? {
        for part in header.split(separator: ";").dropFirst() {
            let pair = part.split(separator: "=", maxSplits: 1)
            guard pair.count == 2, pair[0].trimmed == name else { continue }
            let value = pair[1].trimmed
            return value.hasPrefix("\"") && value.hasSuffix("\"") && value.count > 1
                ? String(value.dropFirst().dropLast()) : value
        }
        return nil
    }

    private static func after(_ pattern: [UInt8], in bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        find(pattern, in: bytes).map { bytes[$0.upperBound...] }
    }

    private static func find(_ pattern: [UInt8], in bytes: ArraySlice<UInt8>) -> Range<Int>? {
        guard let first = pattern.first, bytes.count >= pattern.count else { return nil }
        var start = bytes.startIndex
        let last = bytes.endIndex - pattern.count
        while start <= last, let candidate = bytes[start...last].firstIndex(of: first) {
            if bytes[candidate...].starts(with: pattern) { return candidate..<candidate + pattern.count }
            start = candidate + 1
        }
        return nil
    }
}

extension Substring {
    fileprivate var trimmed: String {
        String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }
}
