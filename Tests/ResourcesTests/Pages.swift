import NIOCore
import ServiceDesk
import Store
import Wire

@testable import Resources

/// A list as a client walks it.
struct Pages {
    let store: Store
    let schema: Schema
    let source: ListSource
    let perspective: Perspective
    var parameters: [(name: String, value: String)] = []

    init(
        _ store: Store, _ schema: Schema, _ source: ListSource = .account, for perspective: Perspective,
        _ parameters: [(String, String)] = []
    ) {
        self.store = store
        self.schema = schema
        self.source = source
        self.perspective = perspective
        self.parameters = parameters.map { (name: $0, value: $1) }
    }

    /// The listing of one page.
    func listing(_ more: [(String, String)] = []) throws -> Listing {
        let query = try ListQuery(
            schema, predefined: nil, parameters: parameters + more.map { (name: $0, value: $1) }, for: perspective,
            cursors: Office.key)
        return Listing(schema, source, query, for: perspective, cursors: Office.key)
    }

    /// One page.
    func page(_ more: [(String, String)] = []) async throws -> Page {
        let listing = try listing(more)
        return try await store.read { try listing.page($0) }
    }

    /// All pages from the first on, by `next`.
    func forward(size: Int) async throws -> [Page] {
        var pages = [try await page([("per_page", "\(size)")])]
        while let next = pages.last?.next, pages.count < 200 {
            pages.append(
                try await page([
                    ("per_page", "\(size)"), ("search_after", next), ("page", "\(pages.count + 1)"),
                ]))
        }
        return pages
    }

    /// All pages back from the last one, by `previous`, in the order of the list.
    func backward(from last: Page?) async throws -> [Page] {
        guard let last else { return [] }
        var pages = [last]
        while let previous = pages[0].previous, pages.count < 200 {
            pages.insert(
                try await page([
                    ("per_page", "\(last.size)"), ("search_before", previous), ("page", "\(pages[0].number - 1)"),
                ]), at: 0)
        }
        return pages
    }
}

extension Page {
    /// The records, as JSON.
    var records: [JSON] {
        get throws { try JSON.parse(Array(buffer: bytes)).items }
    }

    /// Their ids.
    var ids: [Int64] {
        get throws { try records.compactMap { $0["id"]?.integer } }
    }
}

/// The rows of a table as they are stored, by field, to compare lists with.
struct Reference: Sendable {
    let id: Int64
    let values: [String: SQLValue]

    subscript(field: String) -> SQLValue { values[field] ?? .null }

    static func all(_ office: Office, _ schema: Schema) async throws -> [Reference] {
        let stored = schema.stored
        let columns = stored.map { $0.column ?? $0.name }.joined(separator: ", ")
        let rows = try await office.rows(
            "SELECT \(raw: columns) FROM \(raw: schema.kind.table) ORDER BY id", columns: Int32(stored.count))
        return rows.map { row in
            let values = Dictionary(zip(stored.map(\.name), row), uniquingKeysWith: { first, _ in first })
            return Reference(id: values["id"]?.integer ?? 0, values: values)
        }
    }

    /// Whether one comes before another by `sort`, nulls largest, and by id in the direction of the last key.
    static func isOrdered(_ left: Reference, _ right: Reference, by sort: String) -> Bool {
        var keys = sort.split(separator: ",").map { ($0.hasPrefix("-"), String($0.drop { $0 == "-" })) }
        keys.append((keys.last?.0 ?? true, "id"))
        for (descending, name) in keys {
            let (a, b) = descending ? (right[name], left[name]) : (left[name], right[name])
            if isSmaller(a, b) { return true }
            if isSmaller(b, a) { return false }
        }
        return false
    }

    private static func isSmaller(_ left: SQLValue, _ right: SQLValue) -> Bool {
        switch (left, right) {
        case (.null, _): false
        case (_, .null): true
        case (.integer(let left), .integer(let right)): left < right
        case (.text(let left), .text(let right)): left.utf8.lexicographicallyPrecedes(right.utf8)
        default: false
        }
    }
}
