/// A growing run of bytes that rows are printed into as JSON, without an object or a string in between.
///
/// The list path writes every answer through one of these, so appending never allocates except to grow, and
/// strings are copied eight bytes at a time as long as nothing in them needs escaping.
///
/// What the list path calls for every column is inlinable, because it is called from another module some hundred times
/// a page.
public struct JSONBuffer: ~Copyable {
    @usableFromInline var base: UnsafeMutablePointer<UInt8>
    @usableFromInline var capacity: Int
    @usableFromInline var written: Int

    /// - Parameter capacity: bytes to set aside; the buffer doubles when they are used up.
    public init(capacity: Int = 4096) {
        self.capacity = max(capacity, 64)
        self.written = 0
        self.base = .allocate(capacity: self.capacity)
    }

    /// How many bytes have been written.
    public var count: Int { written }

    deinit { base.deallocate() }

    /// Makes room for `extra` more bytes and answers where they go.
    @inlinable
    mutating func room(for extra: Int) -> UnsafeMutablePointer<UInt8> {
        if written &+ extra > capacity { grow(by: extra) }
        return base + written
    }

    @inline(never) @usableFromInline
    mutating func grow(by extra: Int) {
        let larger = max(capacity * 2, written + extra)
        let moved = UnsafeMutablePointer<UInt8>.allocate(capacity: larger)
        moved.update(from: base, count: written)
        base.deallocate()
        base = moved
        capacity = larger
    }

    /// Appends one byte as it is.
    @inlinable
    public mutating func append(_ byte: UInt8) {
        room(for: 1).pointee = byte
        written &+= 1
    }

    /// Appends bytes as they are.
    @inlinable
    public mutating func append(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard let source = bytes.baseAddress, bytes.count > 0 else { return }
        room(for: bytes.count).update(from: source, count: bytes.count)
        written &+= bytes.count
    }

    /// Appends bytes as they are.
    @inlinable
    public mutating func append(_ bytes: [UInt8]) {
        bytes.withUnsafeBufferPointer { append($0) }
    }

    /// Appends a literal as it is.
    @inlinable
    public mutating func append(_ literal: StaticString) {
        append(UnsafeBufferPointer(start: literal.utf8Start, count: literal.utf8CodeUnitCount))
    }

    /// Appends `null`.
    public mutating func appendNull() { append("null") }

    /// Appends `true` or `false`.
    public mutating func append(boolean: Bool) { append(boolean ? "true" : "false") }

    /// Appends a decimal integer.
    public mutating func append(integer value: Int64) {
        if value >= 0 && value < 10 { return append(UInt8(truncatingIfNeeded: value) &+ 0x30) }
        var digits = value.magnitude
        var length = value < 0 ? 1 : 0
        var probe = digits
        repeat {
            length &+= 1
            probe /= 10
        } while probe > 0
        let start = room(for: length)
        var place = length
        repeat {
            place &-= 1
            start[place] = UInt8(truncatingIfNeeded: digits % 10) &+ 0x30
            digits /= 10
        } while digits > 0
        if value < 0 { start[0] = 0x2D }
        written &+= length
    }

    /// Appends an instant as a quoted time in the zone (docs/protocol/data-types.md#output).
    public mutating func append(timestamp: Timestamp, in zone: Zone) {
        let start = room(for: Timestamp.writtenLength + 2)
        start[0] = 0x22
        let length = timestamp.write(to: start + 1, zone: zone)
        start[length + 1] = 0x22
        written &+= length + 2
    }

    /// Appends text as a quoted JSON string.
    public mutating func append(string: String) {
        var copy = string
        copy.withUTF8 { append(string: $0) }
    }

    /// Appends UTF-8 text as a quoted JSON string: `"`, `\` and control characters are escaped, all else is copied.
    public mutating func append(string text: UnsafeBufferPointer<UInt8>) {
        let start = room(for: text.count + 2)
        start[0] = 0x22
        let clean = copyUntilEscape(text, to: start + 1)
        written &+= clean + 1
        if clean < text.count { appendEscaping(UnsafeBufferPointer(rebasing: text[clean...])) }
        append(0x22)
    }

    /// Copies until the first byte that needs escaping and answers how many bytes that were.
    @inline(__always)
    private func copyUntilEscape(_ text: UnsafeBufferPointer<UInt8>, to target: UnsafeMutablePointer<UInt8>) -> Int {
        guard let source = UnsafeRawPointer(text.baseAddress) else { return 0 }
        let raw = UnsafeMutableRawPointer(target)
        var index = 0
        while index &+ 8 <= text.count {
            let word = source.loadUnaligned(fromByteOffset: index, as: UInt64.self)
            // The classic zero-byte test, three times: below 0x20, equal to `"`, equal to `\`.
            let control = (word &- 0x2020_2020_2020_2020) & ~word
            let quote = word ^ 0x2222_2222_2222_2222
            let slash = word ^ 0x5C5C_5C5C_5C5C_5C5C
            let hit =
                control | ((quote &- 0x0101_0101_0101_0101) & ~quote) | ((slash &- 0x0101_0101_0101_0101) & ~slash)
            if hit & 0x8080_8080_8080_8080 != 0 { break }
            raw.storeBytes(of: word, toByteOffset: index, as: UInt64.self)
            index &+= 8
        }
        while index < text.count {
            let byte = text[index]
            if byte < 0x20 || byte == 0x22 || byte == 0x5C { break }
            target[index] = byte
            index &+= 1
        }
        return index
    }

    @inline(never)
    private mutating func appendEscaping(_ text: UnsafeBufferPointer<UInt8>) {
        for byte in text {
            switch byte {
            case 0x22: append("\\\"")
            case 0x5C: append("\\\\")
            case 0x0A: append("\\n")
            case 0x0D: append("\\r")
            case 0x09: append("\\t")
            case 0x08: append("\\b")
            case 0x0C: append("\\f")
            case 0..<0x20:
                append("\\u00")
                append(Hexadecimal.digit(byte >> 4))
                append(Hexadecimal.digit(byte & 15))
            default: append(byte)
            }
        }
    }

    /// Appends again what was written at a place.
    public mutating func appendAgain(from start: Int, count: Int) {
        let target = room(for: count)
        target.update(from: base + start, count: count)
        written &+= count
    }

    /// Forgets everything after the first `length` bytes.
    public mutating func truncate(to length: Int) { written = min(max(length, 0), written) }

    /// Lends the bytes written so far.
    public func withBytes<Result: ~Copyable, Failure: Error>(
        _ body: (UnsafeBufferPointer<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(UnsafeBufferPointer(start: base, count: written))
    }

    /// A copy of the bytes written so far.
    public var bytes: [UInt8] { withBytes { [UInt8]($0) } }
}
