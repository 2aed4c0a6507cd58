import Store
import Wire

/// What a list was asked for, checked against its schema: everything in it exists and is allowed.
public struct ListQuery: Sendable {
    /// Places of the fields to print.
    let fields: [Int]
    /// The filters by fields.
    let filters: [ListFilter]
    /// The accounts that the records belong to.
    let accounts: AccountFilter
    /// The predefined list that the entries are of.
    let predefined: Predefined?
    /// The statuses that the filters come down to, when a tally can say the total.
    let tallied: TallySelection
    let order: [SortKey]
    let size: Int
    let position: Position
    /// The query as cursors carry it, where it is too long to stand in links.
    let carried: CarriedQuery?

    /// Where a page begins.
    enum Position: Sendable, Equatable {
        case page(Int)
        case after(Cursor, page: Int)
        case before(Cursor, page: Int)

        var page: Int {
            switch self {
            case .page(let number), .after(_, let number), .before(_, let number): number
            }
        }
    }

    /// What a tally can say about the total.
    enum TallySelection: Sendable {
        case all
        case statuses([Int64])
        case unknown
    }

    /// Whether the page is one that a link led to; else it is counted by number.
    var followsLink: Bool { if case .page = position { false } else { true } }

    /// Whether the list is in the order of ids and nothing else.
    func isByID(_ schema: Schema) -> Bool { order.first.map { $0.field == schema.place("id") } ?? false }

    /// Parameters that are not filters (docs/protocol/general.md#filters).
    public static let reserved: Set<String> = [
        "page", "per_page", "search_after", "search_before", "fields", "sort", "predefined_filter", "state", "locale",
    ]

    /// Checks parameters against a schema.
    /// - Parameters:
    ///   - predefined: the list's name from the path, if it stands there.
    ///   - parameters: the decoded query, in order.
    /// - Throws: `Refusal.malformed` that names what cannot be done; `Refusal.notFound` for an unknown list.
    public init(
        _ schema: Schema, predefined: String?, parameters: [(name: String, value: String)],
        for perspective: Perspective,
        cursors: CursorKey
    ) throws {
        var values: [String: String] = [:]
        var filters: [ListFilter] = []
        var accounts = AccountFilter.all
        var given = 0
        var unknown: [String] = []
        var refused: [String] = []
        let (position, carriedTo) = try Self.position(parameters, cursors)
        var parameters = parameters
        if let carriedTo {
            // What a cursor carries is the query of its list; what the client says itself goes first.
            let said = Set(parameters.map(\.name))
            parameters += carriedTo.parameters.filter { !said.contains($0.name) }.map { ($0.name, $0.value) }
        }
        for (name, value) in parameters {
            if Self.reserved.contains(name) {
                values[name] = value
                continue
            }
            let (key, isNegated) = name.last == "!" ? (String(name.dropLast()), true) : (name, false)
            if case .account = schema.scope, key == AccountFilter.field.name {
                let operand = try Filter.operand(of: AccountFilter.field, value, isNegated: isNegated)
                accounts.narrow(to: operand, own: perspective.accountID)
                given += operand.given
                continue
            }
            if let entries = schema.entryFilter(key) {
                filters.append(try entries.filter(Filter.operand(of: entries.field, value, isNegated: isNegated)))
                given += filters.last?.given ?? 0
                continue
            }
            guard let field = schema.filterField(key) else {
                unknown.append(key)
                continue
            }
            guard field.isFilterable else {
                refused.append(field.name)
                continue
            }
            var filter = try Filter.of(field, value, isNegated: isNegated, zone: perspective.zone)
            if field.name != schema.tallied { filter.tallied = nil }
            given += filter.given
            filters.append(filter)
            // What a record does not tell whoever looks, a filter does not tell them either.
            if case .reference(let kind) = field.type, kind.isConfidential, let told = perspective.seesAllOfAccount {
                filters.append(ListFilter(told))
            }
        }
        if given > Limits.filterSet {
            throw Refusal.malformed("At most \(Limits.filterSet) values can be filtered by")
        }
        if !unknown.isEmpty { throw Refusal.malformed("Unknown fields: " + unknown.joined(separator: ", ")) }
        if !refused.isEmpty {
            throw Refusal.malformed("Filtering not allowed on fields: " + refused.joined(separator: ", "))
        }
        var tallied: TallySelection =
            switch filters.count {
            case 0: .all
            case 1: filters[0].tallied.map { .statuses($0) } ?? .unknown
            default: .unknown
            }
        var list: Predefined?
        if let name = predefined ?? values["predefined_filter"] ?? values["state"], !name.isEmpty {
            list = schema.predefined.first { $0.name == name }
            guard let list else {
                if predefined != nil { throw Refusal.notFound }
                throw Refusal.malformed("Unknown predefined filter: \(name)")
            }
            tallied = if case .all = tallied { list.tallied.map { .statuses($0) } ?? .unknown } else { .unknown }
        }
        self.predefined = list
        self.filters = filters
        self.accounts = accounts
        self.tallied = schema.tallied == nil ? .unknown : tallied
        fields = try Self.fields(schema, values["fields"])
        order = try Self.order(schema, values["sort"])
        size = try Self.size(values["per_page"])
        self.position = position
        carried = try CarriedQuery(
            parameters, isForced: carriedTo != nil,
            values: order.reduce(0) { $0 + schema.fields[$1.field].type.cursorBytes })
    }

    private static func fields(_ schema: Schema, _ text: String?) throws -> [Int] {
        guard let text, !text.isEmpty else { return schema.collection }
        var chosen: [Int] = []
        var unknown: [String] = []
        for name in CommaList.parts(text) {
            guard let place = schema.place(name), schema.fields[place].access != .writeOnly else {
                unknown.append(name)
                continue
            }
            if !chosen.contains(place) { chosen.append(place) }
        }
        if !unknown.isEmpty { throw Refusal.malformed("Unknown fields: " + unknown.joined(separator: ", ")) }
        if let id = schema.place("id"), !chosen.contains(id) { chosen.insert(id, at: 0) }
        return chosen
    }

    private static func order(_ schema: Schema, _ text: String?) throws -> [SortKey] {
        var keys: [SortKey] = []
        var refused: [String] = []
        for part in CommaList.parts(text ?? "") {
            let descending = part.hasPrefix("-")
            let name = String(descending ? part.dropFirst() : part[...])
            guard let place = schema.sortPlace(name), schema.fields[place].isSortable else {
                refused.append(name)
                continue
            }
            // Sorting by what is always null changes nothing; sorting twice by one field neither.
            if schema.fields[place].column == nil || keys.contains(where: { $0.field == place }) { continue }
            keys.append(SortKey(field: place, descending: descending))
        }
        if !refused.isEmpty {
            throw Refusal.malformed("Sorting not allowed on fields: " + refused.joined(separator: ", "))
        }
        if keys.count > Limits.sortKeys {
            throw Refusal.malformed("At most \(Limits.sortKeys) fields can be sorted by")
        }
        if keys.isEmpty { keys = schema.defaultSort }
        guard let id = schema.place("id") else { return keys }
        if let place = keys.firstIndex(where: { $0.field == id }) { return Array(keys.prefix(place + 1)) }
        return keys + [SortKey(field: id, descending: keys.last?.descending ?? true)]
    }

    private static func size(_ text: String?) throws -> Int {
        guard let text, !text.isEmpty else { return Limits.defaultPage }
        guard let size = WholeNumber.value(of: text) else {
            throw Refusal.malformed("Parameter 'per_page' is not a number")
        }
        guard size >= 1 else { throw Refusal.malformed("Parameter 'per_page' cannot be less than 1") }
        return Int(min(size, Int64(Limits.largestPage)))
    }

    private static func position(
        _ parameters: [(name: String, value: String)], _ cursors: CursorKey
    ) throws -> (Position, CarriedQuery?) {
        var values: [String: String] = [:]
        for (name, value) in parameters where CarriedQuery.paging.contains(name) { values[name] = value }
        var page = 1
        if let text = values["page"], !text.isEmpty {
            guard let number = WholeNumber.value(of: text) else {
                throw Refusal.malformed("Parameter 'page' is not a number")
            }
            guard number >= 1 else { throw Refusal.malformed("Parameter 'page' cannot be less than 1") }
            // Beyond this the row number no longer fits the engine's integers; such a page is past every end.
            page = Int(min(number, 1 << 48))
        }
        if let text = values["search_after"], !text.isEmpty {
            if values["search_before"].map({ !$0.isEmpty }) == true {
                throw Refusal.malformed("Parameters 'search_after' and 'search_before' exclude each other")
            }
            let cursor = try cursors.open(text, parameter: "search_after")
            return (.after(cursor, page: page), cursor.query)
        }
        if let text = values["search_before"], !text.isEmpty {
            let cursor = try cursors.open(text, parameter: "search_before")
            return (.before(cursor, page: page), cursor.query)
        }
        return (.page(page), nil)
    }
}

extension Schema {
    /// The filter by entries that a name stands for; `<name>_id` is the same.
    func entryFilter(_ key: String) -> EntryFilter? {
        entryFilters.first { $0.field.name == key || $0.field.name + "_id" == key }
    }

    /// The field a filter names: by its name, by `<name>_id` for a reference, or by `ids` for the id.
    func filterField(_ key: String) -> Field? {
        if let field = field(key) { return field.access == .writeOnly ? nil : field }
        if key == "ids" { return field("id") }
        return referenceField(key)
    }

    /// The place of the field a sort names: by its name, or by `<name>_id` for a reference.
    func sortPlace(_ key: String) -> Int? { place(key) ?? referenceField(key).flatMap { place($0.name) } }

    /// The reference whose key in input this is.
    private func referenceField(_ key: String) -> Field? {
        guard key.hasSuffix("_id"), let field = field(String(key.dropLast(3))) else { return nil }
        switch field.type {
        case .reference, .absent: return field.access == .writeOnly ? nil : field
        default: return nil
        }
    }
}
