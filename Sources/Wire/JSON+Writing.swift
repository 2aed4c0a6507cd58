extension JSON {
    /// The compact JSON text.
    public var bytes: [UInt8] {
        var buffer: [UInt8] = []
        write(into: &buffer)
        return buffer
    }

    /// Appends the compact JSON text: no white space, members in order, non-ASCII as UTF-8.
    public func write(into buffer: inout [UInt8]) {
        switch self {
        case .null: buffer.append(contentsOf: "null".utf8)
        case .bool(let value): buffer.append(contentsOf: (value ? "true" : "false").utf8)
        case .integer(let value): buffer.append(contentsOf: String(value).utf8)
        case .number(let text): buffer.append(contentsOf: text.utf8)
        case .string(let text): Self.write(text, into: &buffer)
        case .array(let elements):
            buffer.append(0x5B)
            for (place, element) in elements.enumerated() {
                if place > 0 { buffer.append(0x2C) }
                element.write(into: &buffer)
            }
            buffer.append(0x5D)
        case .object(let object):
            buffer.append(0x7B)
            for (place, member) in object.members.enumerated() {
                if place > 0 { buffer.append(0x2C) }
                Self.write(member.key, into: &buffer)
                buffer.append(0x3A)
                member.value.write(into: &buffer)
            }
            buffer.append(0x7D)
        }
    }

    /// Escapes `"`, `\` and control characters and nothing else, the same bytes `JSONBuffer` prints.
    private static func write(_ text: String, into buffer: inout [UInt8]) {
        buffer.append(0x22)
        if text.utf8.contains(where: { $0 < 0x20 || $0 == 0x22 || $0 == 0x5C }) {
            for byte in text.utf8 { writeEscaped(byte, into: &buffer) }
        } else {
            buffer.append(contentsOf: text.utf8)
        }
        buffer.append(0x22)
    }

    private static func writeEscaped(_ byte: UInt8, into buffer: inout [UInt8]) {
        let letter: UInt8
        switch byte {
        case 0x22, 0x5C: letter = byte
        case 0x0A: letter = 0x6E
        case 0x0D: letter = 0x72
        case 0x09: letter = 0x74
        case 0x08: letter = 0x62
        case 0x0C: letter = 0x66
        case 0..<0x20:
            buffer.append(contentsOf: "\\u00".utf8)
            buffer.append(Hexadecimal.digit(byte >> 4))
            buffer.append(Hexadecimal.digit(byte & 15))
            return
        default:
            buffer.append(byte)
            return
        }
        buffer.append(0x5C)
        buffer.append(letter)
    }
}
