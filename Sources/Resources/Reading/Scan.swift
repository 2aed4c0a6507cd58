import Store
import Wire

/// Steps through the rows of one page and remembers where it began and ended.
struct Scan {
    private let schema: Schema
    private let query: ListQuery
    private let list: UInt64
    private let isBackward: Bool
    private let legs: [ListOrder.Leg]
    private let columns: [String]
    private let offset: Int
    private let isForeignPossible: Bool
    private let tally: SQL?

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
    init(_ schema: Schema, _ query: ListQuery, _ rows: ListRows, list: UInt64, tally: SQL?) throws {
        self.schema = schema
        self.tally = tally
        self.query = query
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
        isForeignPossible = rows.isForeignPossible
        let order = ListOrder(schema, keys, id: rows.id)
        columns = order.columns
        if case .page(let number) = query.position, number > 1 {
            legs = [order.wholeList]
            offset = (number - 1) * query.size
        } else {
            legs = order.legs(after: start?.values)
            offset = 0
        }
    }

    /// Prints the page as a JSON array.
    mutating func print(
        _ db: Database, _ rows: ListRows, _ filters: [SQL], _ perspective: Perspective, _ cache: ReferenceCache,
        _ lookup: inout EntryLookup, into buffer: inout JSONBuffer
    ) throws {
        buffer.truncate(to: 0)
        buffer.append("[")
        (hasMore, isEmpty, total) = (false, true, nil)
        var printed = 0
        var starts: [Int] = []
        for leg in legs where !hasMore {
            var body = rows.sql(and: filters + leg.conditions)
            // The limit stands in the text: a plan made for any number of rows would sort where it should walk an index.
            body.append(" ORDER BY \(raw: leg.order) LIMIT \(raw: String(query.size - printed + 1))")
            if offset > 0 { body.append(" OFFSET \(offset)") }
            let plan = plan(body.text)
            kinds = plan.encoder.kinds
            entries = plan.encoder.entries
            try db.query(plan: plan.number, text: plan.text, values: (tally?.values ?? []) + body.values) { row in
                if let column = plan.tallyColumn, total == nil { total = row.integer(column) }
                if printed == query.size {
                    hasMore = true
                    return false
                }
                if printed > 0 { buffer.append(UInt8(ascii: ",")) }
                if isBackward { starts.append(buffer.count) }
                plan.encoder.print(row, perspective, cache, &lookup, into: &buffer)
                if printed == 0 { first = plan.cursorColumns.map { row.value($0) } }
                printed += 1
                if printed == query.size { last = plan.cursorColumns.map { row.value($0) } }
                return true
            }
        }
        isEmpty = printed == 0
        if isBackward { buffer.reverse(starts, from: 1) }
        buffer.append("]")
    }

    /// The cursors of the neighbouring pages.
    var links: (next: Cursor?, previous: Cursor?) {
        let start = Cursor(list: list, values: first)
        let end = Cursor(list: list, values: last)
        if isEmpty { return (nil, nil) }
        if isBackward { return (start, hasMore ? end : nil) }
        let isFirst = query.position == .page(1)
        return (hasMore ? end : nil, isFirst ? nil : start)
    }

    private func plan(_ body: String) -> Plan {
        let shape = PlanCache.Shape(
            schema: schema.number, fields: query.fields, isSingle: false, isForeignPossible: isForeignPossible,
            body: body, cursorColumns: columns, tally: tally?.text)
        return PlanCache.plan(shape) {
            Plan(
                RowEncoder(schema, fields: query.fields, isForeignPossible: isForeignPossible, isSingle: false),
                cursorColumns: columns, tally: tally?.text, body: body)
        }
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
