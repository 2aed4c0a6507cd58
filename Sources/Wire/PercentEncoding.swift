/// Percent-encoding (RFC 3986, section 2.1).
public enum PercentEncoding {
    /// The text behind escapes; nil when one is incomplete or the bytes are not UTF-8.
    /// - Parameter plusIsSpace: whether `+` is a space, as in queries and forms.
    public static func decode(_ text: Substring.UTF8View, plusIsSpace: Bool) -> String? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count)
        var index = text.startIndex
        while index != text.endIndex {
            let byte = text[index]
            text.formIndex(after: &index)
            if byte == UInt8(ascii: "%") {
                guard index != text.endIndex, let high = Hexadecimal.value(text[index]) else { return nil }
                text.formIndex(after: &index)
                guard index != text.endIndex, let low = Hexadecimal.value(text[index]) else { return nil }
                text.formIndex(after: &index)
                bytes.append(high << 4 | low)
            } else {
                bytes.append(plusIsSpace && byte == UInt8(ascii: "+") ? 0x20 : byte)
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }

    private static let isPlain: [Bool] = (0...255).map { byte in
        (0x21...0x7E).contains(byte) && !",;<>\"\\^`{|}".utf8.contains(UInt8(byte))
    }

    /// Escapes what must not stand raw in a header or splits one: separators, quotes, brackets, controls, non-ASCII.
    public static func escape(_ text: String) -> String {
        if text.utf8.allSatisfy({ isPlain[Int($0)] }) { return text }
        var result = ""
        for byte in text.utf8 {
            if isPlain[Int(byte)] {
                result.unicodeScalars.append(UnicodeScalar(byte))
            } else {
                result += escape(byte)
            }
        }
        return result
    }

    /// Escapes everything but letters, digits and `-_.~`: one part of a path, or a value.
    /// - Parameter keepsSlashes: whether the text is a whole path, whose slashes part it.
    public static func component(_ text: String, keepsSlashes: Bool = false) -> String {
        var result = ""
        for byte in text.utf8 {
            if isUnreserved(byte) || keepsSlashes && byte == UInt8(ascii: "/") {
                result.unicodeScalars.append(UnicodeScalar(byte))
            } else {
                result += escape(byte)
            }
        }
        return result
    }

    /// Whether a byte stands for itself everywhere in an address: a letter, a digit, or one of `-_.~`.
    @inlinable
    public static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E: true
        default: false
        }
    }

    /// The escape of a byte: `%2F`.
    public static func escape(_ byte: UInt8) -> String {
        let digits = [byte >> 4, byte & 15].map { Hexadecimal.digit($0, isUpperCase: true) }
        return "%" + String(decoding: digits, as: UTF8.self)
    }
}
