import HTTPTypes
import Wire

/// An answer as a test looks at it.
struct Reply: Sendable {
    let status: Int
    let headers: HTTPFields
    let bytes: [UInt8]
    /// The JSON; null when there is no body.
    let json: JSON

    subscript(key: String) -> JSON? { json[key] }

    func header(_ name: String) -> String? { HTTPField.Name(name).flatMap { headers[$0] } }

    /// The entries of a collection.
    var items: [JSON] { json.items }

    /// The ids of a collection's entries.
    var itemIDs: [Int64] { items.compactMap { $0["id"]?.integer } }

    var total: Int? { header("X-Pagination-Total-Entries").flatMap { Int($0) } }

    /// The addresses in the `Link` header by relation, without the origin.
    var links: [String: String] {
        var links: [String: String] = [:]
        for part in (header("Link") ?? "").split(separator: ",") {
            let pieces = part.split(separator: ";")
            guard pieces.count == 2, let place = pieces[0].firstRange(of: "/v1") else { continue }
            let relation = pieces[1].split(separator: "\"")
            guard relation.count == 2 else { continue }
            links[String(relation[1])] = String(pieces[0][place.lowerBound...].dropLast())
        }
        return links
    }

    /// The fields a 422 names, in order.
    var refusedFields: [String] { (json["errors"]?.items ?? []).compactMap { $0.items.first?.text } }
}
