extension JSONParser {
    /// No number anyone means is longer, and what is longer costs whoever converts it.
    private static let longestNumber = 40

    /// Reads the number whose sign or first digit is at hand.
    mutating func number() throws(JSONError) -> JSON {
        let start = index
        if peek() == 0x2D { index += 1 }
        let whole = index
        try digits()
        if bytes[whole] == 0x30, index - whole > 1 { throw failure("leading zero", at: start) }
        let wholeDigits = index - whole
        var isInteger = true
        if peek() == 0x2E {
            isInteger = false
            index += 1
            try digits()
        }
        let mantissa = whole..<index
        var exponent = 0
        if peek() == 0x65 || peek() == 0x45 {
            isInteger = false
            exponent = try self.exponent()
        }
        if index - start > Self.longestNumber { throw failure("huge number", at: start) }
        let text = String(decoding: bytes[start..<index], as: UTF8.self)
        if isInteger, let value = Int64(text) { return .integer(value) }
        if isHuge(mantissa, wholeDigits: wholeDigits, exponent: exponent) { throw failure("huge number", at: start) }
        return .number(text)
    }

    private mutating func digits() throws(JSONError) {
        let start = index
        while let byte = peek(), (0x30...0x39).contains(byte) { index += 1 }
        if index == start { throw failure("expected a digit") }
    }

    /// Reads from the `e` on. Saturates far beyond what is allowed instead of overflowing.
    private mutating func exponent() throws(JSONError) -> Int {
        index += 1
        let isNegative = peek() == 0x2D
        if isNegative || peek() == 0x2B { index += 1 }
        let start = index
        try digits()
        var value = 0
        for byte in bytes[start..<index] { value = min(value * 10 + Int(byte - 0x30), 1_000_000) }
        return isNegative ? -value : value
    }

    /// Whether the magnitude is above 1e308, from the power of ten of the first digit that is not zero.
    private func isHuge(_ mantissa: Range<Int>, wholeDigits: Int, exponent: Int) -> Bool {
        var power = wholeDigits - 1 + exponent
        var place = mantissa.lowerBound
        while place < mantissa.upperBound, bytes[place] == 0x30 || bytes[place] == 0x2E {
            if bytes[place] == 0x30 { power -= 1 }
            place += 1
        }
        if place == mantissa.upperBound || power < 308 { return false }
        if power > 308 { return true }
        let isOne = bytes[place] == 0x31
        return !isOne || bytes[(place + 1)..<mantissa.upperBound].contains { $0 != 0x30 && $0 != 0x2E }
    }
}
