import Store

/// The rows of a list, and how an engine finds them.
struct ListRows {
    /// One way to rows: FROM and WHERE, and what the id is called there.
    struct Path {
        let from: String
        var conditions: [SQL]
        let id: String

        /// ` FROM … WHERE …` with all values.
        func sql(and more: [SQL] = []) -> SQL {
            var sql = SQL(text: " FROM \(from)")
            for (index, condition) in (conditions + more).enumerated() {
                sql.append(SQL(text: index == 0 ? " WHERE " : " AND "))
                sql.append(condition)
            }
            return sql
        }
    }

    /// All rows together; of who sees an account and was granted something in others, those of the account.
    let whole: Path
    /// What was granted in other accounts to who sees this one. No such row is in `whole`.
    let foreign: Foreign?
    /// The same rows as ranges of indexes, each in the order of ids; empty unless the list is in that order and has
    /// several.
    let ranges: [Path]
    /// Whether no row is in two of the ranges.
    let areDisjoint: Bool
    /// Whether rows may belong to another account than the call works in.
    let isForeignPossible: Bool
    /// Whether an index finds just these rows in the order of ids.
    let isIndexed: Bool
    /// Whether they are all records of an account.
    let isWholeAccount: Bool
    /// Whether they are the account's for who sees all of it.
    let isOfAccount: Bool
    /// The rows as their total is counted.
    let counted: Path
    /// A filter that an index answers, but not in the order of the list, if there is one.
    let narrow: Narrow?

    /// What an index finds that is not in the order of the list: worth sorting when it is little.
    struct Narrow {
        /// All rows the index finds, whatever else is asked.
        let alone: Path
        /// The rows of the list, so that this index is not used.
        let byOther: Path
        /// Whether nothing else is asked.
        let isAll: Bool
    }

    /// Rows of other accounts, by the grants that show them.
    struct Foreign {
        let path: Path
        /// Statements that count them.
        let counted: SQL
    }

    init(_ schema: Schema, _ source: ListSource, _ query: ListQuery, _ perspective: Perspective) {
        let list = query.predefined?.filter(for: perspective, talliedColumn: schema.talliedColumn)
        let filters = query.filters + (list.map { [$0] } ?? [])
        let isByID = query.isByID(schema)
        if case .account = source, let place = filters.firstIndex(where: { $0.found != nil }),
            let found = filters[place].found
        {
            self = ListRows(schema, found, filters, except: place, query.accounts, perspective)
            return
        }
        let base = Base(schema, source, query, perspective, isFiltered: !filters.isEmpty)
        let conditions = filters.map(\.condition)
        whole = base.whole.with(conditions)
        isForeignPossible = base.isForeignPossible
        isOfAccount = base.isOfAccount
        counted = filters.isEmpty ? base.counted ?? whole : whole
        isWholeAccount = base.isOfAccount && filters.isEmpty
        // What is found by one value is in the order of ids already.
        let place = filters.firstIndex { $0.unindexed != nil && (!isByID || $0.isSpan) }
        let merged = isByID ? filters.firstIndex { $0.ranges.count > 1 } : nil
        var ranges: [Path] = []
        var areDisjoint = true
        if isByID, !base.holders.isEmpty, !base.isOfAccount {
            ranges = Padding.toPowerOfTwo(base.holders.map { $0.with(conditions) })
            areDisjoint = base.holders.count == 1
        } else if base.isOfAccount, let merged {
            let others = conditions[..<merged] + conditions[(merged + 1)...]
            ranges = Padding.toPowerOfTwo(filters[merged].ranges.map { base.whole.with([$0] + others) })
            areDisjoint = filters[merged].areDisjoint
        }
        if let place, base.isOfAccount, ranges.isEmpty, let unindexed = filters[place].unindexed {
            var others = conditions
            others[place] = unindexed
            narrow = Narrow(
                alone: base.whole.with([conditions[place]]), byOther: base.whole.with(others),
                isAll: conditions.count == 1)
        } else {
            narrow = nil
        }
        let isFoundByID =
            base.isIndexed
            && (filters.isEmpty || filters.count == 1 && isByID && base.isOfAccount && filters[0].isIndexed)
        guard let foreign = base.foreign else {
            self.foreign = nil
            (self.ranges, self.areDisjoint, isIndexed) = (ranges, areDisjoint, isFoundByID)
            return
        }
        let path = Path(from: "\(schema.kind.table) t", conditions: [foreign.records] + conditions, id: "t.id")
        self.foreign = Foreign(
            path: path, counted: filters.isEmpty ? foreign.counted : "SELECT 1\(path.sql())")
        // The account's own are one more range, or several, beside those of the holders.
        let own = ranges.isEmpty ? [whole] : ranges
        let canMerge = isByID && narrow == nil && own.count + base.holders.count <= ListFilter.maximumRanges
        self.ranges =
            canMerge && !base.holders.isEmpty
            ? Padding.toPowerOfTwo(own + base.holders.map { $0.with(conditions) }) : []
        self.areDisjoint = false
        isIndexed = isFoundByID && filters.isEmpty && query.accounts.isOpen && !self.ranges.isEmpty
    }

    /// The rows that entries lead to which name one person.
    private init(
        _ schema: Schema, _ found: EntryFilter.Found, _ filters: [ListFilter], except place: Int,
        _ accounts: AccountFilter, _ perspective: Perspective
    ) {
        // Who is named sees the record.
        let isOneself = found.person == perspective.person
        var conditions = filters.indices.filter { $0 != place }.map { filters[$0].condition }
        if !isOneself { conditions.append(perspective.sees(schema.kind)) }
        if !accounts.isOpen { conditions += accounts.conditions("t.account", own: perspective.account) }
        // A cross join is not turned round: the entries come first.
        whole = Path(
            from: "\(found.from) CROSS JOIN \(schema.kind.table) t",
            conditions: [found.condition, "t.id = \(raw: found.id)"] + conditions, id: found.id)
        counted =
            conditions.isEmpty ? Path(from: found.from, conditions: [found.condition], id: found.id) : whole
        isIndexed = conditions.isEmpty
        (foreign, ranges, areDisjoint, narrow) = (nil, [], true, nil)
        (isForeignPossible, isOfAccount, isWholeAccount) = (true, false, false)
    }
}

extension ListRows.Path {
    /// The same with more.
    func with(_ more: [SQL]) -> ListRows.Path {
        if more.isEmpty { return self }
        var path = self
        path.conditions += more
        return path
    }
}

extension ListRows {
    /// The ids in ranges as one SELECT in their order, each id once.
    /// - Parameters:
    ///   - condition: what further holds in each range, by the name of its id.
    ///   - limit: how many ids are wanted, as a number in the text.
    func merged(_ dialect: Dialect, isDescending: Bool, limit: Int, and condition: (String) -> SQL?) -> SQL {
        let order = " ORDER BY 1\(isDescending ? " DESC" : "")"
        var merged = SQL(text: "")
        for (number, range) in ranges.enumerated() {
            let rows = range.sql(and: condition(range.id).map { [$0] } ?? [])
            if number > 0 { merged.append(" UNION ") }
            if dialect.mergesLazily {
                merged.append("SELECT \(raw: range.id) AS id\(rows)")
            } else {
                merged.append(
                    """
                    SELECT id FROM (SELECT \(raw: range.id) AS id\(rows)\(raw: order) LIMIT \(raw: String(limit))) \
                    a\(raw: String(number))
                    """)
            }
        }
        merged.append("\(raw: order) LIMIT \(raw: String(limit))")
        return merged
    }
}
