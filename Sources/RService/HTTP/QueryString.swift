import Resources

/// The query of a call, decoded. `+` is a space.
struct QueryString: Sendable {
    /// As it was sent, for links to neighbouring pages.
    let raw: String
    let parameters: [(name: String, value: String)]

    /// The most parameters taken.
    private static let maximumParameters = 200

    /// - Throws: `Refusal.malformed` for an escape that is none, or that is not UTF-8.
    init(_ raw: String) throws {
        self.raw = raw
        var parameters: [(name: String, value: String)] = []
        for part in raw.utf8.split(separator: UInt8(ascii: "&")) {
            let pair = part.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = PercentEncoding.decode(pair[0], plusIsSpace: true),
                let value = pair.count > 1 ? PercentEncoding.decode(pair[1], plusIsSpace: true) : ""
            else { throw Refusal.malformed("The query is not percent-encoded UTF-8") }
            if !name.isEmpty { parameters.append((name, value)) }
        }
        if parameters.count > Self.maximumParameters {
            throw Refusal.malformed("At most \(Self.maximumParameters) parameters can be given")
        }
        self.parameters = parameters
    }

    private static let paging = ["page", "search_after", "search_before"]

    /// The raw query without its place in the list, and safe to stand in a `Link` header.
    var withoutPaging: String {
        let kept = raw.utf8.split(separator: UInt8(ascii: "&")).filter { part in
            let name = part.prefix { $0 != UInt8(ascii: "=") }
            return PercentEncoding.decode(name, plusIsSpace: true).map { !Self.paging.contains($0) } ?? true
        }
        return kept.map { PercentEncoding.escape(String(Substring($0))) }.joined(separator: "&")
    }
}

/// Percent-encoding as RFC 3986 has it.
enum PercentEncoding {
    /// The text behind escapes, or nil when one is incomplete or the bytes are not UTF-8.
    static func decode(_ text: some Collection<UInt8>, plusIsSpace: Bool) -> String? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count)
        var index = text.startIndex
        while index != text.endIndex {
            let byte = text[index]
            text.formIndex(after: &index)
            if byte == UInt8(ascii: "%") {
                guard index != text.endIndex, let high = hex(text[index]) else { return nil }
                text.formIndex(after: &index)
                guard index != text.endIndex, let low = hex(text[index]) else { return nil }
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
    static func escape(_ text: String) -> String {
        if text.utf8.allSatisfy({ isPlain[Int($0)] }) { return text }
        var result = ""
        for byte in text.utf8 {
            if isPlain[Int(byte)] {
                result.unicodeScalars.append(UnicodeScalar(byte))
            } else {
                append(byte, to: &result)
            }
        }
        return result
    }

    /// Escapes everything but letters, digits and `-_.~`: one part of a path, or a value.
    static func component(_ text: String) -> String {
        var result = ""
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E:
                result.unicodeScalars.append(UnicodeScalar(byte))
            default: append(byte, to: &result)
            }
        }
        return result
    }

    private static func append(_ byte: UInt8, to text: inout String) {
        let digits = String(byte, radix: 16, uppercase: true)
        text += "%" + (digits.count < 2 ? "0" : "") + digits
    }

    private static func hex(_ digit: UInt8) -> UInt8? {
        switch digit {
        case 0x30...0x39: digit - 0x30
        case 0x41...0x46: digit - 0x37
        case 0x61...0x66: digit - 0x57
        default: nil
        }
    }
}
