import Files
import Testing

@Suite struct KeyTests {
    @Test(
        "keys lead down and nowhere else",
        arguments: [
            "", "/", "/a", "a/", "a//b", ".", "..", "a/..", "../a", "a/../b", "a/./b", "a\0b", "a\nb", "a/\u{7f}",
            String(repeating: "x", count: 256), "a/" + String(repeating: "é", count: 128),
            String(repeating: "abcdefgh/", count: 114),
        ])
    func refuses(text: String) { #expect(FileKey(text) == nil) }

    @Test(
        "any other text is a key",
        arguments: ["a", "a/b", "...", "a/.b", "a b", "a\\b", "%2e%2e/a", "é/日本", "${filename}"])
    func accepts(text: String) { #expect(FileKey(text)?.text == text) }

    @Test func aKeyHasAFolderAndAName() {
        #expect(FileKey("a/b/c.txt")?.name == "c.txt" && FileKey("a/b/c.txt")?.folder == "a/b")
        #expect(FileKey("c.txt")?.name == "c.txt" && FileKey("c.txt")?.folder == "")
    }

    @Test(
        "a path is reduced to its last part, whichever machine it comes from",
        arguments: [
            ("/home/me/a b.txt", "a b.txt"), ("C:\\Users\\me\\a b.txt", "a b.txt"), ("..\\..\\x", "x"), ("a/b\\c", "c"),
            ("plain.txt", "plain.txt"), ("a/", ""), ("..", ".."),
        ])
    func baseNames(path: String, name: String) { #expect(FileKey.baseName(path) == name) }

    @Test(
        "extensions are compared without case, and a file without one has none",
        arguments: [
            ("a.csv", true), ("a.CSV", true), ("a.b.png", true), ("a.exe", false), ("csv", false), ("a.", false),
            (".csv", true), ("a.csv.exe", false),
        ])
    func extensions(name: String, isAllowed: Bool) {
        let limits = UploadLimits(size: 10, extensions: ["csv", "PNG"])
        #expect(limits.allow(name: name) == isAllowed)
        #expect((limits.problem(name: name, size: 10) == nil) == isAllowed)
        #expect(UploadLimits(size: 10).allow(name: name))
    }

    @Test func sizesHaveALimit() {
        let limits = UploadLimits(size: 10)
        #expect(limits.problem(name: "a", size: 10) == nil)
        #expect(limits.problem(name: "a", size: 11) == "File 'a' is too large (maximum is 10 bytes)")
    }

    @Test(
        "times of headers come back the same", arguments: [0, 784_111_777, 1_763_712_000, 951_782_400, 253_402_300_799])
    func dates(seconds: Int64) { #expect(HTTPDate.seconds(HTTPDate.text(seconds)) == seconds) }

    @Test(
        "what is no time of a header is none",
        arguments: [
            "", "now", "Sun, 06 Nov 1994 08:49:37", "Sun, 31 Feb 1994 08:49:37 GMT", "Sun, 06 Nov 1994 25:49:37 GMT",
            "Sunday, 06-Nov-94 08:49:37 GMT", "Sun, 06 Xxx 1994 08:49:37 GMT", "Sun, 06 Nov -2147483648 08:49:37 GMT",
            "Sun, 06 Nov 99999999999999999999 08:49:37 GMT",
        ])
    func noDates(text: String) { #expect(HTTPDate.seconds(text) == nil) }
}
