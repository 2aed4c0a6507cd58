extension JSONParser {
    /// Reads the string whose opening quote is at hand.
    ///
    /// Without escapes it is validated and taken in one go, which is nearly every string there is.
    mutating func string() throws(JSONError) -> String {
        index += 1
        let start = index
        try skipPlain()
        if peek() == 0x22 {
            defer { index += 1 }
            return try text(UnsafeRawBufferPointer(rebasing: bytes[start..<index]), from: start)
        }
        var unescaped = [UInt8](bytes[start..<index])
        while peek() == 0x5C {
            index += 1
            try escape(into: &unescaped)
            let plain = index
            try skipPlain()
            unescaped.append(contentsOf: bytes[plain..<index])
        }
        index += 1
        // An escape yields whole scalars, so it can never complete a sequence broken off in front of it:
        // validating the result is validating the source.
        return try text(unescaped, from: start)
    }

    /// Moves on to the next quote or backslash.
    private mutating func skipPlain() throws(JSONError) {
        while let byte = peek() {
            if byte == 0x22 || byte == 0x5C { return }
            if byte < 0x20 { throw failure("control character in a string") }
            index += 1
        }
        throw failure("unexpected end")
    }

    private func text(_ raw: some Collection<UInt8>, from start: Int) throws(JSONError) -> String {
        guard let text = String(validating: raw, as: UTF8.self) else { throw failure("invalid UTF-8", at: start) }
        return text
    }

    private mutating func escape(into target: inout [UInt8]) throws(JSONError) {
        guard let byte = peek() else { throw failure("unexpected end") }
        index += 1
        switch byte {
        case 0x22, 0x5C, 0x2F: target.append(byte)
        case 0x62: target.append(0x08)
        case 0x66: target.append(0x0C)
        case 0x6E: target.append(0x0A)
        case 0x72: target.append(0x0D)
        case 0x74: target.append(0x09)
        case 0x75: target.append(contentsOf: try escapedScalar().utf8)
        default: throw failure("unknown escape", at: index - 2)
        }
    }

    /// Reads what follows `\u`, and for a high surrogate the low one that has to come next.
    private mutating func escapedScalar() throws(JSONError) -> Unicode.Scalar {
        let start = index - 2
        let first = try fourHexDigits()
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard (0xD800..<0xDC00).contains(first), peek() == 0x5C else { throw failure("lone surrogate", at: start) }
        index += 1
        guard peek() == 0x75 else { throw failure("lone surrogate", at: start) }
        index += 1
        let second = try fourHexDigits()
        guard (0xDC00..<0xE000).contains(second),
            let scalar = Unicode.Scalar(0x1_0000 + (UInt32(first) - 0xD800) << 10 + (UInt32(second) - 0xDC00))
        else { throw failure("lone surrogate", at: start) }
        return scalar
    }

    private mutating func fourHexDigits() throws(JSONError) -> UInt16 {
        var value: UInt16 = 0
        for _ in 0..<4 {
            guard let byte = peek(), let digit = Hexadecimal.value(byte) else {
                throw failure("expected four hexadecimal digits")
            }
            value = value << 4 | UInt16(digit)
            index += 1
        }
        return value
    }
}
