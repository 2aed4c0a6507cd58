import HTTPTypes

/// Finds the endpoint of a path. The HTTP framework's router answers 404 for a known path with another verb; 405 with
/// `Allow` is wanted (RFC 9110, section 15.5.6), so paths are matched here.
public struct RouteTable<Endpoint: Sendable>: Sendable {
    /// An endpoint with what the path says beyond it.
    public struct Found: Sendable {
        public let endpoint: Endpoint
        /// The positive numbers where the path has `:id`, in order.
        public let ids: [Int64]
        /// What stands where the path has `:list`.
        public let list: String?
        /// All parts from `:rest` on, joined by slashes; empty for most.
        public let rest: String
    }

    /// What a path and verb lead to.
    public enum Match: Sendable {
        case found(Found)
        /// The path is known, the verb is not; these are, in the order of their names.
        case otherVerbs([HTTPRequest.Method])
        case unknown
    }

    private let tree: PathTree
    private let synonyms: [HTTPRequest.Method: HTTPRequest.Method]
    private let routes: [Route<Endpoint>]

    /// - Parameters:
    ///   - routes: of several with the same verb and path, the first counts.
    ///   - synonyms: verbs that mean another. HEAD always means GET.
    public init(_ routes: [Route<Endpoint>], synonyms: [HTTPRequest.Method: HTTPRequest.Method] = [:]) {
        self.routes = routes
        self.synonyms = synonyms.merging([.head: .get]) { given, _ in given }
        tree = PathTree(routes.map { ($0.method, $0.path) })
    }

    /// - Parameter segments: the path's parts, decoded.
    public func match(_ method: HTTPRequest.Method, _ segments: [String]) -> Match {
        guard let place = tree.place(segments) else { return .unknown }
        if let route = place.routes[synonyms[method] ?? method] {
            return .found(
                Found(endpoint: routes[route].endpoint, ids: place.ids, list: place.list, rest: place.rest))
        }
        var verbs = Set(place.routes.keys)
        for (synonym, verb) in synonyms where verbs.contains(verb) { verbs.insert(synonym) }
        return .otherVerbs(verbs.sorted { $0.rawValue < $1.rawValue })
    }
}

/// A verb, a path, and what they lead to.
public struct Route<Endpoint: Sendable>: Sendable {
    public let method: HTTPRequest.Method
    /// As in `desks/:id/drawers`; `:id` is a positive number, `:list` a name of lower-case letters and `_`, `:rest` all
    /// that follows.
    public let path: String
    public let endpoint: Endpoint

    public init(_ method: HTTPRequest.Method, _ path: String, _ endpoint: Endpoint) {
        self.method = method
        self.path = path
        self.endpoint = endpoint
    }
}
