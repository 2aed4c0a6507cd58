import NIOCore
import Testing
import Web

@Suite struct EntityTagTests {
    @Test func aTagIsTheHashOfTheBytes() {
        #expect(EntityTag.of(Array("abc".utf8)) == "\"ba7816bf8f01cfea414140de5dae2223\"")
        #expect(EntityTag.of(ByteBuffer(string: "abc")) == EntityTag.of(Array("abc".utf8)))
    }

    @Test(
        "lists of tags are read from one header or several",
        arguments: [
            ([], []), ([""], []), (["\"a\""], ["\"a\""]), (["\"a\", W/\"b\"", "*"], ["\"a\"", "\"b\"", "*"]),
            ([" \"a\" ,,\"b\" "], ["\"a\"", "\"b\""]),
        ] as [([String], [String])])
    func lists(headers: [String], tags: [String]) { #expect(EntityTag.list(headers) == tags) }

    @Test func aPreconditionNamesWhatItAllows() {
        let body = Array("abc".utf8)
        #expect(Precondition([]).isOpen && Precondition(["*"]).isOpen)
        let precondition = Precondition(["\"x\", \(EntityTag.of(body))"])
        #expect(!precondition.isOpen && precondition.names(body) && !precondition.names([]))
        let weak = Precondition(["W/\(EntityTag.of(body))"])
        #expect(!weak.isOpen && !weak.names(body), "a weak tag demands something, and never has it")
    }
}
