/// Statements are written with `?`; PostgreSQL counts its placeholders.
enum Placeholders {
    /// `… = ? AND … = ?` as `… = $1 AND … = $2`, and how many there are; text in quotes stays as it is.
    static func numbered(_ text: String) -> (text: String, count: Int) {
        var numbered: [UInt8] = []
        var count = 0
        var isQuoted = false
        for byte in text.utf8 {
            if byte == UInt8(ascii: "'") { isQuoted.toggle() }
            if byte == UInt8(ascii: "?"), !isQuoted {
                count += 1
                numbered += "$\(count)".utf8
            } else {
                numbered.append(byte)
            }
        }
        return (String(decoding: numbered, as: UTF8.self), count)
    }
}
