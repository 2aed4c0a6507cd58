import HTTPTypes

/// Finds the number of a route by its path. It knows nothing of what routes lead to, so that it is no generic type,
/// whose every look-up would ask first what it is a look-up in.
struct PathTree: Sendable {
    /// A place in the tree of paths.
    private final class Node: Sendable {
        let children: [String: Node]
        let number: Node?
        let name: Node?
        let rest: Node?
        let routes: [HTTPRequest.Method: Int]

        init(_ paths: [Path]) {
            let ending = paths.filter { $0.segments.isEmpty }
            routes = Dictionary(ending.map { ($0.method, $0.route) }) { first, _ in first }
            let longer = Dictionary(grouping: paths.filter { !$0.segments.isEmpty }) { $0.segments.first ?? "" }
                .mapValues { paths in
                    Node(paths.map { Path(segments: $0.segments.dropFirst(), method: $0.method, route: $0.route) })
                }
            number = longer[":id"]
            name = longer[":list"]
            rest = longer[":rest"]
            children = longer.filter { !$0.key.hasPrefix(":") }
        }
    }

    private struct Path {
        let segments: ArraySlice<String>
        let method: HTTPRequest.Method
        /// The place among all routes.
        let route: Int
    }

    /// Where a path leads.
    struct Place: Sendable {
        /// The routes that end here; of several with the same verb the first.
        let routes: [HTTPRequest.Method: Int]
        let ids: [Int64]
        let list: String?
        let rest: String
    }

    private let root: Node

    /// - Parameter routes: verbs and paths as `Route` has them.
    init(_ routes: [(method: HTTPRequest.Method, path: String)]) {
        root = Node(
            routes.enumerated().map { place, route in
                Path(
                    segments: route.path.split(separator: "/").map(String.init)[...], method: route.method,
                    route: place)
            })
    }

    /// The place of a path; nil when there is none.
    func place(_ segments: [String]) -> Place? {
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
                return nil
            }
        }
        return node.routes.isEmpty ? nil : Place(routes: node.routes, ids: ids, list: list, rest: rest)
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
