import NIOCore
import Store
import Wire

/// One page of a list, printed, with what its headers say.
public struct Page: Sendable {
    /// The JSON array.
    public let bytes: ByteBuffer
    /// How many entries the whole list has; nil when counting stopped where it would have cost more than reading the
    /// page.
    public fileprivate(set) var total: Int64?
    /// Whether the total is a floor because counting stopped there.
    public fileprivate(set) var isThrottled: Bool
    public let size: Int
    /// The page's number, counted from 1 as the client walks.
    public let number: Int
    /// The cursor behind the last entry; nil on the last page.
    public let next: String?
    /// The cursor before the first entry; nil on the first page.
    public let previous: String?
    /// Whether the cursors carry the whole query, so that links hold nothing else.
    public let cursorsCarryQuery: Bool

    /// How many pages the list has.
    public var pages: Int64 { ((total ?? 0) + Int64(size) - 1) / Int64(size) }
}

/// Reads pages of lists. An object, so that handing it to where the list is read copies nothing.
public final class Listing: Sendable {
    private let schema: Schema
    private let query: ListQuery
    private let perspective: Perspective
    private let cursors: CursorKey
    private let rows: ListRows
    private let total: Total
    /// The record the list hangs on, which is looked for in the same state as the list is read; nil for a list of its
    /// own.
    private let owner: (schema: Schema, id: Int64)?

    /// How often a page is printed again because references were missing. All that are missing are loaded at once, so
    /// that it is once, unless rows with further references come in between.
    private static let maximumPrints = 16

    /// What hangs on a record, or is linked to it.
    /// - Parameters:
    ///   - owner: the record, which must be seen for the list to be read.
    ///   - source: what of it is listed.
    public convenience init(
        _ schema: Schema, of owner: (schema: Schema, id: Int64), _ query: ListQuery, for perspective: Perspective,
        cursors: CursorKey, _ source: (Seen) -> ListSource
    ) {
        // It is looked for before anything is read.
        let source = source(Seen(kind: owner.schema.kind, id: owner.id))
        self.init(schema, source, query, for: perspective, cursors: cursors, owner: owner)
    }

    /// A list that hangs on no record.
    public convenience init(
        _ schema: Schema, _ source: ListSource = .account, _ query: ListQuery, for perspective: Perspective,
        cursors: CursorKey
    ) {
        self.init(schema, source, query, for: perspective, cursors: cursors, owner: nil)
    }

    /// A list of what is seen, whatever account it belongs to. Where records of other accounts may have been granted,
    /// the database is asked first whether there are any: a list of an account alone then costs no more.
    /// - Throws: `StoreError`.
    public static func seen(
        _ schema: Schema, _ query: ListQuery, for perspective: Perspective, cursors: CursorKey, in store: Store
    ) async throws -> Listing {
        var eyes = perspective
        if perspective.seesAccount, perspective.mayHoldForeignGrants {
            eyes = try await store.read(isolation: .statement) {
                try perspective.knowingForeignGrants(of: schema.kind, $0)
            }
        }
        return Listing(schema, .account, query, for: eyes, cursors: cursors)
    }

    private init(
        _ schema: Schema, _ source: ListSource, _ query: ListQuery, for perspective: Perspective, cursors: CursorKey,
        owner: (schema: Schema, id: Int64)?
    ) {
        self.owner = owner
        self.schema = schema
        self.query = query
        self.perspective = perspective
        self.cursors = cursors
        rows = ListRows(schema, source, query, perspective)
        total = Total(schema, query, perspective, rows)
    }

    /// Where this read should run, by the way its rows are found: what an index answers is a few probes, anything else
    /// may scan or sort.
    public var cost: Store.ReadCost {
        if case .page(let number) = query.position, number > 1 { return .open }
        guard rows.isIndexed, let key = query.order.first else { return .open }
        if query.isByID(schema) { return .flat }
        // Any other order is walked by an index of the account's records, whose total is known.
        guard rows.isOfAccount, total.tally != nil, query.predefined == nil, order.followsIndex else { return .open }
        return schema.fields[key.field].isIndexed ? .flat : .open
    }

    /// What this read must see: a page and its total in one statement are one state by themselves.
    public var isolation: Store.Isolation {
        guard owner == nil, total.tally != nil, case .page(1) = query.position, rows.narrow == nil,
            query.fields.allSatisfy({ schema.fields[$0].entries == nil })
        else { return .snapshot }
        let legs = order.legs(after: nil)
        return legs.count == 1 && legs[0].groups == nil ? .statement : .snapshot
    }

    private var order: ListOrder {
        ListOrder(schema, query.order, id: rows.whole.id, ofWholeAccount: rows.isWholeAccount)
    }

    /// Reads the page from where its cost belongs. A total that is dear to count is counted where scans are.
    /// - Parameter caller: who waits.
    /// - Throws: `Refusal.notFound` when the record it hangs on is not seen; `Refusal.malformed` for a cursor of
    ///   another list; `StoreError`.
    public func read(_ store: Store, for caller: Caller) async throws -> Page {
        let cost = cost
        var page = try await store.read(
            cost: cost, isolation: isolation, for: cost == .open ? caller : nil
        ) { db in
            try self.page(db, countingTo: cost == .flat ? Limits.countedAtOnce : nil)
        }
        if page.total == nil {
            let counted = try await store.read(cost: .open, isolation: .statement, for: caller) {
                try self.total.read($0)
            }
            (page.total, page.isThrottled) = counted
        }
        return page
    }

    /// Reads the page.
    /// - Parameter few: how many entries are counted at most before the total is left to be counted elsewhere.
    /// - Throws: `Refusal.notFound` when the record it hangs on is not seen; `Refusal.malformed` for a cursor of
    ///   another list; `StoreError`.
    public func page(_ db: Database, countingTo few: Int64? = nil) throws -> Page {
        var eyes = perspective
        if let owner, let account = try Single.see(db, owner.schema, id: owner.id, for: perspective).account {
            eyes = eyes.printing(entriesOf: account)
        }
        let (way, known) = try way(db)
        var scan = try Scan(schema, query, rows, way, list: fingerprint(described), tally: total.tally)
        let cache = ReferenceCache.beside(db)
        cache.prepare()
        var buffer = JSONBuffer(capacity: 16_384)
        var lookup = EntryLookup()
        var isWhole = false
        for _ in 0..<Self.maximumPrints where !isWhole {
            try scan.print(db, eyes, cache, &lookup, into: &buffer)
            let hasEntries = try lookup.resolve(db, scan.entries, eyes)
            isWhole = try !cache.resolve(db, scan.kinds) && !hasEntries
        }
        guard isWhole else {
            throw StoreError(.unavailable, "records changed faster than those they refer to could be read")
        }
        // A page without rows does not say how many there are elsewhere.
        let count: (count: Int64?, isThrottled: Bool)
        if let read = scan.total ?? known {
            count = (read, false)
        } else {
            count = try total.read(db, few: few)
        }
        let links = scan.links
        return Page(
            bytes: buffer.withBytes { ByteBuffer(bytes: $0) }, total: count.count, isThrottled: count.isThrottled,
            size: query.size,
            number: query.position.page, next: links.next.map(cursors.seal), previous: links.previous.map(cursors.seal),
            cursorsCarryQuery: query.carried != nil)
    }

    /// The most rows that are found and sorted; where there are more, those wanted are soon met in the order of the
    /// list.
    private static let fewRows: Int64 = 2_000

    /// How the rows are found, and how many there are if that became known.
    private func way(_ db: Database) throws -> (Scan.Way, total: Int64?) {
        let (own, total) = try ownWay(db)
        guard let foreign = rows.foreign?.path else { return (own, total) }
        switch own {
        case .merged, .together: return (own, nil)
        case .inOrder(let path): return (.together(own: path, foreign: foreign, isSorted: false), nil)
        case .sorted(let path): return (.together(own: path, foreign: foreign, isSorted: true), nil)
        }
    }

    /// The same, where nothing was granted in other accounts.
    private func ownWay(_ db: Database) throws -> (Scan.Way, total: Int64?) {
        if case .page(let number) = query.position, number > 1 { return (.inOrder(rows.whole), nil) }
        if !rows.ranges.isEmpty { return (.merged, nil) }
        guard let narrow = rows.narrow else { return (.inOrder(rows.whole), nil) }
        let probe: SQL = "SELECT 1\(narrow.alone.sql()) LIMIT \(Self.fewRows + 1)"
        let count = try db.first("SELECT count(*) FROM (\(probe)) counted") { $0.integer(0) } ?? 0
        guard count <= Self.fewRows else { return (.inOrder(narrow.byOther), nil) }
        return (.sorted(rows.whole), narrow.isAll ? count : nil)
    }

    /// What the list is of. It is the same whether something was granted in other accounts or not, so that a client who
    /// walks it goes on when something is.
    private var described: SQL {
        var described = rows.whole.sql()
        for condition in query.accounts.conditions("account", own: perspective.account) where rows.isOfAccount {
            described.append(" AND \(condition)")
        }
        return described
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
