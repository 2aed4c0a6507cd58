extension TextCursor {
    /// The digits of a number without its sign, and the power of ten that 0.d₁d₂d₃… is to be taken times: of
    /// `120.5` and of `1.205e2` the digits 1205 and 3.
    mutating func digitsAndPower() -> (digits: [Int], power: Int)? {
        var digits: [Int] = []
        while let digit = digit() { digits.append(digit) }
        var power = digits.count
        if take(0x2E) {
            guard let first = digit() else { return nil }
            digits.append(first)
            while let digit = digit() { digits.append(digit) }
        }
        guard !digits.isEmpty else { return nil }
        if take(0x65) || take(0x45) {
            guard let exponent = exponent() else { return nil }
            power += exponent
        }
        return (digits, power)
    }

    /// What follows the `e` of a number. Saturates far beyond what a number here can be.
    private mutating func exponent() -> Int? {
        let isNegative = take(0x2D)
        if !isNegative { _ = take(0x2B) }
        guard var value = digit() else { return nil }
        while let digit = digit() { value = min(value * 10 + digit, 1_000_000) }
        return isNegative ? -value : value
    }
}
