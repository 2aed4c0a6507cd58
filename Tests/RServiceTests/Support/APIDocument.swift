import Foundation
import Wire

@testable import RService

/// The server's own OpenAPI document; every answer of the suite is held against it.
enum APIDocument {
    private static let root: JSON = (try? JSON.parse(OpenAPIDocument.bytes)) ?? .null
    private static let validator = SchemaValidator(root: root)
    /// Statuses of calls that are none of the document's: unknown paths and verbs.
    private static let undescribed: Set<Int> = [400, 404, 405]

    /// What an answer has that the document does not say.
    static func complaints(_ verb: Verb, _ target: String, _ reply: Reply) -> [String] {
        guard target.hasPrefix("/v1"), let operation = operation(verb, target) else {
            let isOpen = target == "/" || target.hasPrefix("/healthz") || target.hasPrefix("/storage/")
            return isOpen || undescribed.contains(reply.status) ? [] : ["the path or verb is not described"]
        }
        guard let response = operation["responses"]?[String(reply.status)] else {
            return ["the status \(reply.status) is not described"]
        }
        if verb == .head { return [] }
        if reply.header("Content-Type") == "application/xml" {
            return response["content"]?["application/xml"] == nil ? ["XML came that is not described"] : []
        }
        guard let schema = response["content"]?["application/json"]?["schema"] else {
            return reply.bytes.isEmpty ? [] : ["a body came that is not described"]
        }
        if reply.bytes.isEmpty { return ["the body is missing"] }
        return validator.complaints(reply.json, schema, at: "$")
    }

    private static func operation(_ verb: Verb, _ target: String) -> JSON? {
        let path = String(target.prefix { $0 != "?" })
        var parts = (path.removingPercentEncoding ?? path).split(separator: "/").map(String.init)
        if let path = described(parts) { return path[verb.described] }
        guard let last = parts.popLast(), last.hasSuffix(".json") else { return nil }
        return described(parts + [String(last.dropLast(5))])?[verb.described]
    }

    private static func described(_ parts: [String]) -> JSON? {
        guard case .object(let paths)? = root["paths"] else { return nil }
        let fitting = paths.members.filter { fits(parts, $0.key.split(separator: "/").map(String.init)) }
        // A path written out wins over one with a place for a name.
        return fitting.min { $0.key.count(of: "{") < $1.key.count(of: "{") }?.value
    }

    private static func fits(_ parts: [String], _ pattern: [String]) -> Bool {
        parts.count == pattern.count
            && zip(parts, pattern).allSatisfy { part, place in
                switch place {
                case "{list}": part.allSatisfy { $0.isLetter || $0 == "_" }
                case _ where place.hasPrefix("{"): Int64(part) != nil
                default: part == place
                }
            }
    }
}

extension String {
    fileprivate func count(of character: Character) -> Int { filter { $0 == character }.count }
}
