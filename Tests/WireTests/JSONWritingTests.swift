import TestSupport
import Testing
import Wire

@Suite struct JSONWritingTests {
    @Test(
        arguments: [
            (.null, "null"), (.bool(true), "true"), (.bool(false), "false"), (.integer(-5), "-5"),
            (.number("1.50"), "1.50"),
            (.string("a\"b\\c/d"), #""a\"b\\c/d""#), (.string("\n\r\t\u{8}\u{C}"), #""\n\r\t\b\f""#),
            (.string("\0\u{1F}\u{B}\u{7F}"), "\"\\u0000\\u001f\\u000b\u{7F}\""),
            (.string("é\u{2028}\u{2029}😀"), "\"é\u{2028}\u{2029}😀\""),
            (.array([]), "[]"), (.array([.null, .integer(1)]), "[null,1]"), (.object(JSONObject()), "{}"),
            (.object(JSONObject([("b\n", .null), ("a", .array([]))])), #"{"b\n":null,"a":[]}"#),
        ] as [(JSON, String)])
    func writes(_ json: JSON, _ expected: String) {
        #expect(String(decoding: json.bytes, as: UTF8.self) == expected)
    }

    @Test func appends() {
        var buffer: [UInt8] = [0x20]
        JSON.bool(true).write(into: &buffer)
        #expect(buffer == Array(" true".utf8))
    }

    @Test func roundTrips() throws {
        var random = SeededGenerator(seed: 1)
        for _ in 0..<4000 {
            let json = randomJSON(depth: 5, &random)
            let bytes = json.bytes
            let again = try JSON.parse(bytes)
            #expect(again == json)
            #expect(again.bytes == bytes)
        }
    }

    /// Whatever is accepted has to survive a round trip; whatever is not has to be refused without a crash.
    @Test func survivesMutations() throws {
        var random = SeededGenerator(seed: 2)
        var accepted = 0
        for _ in 0..<6000 {
            var bytes = randomJSON(depth: 4, &random).bytes
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let place = Int.random(in: 0...bytes.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0 where place < bytes.count: bytes.remove(at: place)
                case 1 where place < bytes.count: bytes[place] = .random(in: 0...255, using: &random)
                case 2: bytes.removeSubrange(place...)
                default: bytes.insert(Array(#"\u"[]{},:0e-.D8"#.utf8).randomElement(using: &random) ?? 0, at: place)
                }
            }
            guard let json = try? JSON.parse(bytes) else { continue }
            accepted += 1
            #expect(try JSON.parse(json.bytes) == json)
        }
        #expect(accepted > 100)
    }

    private func randomJSON(depth: Int, _ random: inout SeededGenerator) -> JSON {
        switch Int.random(in: 0..<(depth > 0 ? 8 : 6), using: &random) {
        case 0: return .null
        case 1: return .bool(.random(using: &random))
        case 2: return .integer(.random(in: .min ... .max, using: &random) >> Int.random(in: 0..<64, using: &random))
        case 3:
            return .number(
                "\(Int.random(in: -999...999, using: &random)).\(UInt32.random(in: 0...9999, using: &random))")
        case 4, 5: return .string(randomText(&random))
        case 6:
            let count = Int.random(in: 0..<6, using: &random)
            return .array((0..<count).map { _ in randomJSON(depth: depth - 1, &random) })
        default:
            var object = JSONObject()
            for _ in 0..<Int.random(in: 0..<30, using: &random) {
                object[randomText(&random)] = randomJSON(depth: depth - 3, &random)
            }
            return .object(object)
        }
    }

    private func randomText(_ random: inout SeededGenerator) -> String {
        var text = String.UnicodeScalarView()
        for _ in 0..<Int.random(in: 0..<12, using: &random) {
            let limit: UInt32 =
                [0x20, 0x7F, 0x7F, 0x7F, 0x800, 0x1_0000, 0x11_0000].randomElement(using: &random) ?? 0x7F
            if let scalar = Unicode.Scalar(UInt32.random(in: 0..<limit, using: &random)) { text.append(scalar) }
        }
        return String(text)
    }
}
