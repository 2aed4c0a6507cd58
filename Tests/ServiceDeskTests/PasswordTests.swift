import Testing

@testable import ServiceDesk

@Suite struct PasswordTests {
    @Test func theSamePasswordNeverHashesAlike() throws {
        let hashes = try (0..<3).map { _ in try Password.hash("correct horse") }
        #expect(Set(hashes).count == 3)
        for hash in hashes {
            let parts = hash.split(separator: "$", omittingEmptySubsequences: false)
            #expect(parts.count == 5 && parts[0] == "scrypt" && parts[1] == "32768" && parts[2] == "8")
            #expect(Hex.decode(String(parts[3]))?.count == 16)
            #expect(Hex.decode(String(parts[4]))?.count == 32)
            #expect(!hash.contains("correct") && !hash.contains("horse"))
        }
    }

    @Test(arguments: [("", []), ("00", [0]), ("00ff10", [0, 255, 16])] as [(String, [UInt8])])
    func bytesAreHexadecimal(_ text: String, _ bytes: [UInt8]) {
        #expect(Hex.encode(bytes) == text)
        #expect(Hex.decode(text) == bytes)
    }

    @Test(arguments: ["0", "0g", "xx", "00f", "é0", "0 "])
    func whatIsNotIsRefused(_ text: String) { #expect(Hex.decode(text) == nil) }
}
