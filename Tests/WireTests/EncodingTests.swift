import TestSupport
import Testing
import Wire

/// Bytes as text, and back.
@Suite struct EncodingTests {
    @Test(arguments: [("", []), ("00", [0]), ("00ff10", [0, 255, 16])] as [(String, [UInt8])])
    func bytesAreHexadecimal(_ text: String, _ bytes: [UInt8]) {
        #expect(Hexadecimal.text(bytes) == text)
        #expect(Hexadecimal.bytes(text) == bytes)
        #expect(Hexadecimal.bytes(text.uppercased()) == bytes)
    }

    @Test(arguments: ["0", "0g", "xx", "00f", "é0", "0 ", "٣٣", "+1", "0x"])
    func whatIsNotHexadecimalIsRefused(_ text: String) { #expect(Hexadecimal.bytes(text) == nil) }

    @Test func everyDigitHasItsValue() {
        for half in UInt8(0)...15 {
            #expect(Hexadecimal.value(Hexadecimal.digit(half)) == half)
            #expect(Hexadecimal.value(Hexadecimal.digit(half, isUpperCase: true)) == half)
        }
        #expect((UInt8.min ... .max).count { Hexadecimal.value($0) != nil } == 22)
    }

    @Test(
        arguments: [
            ("", []), ("AA", [0]), ("_w", [255]), ("-_8", [251, 255]), ("AAAA", [0, 0, 0]),
        ] as [(String, [UInt8])])
    func bytesAreBase64(_ text: String, _ bytes: [UInt8]) {
        #expect(Base64URL.encode(bytes) == text)
        #expect(Base64URL.decode(text) == bytes)
    }

    @Test("one text alone means certain bytes", arguments: ["A", "AB", "AAB", "AA==", "+/8", "A A", "AAAAA", "é"])
    func whatIsNotBase64IsRefused(_ text: String) { #expect(Base64URL.decode(text) == nil) }

    @Test(
        "a part of a path or a value",
        arguments: [
            ("", ""), ("a-_.~Z9", "a-_.~Z9"), ("a b/c", "a%20b%2Fc"), ("é%+", "%C3%A9%25%2B"),
            ("\u{0}\u{7F}", "%00%7F"),
        ])
    func components(text: String, escaped: String) {
        #expect(PercentEncoding.component(text) == escaped)
        #expect(PercentEncoding.decode(escaped[...].utf8, plusIsSpace: false) == text)
    }

    @Test func slashesPartAPath() {
        #expect(PercentEncoding.component("a b/ü/", keepsSlashes: true) == "a%20b/%C3%BC/")
    }

    @Test("what would split a header is escaped, and nothing twice")
    func headers() {
        #expect(PercentEncoding.escape("a=1&b=%2C") == "a=1&b=%2C")
        #expect(PercentEncoding.escape("a,b;<c>\"\r\n é") == "a%2Cb%3B%3Cc%3E%22%0D%0A%20%C3%A9")
    }

    @Test(arguments: ["%", "%4", "%4g", "a%", "%C3", "%FF", "%C3%28"])
    func brokenEscapesAreRefused(_ text: String) {
        #expect(PercentEncoding.decode(text[...].utf8, plusIsSpace: false) == nil)
    }

    @Test func aPlusIsASpaceWhereItIsSaid() {
        #expect(PercentEncoding.decode("a+b%2b"[...].utf8, plusIsSpace: true) == "a b+")
        #expect(PercentEncoding.decode("a+b%2b"[...].utf8, plusIsSpace: false) == "a+b+")
    }

    @Test("a difference is seen wherever it is")
    func comparison() {
        var random = SeededGenerator(seed: 7)
        let bytes = (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &random) }
        #expect(ConstantTime.areEqual(bytes, bytes[...]))
        #expect(ConstantTime.areEqual("".utf8, []))
        #expect(!ConstantTime.areEqual(bytes, bytes.dropLast()))
        for place in bytes.indices {
            for bit in 0..<8 {
                var other = bytes
                other[place] ^= 1 << bit
                #expect(!ConstantTime.areEqual(bytes, other))
            }
        }
    }
}
