/// Walks over the bytes of a short text with fields of fixed shape, such as dates and times.
struct TextCursor {
    private let bytes: [UInt8]
    private var index = 0

    /// - Parameter longest: how many bytes a text of this kind can have; a longer one is refused without a copy.
    init?(_ text: String, longest: Int) {
        if text.utf8.count > longest { return nil }
        bytes = [UInt8](text.utf8)
    }

    var isAtEnd: Bool { index == bytes.count }

    /// The byte at hand, nil at the end.
    func peek() -> UInt8? { index < bytes.count ? bytes[index] : nil }

    /// Steps over the byte at hand if it is this one.
    mutating func take(_ byte: UInt8) -> Bool {
        guard peek() == byte else { return false }
        index += 1
        return true
    }

    /// The digit at hand, stepped over.
    mutating func digit() -> Int? {
        guard let byte = peek(), (0x30...0x39).contains(byte) else { return nil }
        index += 1
        return Int(byte - 0x30)
    }

    /// A number of exactly this many digits.
    mutating func number(digits: Int) -> Int? {
        var value = 0
        for _ in 0..<digits {
            guard let digit = digit() else { return nil }
            value = value * 10 + digit
        }
        return value
    }

    /// `yyyy-mm-dd`, a real day of the calendar in the years 1 to 9999, as days since 1970-01-01.
    mutating func day() -> Int? {
        guard let year = number(digits: 4), take(0x2D), let month = number(digits: 2), take(0x2D),
            let day = number(digits: 2)
        else { return nil }
        return CivilCalendar.days(year: year, month: month, day: day)
    }
}
