import Store
import Wire

/// Steps through the rows of one page and remembers where it began and ended.
struct Scan {
    /// How the rows are found.
    enum Way {
        /// In the order of the list, by whatever index the engine finds.
        case inOrder(ListRows.Path)
        /// From ranges, each of which is in the order of ids.
        case merged
        /// All of few, sorted.
        case sorted(ListRows.Path)
        /// Those of the account, and those of others, each as far as a page needs them and in the order of the list.
        /// - Parameter isSorted: whether those of the account are few, and sorted.
        case together(own: ListRows.Path, foreign: ListRows.Path, isSorted: Bool)

        /// Where the rows are, unless they are merged by their ids.
        var paths: [ListRows.Path] {
            switch self {
            case .inOrder(let path), .sorted(let path): [path]
            case .merged: []
            case .together(let own, let foreign, _): [own, foreign]
            }
        }
    }

    let schema: Schema
    let query: ListQuery
    let rows: ListRows
    private let list: UInt64
    let way: Way
    let isBackward: Bool
    private let legs: [ListOrder.Leg]
    let start: [SQLValue]?
    let columns: [String]
    private let offset: Int
    let tally: SQL?

    /// How many rows the list has, where that was read beside them.
    private(set) var total: Int64?
    private var first: [SQLValue] = []
    private var last: [SQLValue] = []
    private var hasMore = false
    private var isEmpty = true
    /// The kinds of records that the printed rows refer to.
    private(set) var kinds: [RecordKind] = []
    /// The to-many fields of the printed rows.
    private(set) var entries: [Entries] = []

    /// - Parameter tally: the total as an expression, to be read with the rows in one trip.
    init(
        _ schema: Schema, _ query: ListQuery, _ rows: ListRows, _ way: Way, list: UInt64, tally: SQL?
    ) throws {
        self.schema = schema
        self.tally = tally
        self.query = query
        self.rows = rows
        self.way = way
        self.list = list
        let keys: [SortKey]
        let start: Cursor?
        switch query.position {
        case .page: (keys, start, isBackward) = (query.order, nil, false)
        case .after(let cursor, _): (keys, start, isBackward) = (query.order, cursor, false)
        case .before(let cursor, _): (keys, start, isBackward) = (query.order.map(\.reversed), cursor, true)
        }
        if let start, start.list != list || start.values.count != keys.count {
            let name = isBackward ? "search_before" : "search_after"
            throw Refusal.malformed("Parameter '\(name)' is not a cursor of this list")
        }
        self.start = start?.values
        let order = ListOrder(schema, keys, id: rows.whole.id, ofWholeAccount: rows.isWholeAccount)
        switch way {
        case .inOrder, .together(_, _, false): legs = order.legs(after: start?.values)
        case .sorted, .together(_, _, true): legs = [order.sorted(after: start?.values)]
        case .merged: legs = [ListOrder.Leg(conditions: [], order: [])]
        }
        columns = if case .merged = way { ["p.id"] } else { order.columns }
        offset = if case .page(let number) = query.position { (number - 1) * query.size } else { 0 }
    }

    /// Prints the page as a JSON array.
    mutating func print(
        _ db: Database, _ perspective: Perspective, _ cache: ReferenceCache, _ lookup: inout EntryLookup,
        into buffer: inout JSONBuffer
    ) throws {
        buffer.truncate(to: 0)
        buffer.append("[")
        (hasMore, isEmpty, total) = (false, true, nil)
        var printed = 0
        var starts: [Int] = []
        var skipped = offset
        let size = query.size
        // Pages that are counted by number are all of one size; where a link leads, there are fewer rows when they are
        // long.
        let mostBytes = query.followsLink ? Limits.pageBytes : .max
        func rows(_ leg: ListOrder.Leg, skipping offset: Int) throws {
            let body = body(leg, limit: Self.limit(size - printed + 1), offset: offset, db.dialect)
            let plan = plan(body.text)
            kinds = plan.encoder.kinds
            entries = plan.encoder.entries
            try db.query(plan: plan.number, text: plan.text, values: (tally?.values ?? []) + body.values) { row in
                if let column = plan.tallyColumn, total == nil { total = row.integer(column) }
                if printed == size || printed > 0 && buffer.count >= mostBytes {
                    hasMore = true
                    return false
                }
                if printed > 0 { buffer.append(UInt8(ascii: ",")) }
                if isBackward { starts.append(buffer.count) }
                plan.encoder.print(row, perspective, cache, &lookup, into: &buffer)
                if printed == 0 { first = plan.cursorColumns.map { row.value($0) } }
                printed += 1
                if printed == size || printed > 0 && buffer.count >= mostBytes {
                    last = plan.cursorColumns.map { row.value($0) }
                }
                return true
            }
        }
        // The rows of one value after the other.
        func walk(_ groups: ListOrder.Groups) throws {
            if let start = groups.start {
                try rows(groups.leg(of: start.value, after: start.id), skipping: 0)
            }
            var value = groups.start?.value
            while !hasMore, let next = try groups.next(after: value, way.paths, db) {
                value = next
                try rows(groups.leg(of: next, after: nil), skipping: 0)
            }
        }
        for (number, leg) in legs.enumerated() where !hasMore {
            if offset == 0, let groups = leg.groups {
                try walk(groups)
            } else {
                try rows(leg, skipping: skipped)
            }
            if skipped > 0, number + 1 < legs.count {
                // A page behind this scan has all its rows behind it; else the page has begun.
                skipped = printed > 0 ? 0 : skipped - (try count(leg, db))
            }
        }
        isEmpty = printed == 0
        if isBackward { buffer.reverse(starts, from: 1) }
        buffer.append("]")
    }

    /// The cursors of the neighbouring pages.
    var links: (next: Cursor?, previous: Cursor?) {
        let start = Cursor(list: list, values: first, query: query.carried)
        let end = Cursor(list: list, values: last, query: query.carried)
        if isEmpty { return (nil, nil) }
        if isBackward { return (start, hasMore ? end : nil) }
        let isFirst = query.position == .page(1)
        return (hasMore ? end : nil, isFirst ? nil : start)
    }
}

extension JSONBuffer {
    /// Puts the entries that begin at `starts`, separated by commas, into reverse order.
    fileprivate mutating func reverse(_ starts: [Int], from start: Int) {
        guard starts.count > 1 else { return }
        let entries = withBytes { bytes in
            starts.indices.reversed().map { index in
                let end = index + 1 < starts.count ? starts[index + 1] - 1 : bytes.count
                return [UInt8](bytes[starts[index]..<end])
            }
        }
        truncate(to: start)
        for (index, entry) in entries.enumerated() {
            if index > 0 { append(UInt8(ascii: ",")) }
            append(entry)
        }
    }
}
