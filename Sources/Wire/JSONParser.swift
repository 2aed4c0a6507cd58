/// Reads one JSON text from borrowed bytes; strings and numbers are in files of their own.
///
/// Every look at a byte goes through `peek()`, as a raw buffer is not bounds-checked in a release build.
struct JSONParser {
    let bytes: UnsafeRawBufferPointer
    var index = 0
    private let maximumDepth: Int

    init(_ bytes: UnsafeRawBufferPointer, maximumDepth: Int) {
        self.bytes = bytes
        // Each level is a stack frame or two, and server threads have small stacks.
        self.maximumDepth = min(maximumDepth, 512)
    }

    /// The byte at hand, nil at the end.
    @inline(__always)
    func peek() -> UInt8? { index < bytes.count ? bytes[index] : nil }

    func failure(_ message: String, at offset: Int? = nil) -> JSONError {
        JSONError(message: message, offset: offset ?? index)
    }

    mutating func document() throws(JSONError) -> JSON {
        if bytes.count >= 3, bytes[0] == 0xEF, bytes[1] == 0xBB, bytes[2] == 0xBF {
            throw failure("byte order mark")
        }
        let value = try value(depth: 0)
        skipSpace()
        if index < bytes.count { throw failure("unexpected text after the value") }
        return value
    }

    private mutating func skipSpace() {
        while let byte = peek(), byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { index += 1 }
    }

    private mutating func value(depth: Int) throws(JSONError) -> JSON {
        skipSpace()
        switch peek() {
        case 0x22: return .string(try string())
        case 0x7B: return .object(try object(depth: depth + 1))
        case 0x5B: return .array(try array(depth: depth + 1))
        case 0x2D, .some(0x30...0x39): return try number()
        case 0x74: return try word("true", meaning: .bool(true))
        case 0x66: return try word("false", meaning: .bool(false))
        case 0x6E: return try word("null", meaning: .null)
        case nil: throw failure("unexpected end")
        default: throw failure("unexpected character")
        }
    }

    private mutating func word(_ word: StaticString, meaning value: JSON) throws(JSONError) -> JSON {
        let start = index
        for place in 0..<word.utf8CodeUnitCount {
            guard peek() == word.utf8Start[place] else { throw failure("unknown word", at: start) }
            index += 1
        }
        return value
    }

    private mutating func open(depth: Int) throws(JSONError) {
        if depth > maximumDepth { throw failure("nested too deeply") }
        index += 1
        skipSpace()
    }

    /// Steps over `closing` and answers true, or over a comma and answers false.
    private mutating func isAtEnd(closing: UInt8) throws(JSONError) -> Bool {
        skipSpace()
        switch peek() {
        case closing:
            index += 1
            return true
        case 0x2C:
            index += 1
            return false
        case nil: throw failure("unexpected end")
        default: throw failure("expected a comma or the end of the list")
        }
    }

    private mutating func array(depth: Int) throws(JSONError) -> [JSON] {
        try open(depth: depth)
        var elements: [JSON] = []
        if peek() == 0x5D {
            index += 1
            return elements
        }
        repeat {
            elements.append(try value(depth: depth))
        } while try !isAtEnd(closing: 0x5D)
        return elements
    }

    private mutating func object(depth: Int) throws(JSONError) -> JSONObject {
        try open(depth: depth)
        var object = JSONObject()
        if peek() == 0x7D {
            index += 1
            return object
        }
        repeat {
            skipSpace()
            guard peek() == 0x22 else { throw failure("expected a key") }
            let key = try string()
            skipSpace()
            guard peek() == 0x3A else { throw failure("expected a colon") }
            index += 1
            object[key] = try value(depth: depth)
        } while try !isAtEnd(closing: 0x7D)
        return object
    }
}
