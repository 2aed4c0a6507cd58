/// Whole numbers in input, however they are written: `5`, `2.0` and `9e1` are, `2.5` is not.
public enum WholeNumber {
    /// No number anyone means is longer.
    private static let longest = 64

    /// The number that a text spells; nil for what is not whole or does not fit 64 bits.
    public static func value(of text: String) -> Int64? {
        if let plain = Int64(text) { return plain }
        guard var cursor = TextCursor(text, longest: longest) else { return nil }
        let isNegative = cursor.take(0x2D)
        if !isNegative { _ = cursor.take(0x2B) }
        guard let (digits, power) = cursor.digitsAndPower(), cursor.isAtEnd else { return nil }
        return scaled(digits, power: power, isNegative)
    }

    /// The number itself, or what a text spells; nil for everything else.
    public static func value(of json: JSON) -> Int64? {
        switch json {
        case .integer(let value): value
        case .number(let text), .string(let text): value(of: text)
        case .null, .bool, .array, .object: nil
        }
    }

    /// The value of 0.d₁d₂d₃… times ten to the power, if that is whole.
    private static func scaled(_ digits: [Int], power: Int, _ isNegative: Bool) -> Int64? {
        guard let first = digits.firstIndex(where: { $0 != 0 }), let last = digits.lastIndex(where: { $0 != 0 })
        else { return 0 }
        // The largest number of 64 bits has 19 digits.
        guard last < power, power - first <= 19 else { return nil }
        var value: Int64 = 0
        for place in first..<power {
            let digit = Int64(place <= last ? digits[place] : 0)
            let (product, tooLarge) = value.multipliedReportingOverflow(by: 10)
            // Built downwards where it is negative, since there is one more number below zero than above.
            let (sum, stillTooLarge) = product.addingReportingOverflow(isNegative ? -digit : digit)
            if tooLarge || stillTooLarge { return nil }
            value = sum
        }
        return value
    }
}
