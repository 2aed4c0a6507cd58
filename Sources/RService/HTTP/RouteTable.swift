import HTTPTypes

/// Finds the endpoint of a path. The HTTP framework's router answers 404 for a known path with another verb; the
/// protocol wants 405 with `Allow`, so paths are matched here.
struct RouteTable: Sendable {
    /// A place in the tree of paths.
    private final class Node: Sendable {
        let children: [String: Node]
        let number: Node?
        let name: Node?
        let rest: Node?
        let endpoints: [HTTPRequest.Method: Endpoint]

        init(_ routes: [(segments: ArraySlice<String>, route: Route)]) {
            let ending = routes.filter { $0.segments.isEmpty }
            endpoints = Dictionary(ending.map { ($0.route.method, $0.route.endpoint) }) { first, _ in first }
            let longer = Dictionary(grouping: routes.filter { !$0.segments.isEmpty }) { $0.segments.first ?? "" }
                .mapValues { routes in Node(routes.map { ($0.segments.dropFirst(), $0.route) }) }
            number = longer[":id"]
            name = longer[":list"]
            rest = longer[":rest"]
            children = longer.filter { !$0.key.hasPrefix(":") }
        }
    }

    /// An endpoint with what the path says beyond it.
    struct Found: Sendable {
        let endpoint: Endpoint
        let ids: [Int64]
        /// The name of a predefined list.
        let list: String?
        /// All parts from `:rest` on.
        let rest: String
    }

    /// What a path and verb lead to.
    enum Match: Sendable {
        case found(Found)
        /// The path is known, the verb is not; these are.
        case otherVerbs([HTTPRequest.Method])
        case unknown
    }

    private let root: Node
    /// All routes, in the order they were given.
    let routes: [Route]

    init(_ routes: [Route]) {
        self.routes = routes
        root = Node(
            routes.map { route in (route.path.split(separator: "/").map(String.init)[...], route) })
    }

    /// - Parameter segments: the path's parts, decoded.
    func match(_ method: HTTPRequest.Method, _ segments: [String]) -> Match {
        var node = root
        var ids: [Int64] = []
        var list: String?
        var rest = ""
        for (place, segment) in segments.enumerated() {
            if let child = node.children[segment] {
                node = child
            } else if let child = node.number, let id = Self.id(segment) {
                ids.append(id)
                node = child
            } else if let child = node.name, Self.isName(segment) {
                list = segment
                node = child
            } else if let child = node.rest {
                rest = segments[place...].joined(separator: "/")
                node = child
                break
            } else {
                return .unknown
            }
        }
        // PUT is PATCH, HEAD is GET (docs/compatibility.md#general-behaviour).
        let verb: HTTPRequest.Method =
            switch method {
            case .put: .patch
            case .head: .get
            default: method
            }
        if let endpoint = node.endpoints[verb] {
            return .found(Found(endpoint: endpoint, ids: ids, list: list, rest: rest))
        }
        if node.endpoints.isEmpty { return .unknown }
        var verbs = Set(node.endpoints.keys)
        if verbs.contains(.get) { verbs.insert(.head) }
        if verbs.contains(.patch) { verbs.insert(.put) }
        return .otherVerbs(verbs.sorted { $0.rawValue < $1.rawValue })
    }

    /// A positive 64-bit id.
    private static func id(_ segment: String) -> Int64? {
        guard let first = segment.utf8.first, (0x30...0x39).contains(first), let id = Int64(segment), id > 0 else {
            return nil
        }
        return id
    }

    private static func isName(_ segment: String) -> Bool {
        !segment.isEmpty && segment.utf8.allSatisfy { (97...122).contains($0) || $0 == 95 }
    }
}

/// A verb, a path below the prefix, and what they lead to.
package struct Route: Sendable {
    let method: HTTPRequest.Method
    /// As in `requests/:id/notes`; `:id` is a number, `:list` the name of a predefined list,
    /// `:rest` all that follows.
    let path: String
    let endpoint: Endpoint

    package init(_ method: HTTPRequest.Method, _ path: String, _ endpoint: Endpoint) {
        self.method = method
        self.path = path
        self.endpoint = endpoint
    }
}
