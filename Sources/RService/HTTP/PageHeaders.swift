import HTTPTypes
import Resources
import Web

extension HTTPField.Name {
    static let rateLimit = constant("X-RateLimit-Limit")
    static let rateRemaining = constant("X-RateLimit-Remaining")
    static let rateReset = constant("X-RateLimit-Reset")
    static let pageSize = constant("X-Pagination-Per-Page")
    static let pageNumber = constant("X-Pagination-Current-Page")
    static let pageCount = constant("X-Pagination-Total-Pages")
    static let entryCount = constant("X-Pagination-Total-Entries")
    static let countThrottled = constant("X-Pagination-Throttled")
    static let link = constant("Link")
    static let contentSecurityPolicy = constant("Content-Security-Policy")
    static let account = [
        constant("X-4me-Account"), constant("X-Xurrent-Account"), constant("X-R-Service-Account"),
    ]
    static let source = [constant("X-4me-Source"), constant("X-Xurrent-Source"), constant("X-R-Service-Source")]

    /// A name that is written in this file and therefore valid.
    private static func constant(_ name: String) -> HTTPField.Name { HTTPField.Name(name) ?? .server }
}

/// The headers of a collection (docs/protocol/general.md#pages).
enum PageHeaders {
    static func add(_ page: Page, of call: Call, to headers: inout HTTPFields) {
        headers[.pageSize] = String(page.size)
        headers[.pageNumber] = String(page.number)
        headers[.pageCount] = String(page.pages)
        headers[.entryCount] = String(page.total ?? 0)
        if page.isThrottled { headers[.countThrottled] = "true" }
        let links = links(page, of: call)
        if !links.isEmpty { headers[.link] = links.joined(separator: ", ") }
    }

    /// The most bytes of the header; proxies take no more of one.
    private static let maximumLength = 4_000
    /// The parameters that say which page of a list is meant.
    private static let paging: Set = ["page", "search_after", "search_before"]

    private static func links(_ page: Page, of call: Call) -> [String] {
        let query = page.cursorsCarryQuery ? "" : call.query.text(without: paging)
        func link(_ relation: String, _ place: String) -> String {
            let separator = query.isEmpty ? "" : "&"
            return "<\(call.origin)\(call.path)?\(query)\(separator)\(place)>; rel=\"\(relation)\""
        }
        let next = page.next.map { link("next", "page=\(page.number + 1)&search_after=\($0)") }
        let previous = page.previous.map { link("prev", "page=\(max(page.number - 1, 1))&search_before=\($0)") }
        // The first page has no cursor that could carry the query.
        let isFirst = page.previous == nil && page.number == 1
        let first = isFirst || page.cursorsCarryQuery ? nil : link("first", "page=1")
        let all = [first, previous, next].compactMap { $0 }
        if all.reduce(0, { $0 + $1.utf8.count + 2 }) <= maximumLength { return all }
        // What leads on matters most where not all fit.
        guard let next else { return previous.map { [$0] } ?? [] }
        let both = previous.map { $0.utf8.count + next.utf8.count + 2 <= maximumLength } ?? false
        return both ? [previous, next].compactMap { $0 } : [next]
    }
}
