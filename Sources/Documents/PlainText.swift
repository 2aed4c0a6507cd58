/// Text as it can be laid out: any string becomes one, without characters that mean something to the library alone.
enum PlainText {
    /// Lines end in "\n", tabs stay, other control characters become spaces; what turns the direction of letters around
    /// is dropped, since it can make a text read otherwise than it is. Blank lines around the text are dropped.
    static func lines(_ text: String) -> String { String(decoding: trimmed(clean(text)), as: UTF8.self) }

    /// The same with the blank lines around it.
    static func clean(_ text: String) -> [UInt8] {
        // Strings of scalars grow slowly; arrays of bytes do not.
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count)
        var before: Unicode.Scalar = " "
        for scalar in text.unicodeScalars {
            defer { before = scalar }
            switch scalar.value {
            case 0x20..<0x7F, 0x09: bytes.append(UInt8(truncatingIfNeeded: scalar.value))
            case 0x0A where before == "\r": break
            case 0x0A, 0x0D, 0x0B, 0x0C, 0x85, 0x2028, 0x2029: bytes.append(newline)
            case 0x00..<0x20, 0x7F..<0xA0: bytes.append(space)
            // The byte order mark, annotation marks, the object replacement, and what is no character.
            case 0xFEFF, 0xFFF9...0xFFFC, 0xFDD0...0xFDEF: break
            case let value where value & 0xFFFE == 0xFFFE: break
            // Embeddings, overrides and isolates. The marks that only say where a letter belongs stay.
            case 0x202A...0x202E, 0x2066...0x2069: break
            default: bytes += scalar.utf8
            }
        }
        return bytes
    }

    /// The text in one line: line breaks and tabs become spaces.
    static func line(_ text: String) -> String {
        let bytes = lines(text).utf8.drop(while: isBlank).map { isBlank($0) ? space : $0 }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static let newline: UInt8 = 0x0A
    private static let tab: UInt8 = 0x09
    private static let space: UInt8 = 0x20

    /// Without the blank lines around it and the spaces at its end; the first line stays indented.
    private static func trimmed(_ text: [UInt8]) -> ArraySlice<UInt8> {
        guard let first = text.firstIndex(where: { !isBlank($0) }), let last = text.lastIndex(where: { !isBlank($0) })
        else { return [] }
        let start = text[..<first].lastIndex(of: newline).map { $0 + 1 } ?? 0
        return text[start...last]
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == space || byte == newline || byte == tab }
}
