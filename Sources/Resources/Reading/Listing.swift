import Store
import Wire

/// One page of a list, printed, with what its headers say.
public struct Page: Sendable {
    /// The JSON array.
    public let bytes: [UInt8]
    /// How many entries the whole list has.
    public let total: Int64
    /// Whether the total is a floor because counting stopped there.
    public let isThrottled: Bool
    public let size: Int
    /// The page's number, counted from 1 as the client walks.
    public let number: Int
    /// The cursor behind the last entry; nil on the last page.
    public let next: String?
    /// The cursor before the first entry; nil on the first page.
    public let previous: String?

    /// How many pages the list has.
    public var pages: Int64 { (total + Int64(size) - 1) / Int64(size) }
}

/// Reads pages of lists.
public struct Listing: Sendable {
    private let schema: Schema
    private let source: ListSource
    private let query: ListQuery
    private let perspective: Perspective
    private let cursors: CursorKey
    private let rows: ListRows
    private let total: Total

    /// How often a page is printed again because references were missing. All that are missing are loaded at once, so
    /// that it is once, unless rows with further references come in between.
    private static let maximumPrints = 16

    public init(
        _ schema: Schema, _ source: ListSource, _ query: ListQuery, for perspective: Perspective, cursors: CursorKey
    ) {
        self.schema = schema
        self.source = source
        self.query = query
        self.perspective = perspective
        self.cursors = cursors
        rows = ListRows(schema, source, perspective)
        total = Total(schema, source, query, perspective, rows.sql(and: query.filters))
    }

    /// Where this read should run: what an index answers is a few probes, anything else may scan.
    public var cost: Store.ReadCost {
        guard query.filters.isEmpty, query.order.count <= 2, let key = query.order.first else { return .open }
        if case .page(let number) = query.position, number > 1 { return .open }
        guard case .account = source else { return .flat }
        let field = schema.fields[key.field]
        if perspective.seesAccount { return field.isIndexed && schema.tallied != nil ? .flat : .open }
        // Grants are in the order of ids, for one holder.
        return perspective.holders.count == 1 && field.name == "id" ? .flat : .open
    }

    /// What this read must see: a page and its total in one statement are one state by themselves.
    public var isolation: Store.Isolation {
        guard total.tally != nil, case .page(1) = query.position,
            query.fields.allSatisfy({ schema.fields[$0].entries == nil })
        else { return .snapshot }
        return ListOrder(schema, query.order, id: rows.id).legs(after: nil).count == 1 ? .statement : .snapshot
    }

    /// Reads the page.
    /// - Throws: `Refusal.malformed` for a cursor of another list; `StoreError`.
    public func page(_ db: Database) throws -> Page {
        var scan = try Scan(schema, query, rows, list: fingerprint(total.base), tally: total.tally)
        let cache = ReferenceCache.beside(db)
        cache.prepare()
        var buffer = JSONBuffer(capacity: 16_384)
        var lookup = EntryLookup()
        var isWhole = false
        for _ in 0..<Self.maximumPrints where !isWhole {
            try scan.print(db, rows, query.filters, perspective, cache, &lookup, into: &buffer)
            let hasEntries = try lookup.resolve(db, scan.entries, perspective)
            isWhole = try !cache.resolve(db, scan.kinds) && !hasEntries
        }
        guard isWhole else {
            throw StoreError(.unavailable, "records changed faster than those they refer to could be read")
        }
        // A page without rows does not say how many there are elsewhere.
        let count = try scan.total.map { (count: $0, isThrottled: false) } ?? total.read(db)
        let links = scan.links
        return Page(
            bytes: buffer.bytes, total: count.count, isThrottled: count.isThrottled, size: query.size,
            number: query.position.page, next: links.next.map(cursors.seal), previous: links.previous.map(cursors.seal))
    }

    /// A hash of what the list is: its rows, their values and its order. FNV-1a, because it must come out the same in
    /// every process; it is not what keeps a cursor honest, the signature is.
    private func fingerprint(_ base: SQL) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        func mix(_ bytes: some Sequence<UInt8>) {
            for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        }
        mix(base.text.utf8)
        for value in base.values {
            switch value {
            case .null: mix([0])
            case .integer(let integer):
                mix([1])
                withUnsafeBytes(of: integer.littleEndian) { mix($0) }
            case .text(let text):
                mix([2])
                withUnsafeBytes(of: text.utf8.count.littleEndian) { mix($0) }
                mix(text.utf8)
            }
        }
        for key in query.order { mix([UInt8(truncatingIfNeeded: key.field), key.descending ? 1 : 0]) }
        return hash
    }
}
