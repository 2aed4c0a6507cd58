extension UnsafeMutablePointer<UInt8> {
    /// Puts a number of 0 to 99 as two digits.
    @inline(__always)
    func writeTwoDigits(_ value: Int) {
        self[0] = UInt8(truncatingIfNeeded: value / 10) &+ 0x30
        self[1] = UInt8(truncatingIfNeeded: value % 10) &+ 0x30
    }

    /// Puts `yyyy-mm-dd`, ten bytes, for a day counted from 1970-01-01.
    @inline(__always)
    func writeDay(_ days: Int) {
        let (year, month, day) = CivilCalendar.civil(days)
        writeTwoDigits(year / 100)
        (self + 2).writeTwoDigits(year % 100)
        self[4] = 0x2D
        (self + 5).writeTwoDigits(month)
        self[7] = 0x2D
        (self + 8).writeTwoDigits(day)
    }
}
