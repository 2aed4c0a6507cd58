import Testing
import Wire

@Suite struct JSONObjectTests {
    @Test(arguments: [3, 16, 17, 18, 200])
    func setsReplacesAndRemoves(_ count: Int) {
        var object = JSONObject((0..<count).map { ("k\($0)", .integer(Int64($0))) })
        #expect(!object.isEmpty)
        object["k1"] = .bool(true)
        object["missing"] = nil
        #expect(object.members.map(\.key) == (0..<count).map { "k\($0)" })
        #expect(object["k1"] == .bool(true))
        object["k0"] = nil
        #expect(object["k0"] == nil)
        #expect(object.members.count == count - 1)
        for place in 2..<count { #expect(object["k\(place)"] == .integer(Int64(place))) }
        object["k0"] = .null
        #expect(object.members.last?.key == "k0")
        for member in object.members { object[member.key] = nil }
        #expect(object.isEmpty)
        #expect(object == JSONObject())
    }

    @Test func comparesKeysByteForByte() {
        let object = JSONObject([("\u{E9}", .integer(1)), ("e\u{301}", .integer(2))])
        #expect(object.members.count == 2)
        #expect(object["\u{E9}"] == .integer(1))
        let large = JSONObject(
            (0..<20).map { ("\($0)", .null) } + [("\u{E9}", .integer(1)), ("e\u{301}", .integer(2))])
        #expect(large.members.count == 22)
        #expect(large["e\u{301}"] == .integer(2))
    }

    @Test func equalInAnyOrder() {
        let object = JSONObject([("a", .integer(1)), ("b", .integer(2))])
        #expect(object == JSONObject([("b", .integer(2)), ("a", .integer(1))]))
        #expect(object != JSONObject([("a", .integer(1)), ("b", .integer(3))]))
        #expect(object != JSONObject([("a", .integer(1))]))
        #expect(object != JSONObject([("a", .integer(1)), ("c", .integer(2))]))
    }

    @Test(.timeLimit(.minutes(1)))
    func manyKeysAreQuick() throws {
        let keys = (0..<100_000).map { "\"key\($0)\":\($0)" }
        guard case .object(let object) = try JSON.parse(Array("{\(keys.joined(separator: ","))}".utf8)) else {
            Issue.record("not an object")
            return
        }
        #expect(object.members.count == 100_000)
        for place in 0..<100_000 where object["key\(place)"] != .integer(Int64(place)) {
            Issue.record("lost key\(place)")
        }
    }
}
