/// Bytes as hexadecimal digits, two a byte.
public enum Hexadecimal {
    /// The digit of half a byte.
    /// - Parameter half: 0 to 15.
    @inlinable
    public static func digit(_ half: UInt8, isUpperCase: Bool = false) -> UInt8 {
        half < 10 ? half &+ 0x30 : half &+ (isUpperCase ? 0x37 : 0x57)
    }

    /// What a digit of either case stands for, 0 to 15; nil for any other byte.
    @inlinable
    public static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case 0x30...0x39: digit &- 0x30
        case 0x41...0x46: digit &- 0x37
        case 0x61...0x66: digit &- 0x57
        default: nil
        }
    }

    /// The digits of bytes, in lower case.
    public static func text(_ bytes: some Sequence<UInt8>) -> String {
        var text: [UInt8] = []
        for byte in bytes {
            text.append(digit(byte >> 4))
            text.append(digit(byte & 15))
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// The bytes behind digits of either case; nil when there is anything else, or an odd number of them.
    public static func bytes(_ text: String) -> [UInt8]? {
        let values = text.utf8.compactMap { value($0) }
        guard values.count == text.utf8.count, values.count.isMultiple(of: 2) else { return nil }
        return stride(from: 0, to: values.count, by: 2).map { values[$0] << 4 | values[$0 + 1] }
    }
}
