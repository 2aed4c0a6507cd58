/// A JSON value as it came over the wire or is about to go over it (RFC 8259).
///
/// Numbers keep what was sent: an integer that fits 64 bits is one, everything else stays text, so a decimal is
/// never bent through a binary float.
public enum JSON: Equatable, Sendable {
    /// `null`: in input, a field to be cleared; in output, a blank field.
    case null
    /// `true` or `false`.
    case bool(Bool)
    /// A number without fraction or exponent that fits 64 bits.
    case integer(Int64)
    /// Any other number, its text as sent: at most 40 characters, magnitude at most 1e308.
    case number(String)
    /// A string, escapes resolved. May contain U+0000; who stores it decides about that.
    case string(String)
    /// An array.
    case array([JSON])
    /// An object, in the order sent.
    case object(JSONObject)
}

extension JSON {
    /// The string, if this is one.
    public var text: String? {
        if case .string(let text) = self { text } else { nil }
    }

    /// Reads one JSON text, strictly by RFC 8259: UTF-8 without BOM, nothing before or after but white space.
    ///
    /// A scalar is accepted at the top; whether that makes sense is the caller's to say.
    /// - Parameter maximumDepth: how many arrays and objects may be open at once; never more than 512.
    public static func parse(_ bytes: [UInt8], maximumDepth: Int = 64) throws(JSONError) -> JSON {
        try bytes.withUnsafeBufferPointer { (buffer) throws(JSONError) -> JSON in
            try parse(UnsafeRawBufferPointer(buffer), maximumDepth: maximumDepth)
        }
    }

    /// Reads one JSON text from borrowed memory, which is not kept.
    /// - Parameter maximumDepth: how many arrays and objects may be open at once; never more than 512.
    public static func parse(_ bytes: UnsafeRawBufferPointer, maximumDepth: Int = 64) throws(JSONError) -> JSON {
        var parser = JSONParser(bytes, maximumDepth: maximumDepth)
        return try parser.document()
    }
}

/// Why a text is not JSON.
public struct JSONError: Error, Equatable, Sendable {
    /// What is wrong, in words fit to send back.
    public let message: String
    /// Where, in bytes from the start.
    public let offset: Int

    /// - Parameters:
    ///   - message: what is wrong, in words fit to send back.
    ///   - offset: where, in bytes from the start.
    public init(message: String, offset: Int) {
        self.message = message
        self.offset = offset
    }
}
