/// A length of time in whole minutes, never negative (docs/protocol/data-types.md#output).
public struct WireDuration: Hashable, Comparable, Sendable {
    /// The minutes, as they are stored and written.
    public let minutes: Int64

    /// nil if negative.
    public init?(minutes: Int64) {
        guard minutes >= 0 else { return nil }
        self.minutes = minutes
    }

    /// Reads whole minutes, `150`, or hours and minutes, `2:30`, with as many digits for the hours as it takes.
    public init?(_ text: String) {
        // The largest 64-bit number has 19 digits, two more places are for `:mm`.
        guard var cursor = TextCursor(text, longest: 22), let first = cursor.digit() else { return nil }
        var value = Int64(first)
        while let digit = cursor.digit() {
            guard let next = Self.scaled(value, by: 10, adding: digit) else { return nil }
            value = next
        }
        if cursor.take(0x3A) {
            guard let minute = cursor.number(digits: 2), minute < 60,
                let sum = Self.scaled(value, by: 60, adding: minute)
            else { return nil }
            value = sum
        }
        guard cursor.isAtEnd else { return nil }
        minutes = value
    }

    /// Reads a whole number, or a string as above.
    public init?(json: JSON) {
        switch json {
        case .integer, .number:
            guard let minutes = WholeNumber.value(of: json) else { return nil }
            self.init(minutes: minutes)
        case .string(let text): self.init(text)
        default: return nil
        }
    }

    private static func scaled(_ value: Int64, by factor: Int64, adding digit: Int) -> Int64? {
        let (product, tooLarge) = value.multipliedReportingOverflow(by: factor)
        let (sum, stillTooLarge) = product.addingReportingOverflow(Int64(digit))
        return tooLarge || stillTooLarge ? nil : sum
    }

    /// Whether one is shorter than another.
    public static func < (left: WireDuration, right: WireDuration) -> Bool { left.minutes < right.minutes }
}
