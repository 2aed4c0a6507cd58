/// An exact decimal number with at most 14 digits before and 4 behind the dot (docs/protocol/data-types.md#limits).
///
/// Sums of money and rates go through here, which is why no binary float is involved.
public struct WireDecimal: Hashable, Comparable, Sendable {
    /// The number times ten thousand, as it is stored.
    public let tenThousandths: Int64

    /// - Parameter tenThousandths: the number times ten thousand.
    public init(tenThousandths: Int64) {
        self.tenThousandths = tenThousandths
    }

    /// Reads an optional sign and a number such as `120.5`, `3` or `.25`; nil if it would not be kept exactly.
    public init?(_ text: String) {
        self.init(text, allowingExponent: false)
    }

    /// Reads a number, in any form JSON has, or a string as above.
    public init?(json: JSON) {
        switch json {
        case .integer(let value): self.init(String(value))
        case .number(let text): self.init(text, allowingExponent: true)
        case .string(let text): self.init(text)
        default: return nil
        }
    }

    /// The shortest text: `120.5`, `3`, `-0.25`.
    public var text: String {
        let (whole, fraction) = tenThousandths.magnitude.quotientAndRemainder(dividingBy: 10_000)
        let sign = tenThousandths < 0 ? "-" : ""
        if fraction == 0 { return "\(sign)\(whole)" }
        var digits = String(10_000 + fraction).utf8.dropFirst()
        while digits.last == 0x30 { digits.removeLast() }
        return "\(sign)\(whole).\(Substring(digits))"
    }

    /// Whether one is less than another.
    public static func < (left: WireDecimal, right: WireDecimal) -> Bool { left.tenThousandths < right.tenThousandths }
}

extension WireDecimal {
    private init?(_ text: String, allowingExponent: Bool) {
        guard var cursor = TextCursor(text, longest: 64) else { return nil }
        let isNegative = cursor.take(0x2D)
        if !isNegative { _ = cursor.take(0x2B) }
        let isPlain = !text.utf8.contains { $0 == 0x65 || $0 == 0x45 }
        guard allowingExponent || isPlain, let (digits, power) = cursor.digitsAndPower(), cursor.isAtEnd,
            let value = Self.scaled(digits, power: power)
        else { return nil }
        tenThousandths = isNegative ? -value : value
    }

    /// The value of 0.d₁d₂d₃… times ten to the power, in ten-thousandths; nil unless that is exact and fits.
    private static func scaled(_ digits: [Int], power: Int) -> Int64? {
        guard let first = digits.firstIndex(where: { $0 != 0 }), let last = digits.lastIndex(where: { $0 != 0 })
        else { return 0 }
        // At most 14 places before the dot and 4 behind it make 18 digits, which always fit.
        guard power - first <= 14, last < power + 4 else { return nil }
        var value: Int64 = 0
        for digit in digits[first...last] { value = value * 10 + Int64(digit) }
        for _ in last..<(power + 3) { value *= 10 }
        return value
    }
}
