import HTTPTypes
import Testing
import Web

@Suite struct RouteTableTests {
    private static let table = RouteTable(
        [
            Route(.get, "", "home"), Route(.get, "desks", "desks"), Route(.post, "desks", "new desk"),
            Route(.get, "desks/:list", "list"), Route(.get, "desks/top", "top"), Route(.get, "desks/:id", "desk"),
            Route(.patch, "desks/:id", "change"), Route(.delete, "desks/:id/drawers/:id", "remove"),
            Route(.get, "files/:rest", "file"), Route(.get, "desks", "never"),
        ], synonyms: [.put: .patch])

    private static func found(_ method: HTTPRequest.Method, _ path: String) -> RouteTable<String>.Found? {
        let match = table.match(method, path.split(separator: "/").map(String.init))
        return if case .found(let found) = match { found } else { nil }
    }

    @Test(
        "a path leads to its endpoint",
        arguments: [
            (.get, "", "home"), (.get, "desks", "desks"), (.post, "desks", "new desk"), (.head, "desks", "desks"),
            (.get, "desks/low", "list"), (.get, "desks/top", "top"), (.get, "desks/7", "desk"),
            (.put, "desks/7", "change"), (.delete, "desks/7/drawers/8", "remove"), (.get, "files/a/b", "file"),
        ] as [(HTTPRequest.Method, String, String)])
    func paths(method: HTTPRequest.Method, path: String, endpoint: String) {
        #expect(Self.found(method, path)?.endpoint == endpoint)
    }

    @Test func aPathSaysMoreThanItsEndpoint() {
        #expect(Self.found(.delete, "desks/7/drawers/8")?.ids == [7, 8])
        #expect(Self.found(.get, "desks/by_room")?.list == "by_room")
        #expect(Self.found(.get, "files/a/b")?.rest == "a/b")
    }

    @Test(
        "what is no path leads nowhere",
        arguments: [
            "chairs", "desks/0", "desks/-1", "desks/+1", "desks/9223372036854775808", "desks/Low", "desks/7/drawers",
            "files", "desks/:id",
        ])
    func unknown(path: String) {
        guard case .unknown = Self.table.match(.get, path.split(separator: "/").map(String.init)) else {
            Issue.record("\(path) leads somewhere")
            return
        }
    }

    @Test("a path that has other verbs says which, with those that mean the same")
    func otherVerbs() {
        guard case .otherVerbs(let verbs) = Self.table.match(.delete, ["desks", "7"]) else {
            Issue.record("the path has the verb")
            return
        }
        #expect(verbs == [.get, .head, .patch, .put])
    }
}
