import Store

/// A resource described once, as data. Reading it, checking input, filtering, sorting, the OpenAPI document and the
/// reference pages are all derived from this.
public struct Schema: Sendable {
    /// Which rows a list or a record is taken from.
    public enum Scope: Sendable {
        /// Records of an account, seen by role or by grant.
        case account
        /// Entries that hang on a record; seen when that record is. The columns name its kind and id.
        case owned(kind: String, id: String)
        /// The same for entries that only one kind of record has; the column names its id.
        case part(of: String)
    }

    /// The plural noun, also the path: `requests`.
    public let name: String
    /// The singular noun: the kind's, unless this is a narrower view of it.
    public let noun: String
    /// The same as a sentence begins with it: `Request`.
    public var nounAtStart: String { noun.prefix(1).uppercased() + noun.dropFirst() }
    public let kind: RecordKind
    public let scope: Scope
    public let fields: [Field]
    public let predefined: [Predefined]
    /// The filters by what is no field of the record.
    public let entryFilters: [EntryFilter]
    /// The order of lists that ask for none.
    public let defaultSort: [SortKey]
    /// Whether records are archived and trashed.
    public let hasLifeCycle: Bool
    /// The field whose values totals are kept by, or nil when totals are counted.
    public let tallied: String?
    /// The reference field whose record's account an entry belongs to; nil when that is the column
    /// `account`.
    public let belongsWith: String?
    /// Fields in default collections.
    let collection: [Int]
    /// Fields of a single record.
    let readable: [Int]
    private let places: [String: Int]
    /// The fields that have a column of their own.
    let stored: [Field]
    /// A number of its own for the plan cache.
    let number: Int

    public init(
        _ name: String, kind: RecordKind, noun: String? = nil, scope: Scope = .account, sortedBy defaultSort: String,
        hasLifeCycle: Bool = false, tallied: String? = nil, belongsWith: String? = nil,
        @SchemaBuilder parts: () -> [any SchemaPart]
    ) {
        let parts = parts()
        self.name = name
        self.noun = noun ?? kind.name
        self.kind = kind
        self.scope = scope
        self.hasLifeCycle = hasLifeCycle
        self.tallied = tallied
        self.belongsWith = belongsWith
        let fields = parts.compactMap { $0 as? Field }
        self.fields = fields
        stored = fields.filter { $0.column != nil }
        predefined = parts.compactMap { $0 as? Predefined }
        entryFilters = parts.compactMap { $0 as? EntryFilter }
        places = Dictionary(fields.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
        collection = fields.indices.filter { fields[$0].isInCollection }
        readable = fields.indices.filter { fields[$0].access != .writeOnly }
        let descending = defaultSort.hasPrefix("-")
        let key = places[descending ? String(defaultSort.dropFirst()) : defaultSort] ?? 0
        self.defaultSort = [SortKey(field: key, descending: descending)]
        number = SchemaNumbers.next()
    }

    /// The place of a field by name.
    func place(_ name: String) -> Int? { places[name] }

    /// A field by name.
    public func field(_ name: String) -> Field? { places[name].map { fields[$0] } }

    /// What lists take as filters, each as a field is described.
    public var filters: [Field] {
        let account = if case .account = scope { [AccountFilter.field] } else { [Field]() }
        return fields.filter(\.isFilterable) + entryFilters.map(\.field) + account
    }

    /// The column whose values totals are kept by.
    var talliedColumn: String? { tallied.flatMap { field($0)?.column } }
}

/// One key of an order.
public struct SortKey: Sendable, Hashable {
    /// The field's place in its schema.
    let field: Int
    let descending: Bool

    var reversed: SortKey { SortKey(field: field, descending: !descending) }
}

/// What a schema consists of.
public protocol SchemaPart: Sendable {}
extension Field: SchemaPart {}
extension Predefined: SchemaPart {}

@resultBuilder
public enum SchemaBuilder {
    public static func buildExpression(_ part: some SchemaPart) -> [any SchemaPart] { [part] }
    public static func buildExpression(_ parts: [Field]) -> [any SchemaPart] { parts }
    public static func buildBlock(_ parts: [any SchemaPart]...) -> [any SchemaPart] { parts.flatMap { $0 } }
}
