import HTTPTypes
import Resources
import Web
import Wire

/// The links of the API document: from a call that makes something to the calls that what was made hangs on. Whoever
/// walks along them reaches every call with ids that are there.
enum OpenAPILinks {
    /// What the ids in a call's path are, as OpenAPI has it: values of the call before it.
    private struct Target {
        let route: Route
        let ids: [String: String]
    }

    private static let newID = "$response.body#/id"
    private static let sameID = "$request.path.id"
    private static let sameEntry = "$request.path.entry_id"

    /// The links of a call's success, by the names of the calls they lead to.
    static func from(_ route: Route, among routes: [Route]) -> JSONObject {
        guard route.method == .post else { return JSONObject() }
        let parts = parts(route)
        let targets =
            switch (parts.count, parts.filter { $0 == ":id" }.count) {
            case (1, 0): ofRecord(route, named: parts[0], among: routes)
            case (3, 1): ofRecord(route, named: parts[2], among: routes) + ofEntry(parts, among: routes)
            case (4, 2): ofLink(parts, among: routes)
            default: [Target]()
            }
        return JSONObject(targets.map { (name($0), link($0)) })
    }

    private static func parts(_ route: Route) -> [String] {
        route.path.split(separator: "/").dropFirst().map(String.init)
    }

    /// What is new may be either of the two records that a call links.
    private static func name(_ target: Target) -> String {
        let isLinked = target.ids["entry_id"] == newID && target.ids["id"] == nil
        return OpenAPIDocument.operationID(target.route) + (isLinked ? "_of_another" : "")
    }

    private static func link(_ target: Target) -> JSON {
        let ids = ["id", "entry_id"].compactMap { name in target.ids[name].map { (name, JSON.string($0)) } }
        return JSONSchema.object([
            ("operationId", .string(OpenAPIDocument.operationID(target.route))), ("parameters", JSONSchema.object(ids)),
        ])
    }

    /// From the creation of a record: all calls below it, and those that link it to another.
    private static func ofRecord(_ route: Route, named name: String, among routes: [Route]) -> [Target] {
        guard case .record(let schema) = route.endpoint.response, schema.name == name,
            routes.contains(where: { parts($0) == [name, ":id"] })
        else { return [] }
        return routes.flatMap { other in
            let parts = parts(other)
            guard parts.count > 1, parts[1] == ":id" else { return [Target]() }
            let isBelow = parts[0] == name
            guard parts.count == 4, parts[3] == ":id" else {
                return isBelow ? [Target(route: other, ids: ["id": newID])] : []
            }
            // What hangs on the record is not there yet, but it may be either of the two that a call links.
            guard other.method == .post else { return [] }
            let isLinked = routes.contains { list in
                guard case .collection(let linked) = list.endpoint.response else { return false }
                return self.parts(list) == Array(parts.prefix(3)) && linked.kind == schema.kind
            }
            return (isBelow ? [Target(route: other, ids: ["id": newID])] : [])
                + (isLinked ? [Target(route: other, ids: ["entry_id": newID])] : [])
        }
    }

    /// From what is done below a record: an entry is shown, changed and removed, others are listed, and what went to
    /// the archive comes back.
    private static func ofEntry(_ made: [String], among routes: [Route]) -> [Target] {
        routes.compactMap { other in
            let parts = parts(other)
            guard parts.starts(with: made.prefix(2)) else { return nil }
            if parts == made + [":id"] { return Target(route: other, ids: ["id": sameID, "entry_id": newID]) }
            let isList = (parts.starts(with: made) || parts == Array(made.prefix(2))) && other.method != .post
            let isVerb = parts.count == 3 && other.method == .post && other.endpoint.input == nil && parts != made
            return isList || isVerb ? Target(route: other, ids: ["id": sameID]) : nil
        }
    }

    /// From a link between two records: the same link is ended, and those of the record are listed.
    private static func ofLink(_ made: [String], among routes: [Route]) -> [Target] {
        routes.filter { $0.method != .post }.compactMap { other in
            let parts = parts(other)
            if parts == made { return Target(route: other, ids: ["id": sameID, "entry_id": sameEntry]) }
            return parts == Array(made.dropLast()) ? Target(route: other, ids: ["id": sameID]) : nil
        }
    }
}
