import Testing
import Wire

@testable import ServiceDesk

@Suite struct PasswordTests {
    @Test func theSamePasswordNeverHashesAlike() throws {
        let hashes = try (0..<3).map { _ in try Password.hash("correct horse") }
        #expect(Set(hashes).count == 3)
        for hash in hashes {
            let parts = hash.split(separator: "$", omittingEmptySubsequences: false)
            #expect(parts.count == 5 && parts[0] == "scrypt" && parts[1] == "32768" && parts[2] == "8")
            #expect(Hexadecimal.bytes(String(parts[3]))?.count == 16)
            #expect(Hexadecimal.bytes(String(parts[4]))?.count == 32)
            #expect(!hash.contains("correct") && !hash.contains("horse"))
        }
    }
}
