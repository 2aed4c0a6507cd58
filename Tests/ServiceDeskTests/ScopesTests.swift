import Resources
import Testing

@testable import ServiceDesk

@Suite struct ScopesTests {
    private static let actions: [(String, Scopes.Actions)] = [
        ("R", .read), ("C", .create), ("U", .update), ("D", .delete),
    ]

    @Test(
        arguments: [
            (
                "*",
                [
                    "account": "CDRU", "person": "CDRU", "team": "CDRU", "organization": "CDRU", "service": "CDRU",
                    "workflow": "CDRU", "task": "CDRU", "release": "CDRU",
                    "request": "CDRU",
                ]
            ),
            ("request:R", ["request": "R"]), ("request:RU", ["request": "RU"]), ("request:UR", ["request": "RU"]),
            ("request:A", ["request": "CDRU"]), ("request:*", ["request": "CDRU"]), ("request:RR", ["request": "R"]),
            ("request:R request:U", ["request": "RU"]), ("request:R  person:C", ["request": "R", "person": "C"]),
            (
                "request:R *",
                [
                    "account": "CDRU", "person": "CDRU", "team": "CDRU", "organization": "CDRU", "service": "CDRU",
                    "workflow": "CDRU", "task": "CDRU", "release": "CDRU",
                    "request": "CDRU",
                ]
            ),
        ] as [(String, [String: String])])
    func allowsExactly(_ text: String, _ allowed: [String: String]) throws {
        let scopes = try #require(Scopes(text))
        for kind in Scopes.kinds {
            for (letter, action) in Self.actions {
                #expect(
                    scopes.allow(action, on: kind) == (allowed[kind.name]?.contains(letter) == true),
                    "\(kind.name):\(letter)")
            }
        }
        #expect(Scopes(scopes.text) == scopes)
    }

    @Test(arguments: [
        "", " ", "request", "request:", ":R", "request:X", "request:r", "request:R:U", "problem:R", "Request:R",
        "request:R,person:R", "**", "request:R*", "request:R strange:R", "*:R", "note:R",
    ])
    func isRefused(_ text: String) { #expect(Scopes(text) == nil) }

    @Test func allOfSeveralActionsMustBeAllowed() throws {
        let scopes = try #require(Scopes("request:RU"))
        #expect(scopes.allow([.read, .update], on: .request))
        #expect(!scopes.allow([.read, .delete], on: .request))
        #expect(!scopes.allow(.read, on: .note) && !scopes.allow(.read, on: .person))
        #expect(!Scopes.nothing.allow(.read, on: .request))
        #expect(Scopes.everything.allow(.all, on: .request) && Scopes.everything.text == "*")
    }
}
