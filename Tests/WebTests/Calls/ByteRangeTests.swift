import Testing

@testable import Web

@Suite struct ByteRangeTests {
    @Test(
        "a range of a file of ten bytes",
        arguments: [
            (nil, .whole), ("", .whole), ("bytes=0-0", .part(0..<1)), ("bytes=0-", .part(0..<10)),
            ("bytes=9-", .part(9..<10)), ("bytes=2-5", .part(2..<6)), ("bytes=2-99", .part(2..<10)),
            ("BYTES=2-5", .part(2..<6)), ("bytes=-3", .part(7..<10)), ("bytes=-99", .part(0..<10)),
            ("bytes=-0", .outside), ("bytes=10-", .outside), ("bytes=10-12", .outside), ("bytes=5-2", .whole),
            ("bytes=-", .whole), ("bytes=a-b", .whole), ("bytes=1-2,4-5", .whole), ("lines=1-2", .whole),
            ("bytes=+1-2", .whole), ("bytes=1", .whole), ("bytes=99999999999999999999-", .whole),
            ("bytes=0-99999999999999999999", .whole), ("bytes=0-9223372036854775807", .part(0..<10)),
        ] as [(String?, ByteRange)])
    func ranges(header: String?, expected: ByteRange) { #expect(ByteRange(header, of: 10) == expected) }

    @Test func anEmptyFileHasNoRange() {
        #expect(ByteRange("bytes=0-", of: 0) == .outside)
        #expect(ByteRange("bytes=-1", of: 0) == .outside)
        #expect(ByteRange(nil, of: 0) == .whole)
    }

    @Test(
        "a file's type follows its name, and only what texts show is shown",
        arguments: [
            ("a.png", "image/png", "inline"), ("a.JPG", "image/jpeg", "inline"), ("a.mp4", "video/mp4", "inline"),
            ("a.html", "application/octet-stream", "attachment"), ("a.svg", "image/svg+xml", "attachment"),
            ("a.txt", "text/plain; charset=utf-8", "attachment"), ("a", "application/octet-stream", "attachment"),
            ("a.png.exe", "application/octet-stream", "attachment"), ("a.pdf", "application/pdf", "attachment"),
        ])
    func types(name: String, type: String, kind: String) {
        #expect(MediaType(fileName: name).name == type)
        #expect(MediaType(fileName: name).disposition(fileName: name).hasPrefix(kind + ";"))
    }

    @Test func aNameIsWrittenForOldAndNewClients() {
        #expect(
            MediaType(fileName: "x").disposition(fileName: "é \"1\" 100%\\.txt")
                == "attachment; filename=\"_ _1_ 100__.txt\"; filename*=UTF-8''%C3%A9%20%221%22%20100%25%5C.txt")
    }
}
