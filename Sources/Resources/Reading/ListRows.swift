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

    /// All rows together.
    let whole: Path
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

    init(_ schema: Schema, _ source: ListSource, _ query: ListQuery, _ perspective: Perspective) {
        if case .account = source { isForeignPossible = false } else { isForeignPossible = true }
        let base = Base(schema, source, query, perspective)
        let list = query.predefined?.filter(for: perspective, talliedColumn: schema.talliedColumn)
        let filters = query.filters + (list.map { [$0] } ?? [])
        let conditions = filters.map(\.condition)
        whole = base.whole.with(conditions)
        counted = filters.isEmpty ? base.counted ?? whole : whole
        isWholeAccount = base.isOfAccount && filters.isEmpty
        let isByID = query.isByID(schema)
        isIndexed =
            base.isIndexed
            && (filters.isEmpty || filters.count == 1 && isByID && base.isOfAccount && filters[0].isIndexed)
        let merged = isByID ? filters.firstIndex { $0.ranges.count > 1 } : nil
        if isByID, !base.holders.isEmpty {
            ranges = Padding.toPowerOfTwo(base.holders.map { $0.with(conditions) })
            areDisjoint = base.holders.count == 1
        } else if base.isOfAccount, let merged {
            let others = conditions[..<merged] + conditions[(merged + 1)...]
            ranges = Padding.toPowerOfTwo(filters[merged].ranges.map { base.whole.with([$0] + others) })
            areDisjoint = filters[merged].areDisjoint
        } else {
            (ranges, areDisjoint) = ([], true)
        }
        // What is found by one value is in the order of ids already.
        let place = filters.firstIndex { $0.unindexed != nil && (!isByID || $0.isSpan) }
        guard base.isOfAccount, ranges.isEmpty, let place, let unindexed = filters[place].unindexed else {
            narrow = nil
            return
        }
        var others = conditions
        others[place] = unindexed
        narrow = Narrow(
            alone: base.whole.with([conditions[place]]), byOther: base.whole.with(others),
            isAll: conditions.count == 1)
    }

    /// The rows before any filter.
    private struct Base {
        let whole: Path
        /// What each of several holders was granted, in the order of ids.
        var holders: [Path] = []
        /// The same rows without looking at the records, where something else says how many they are.
        var counted: Path?
        /// Whether they are all the account's.
        var isOfAccount = false
        var isIndexed = true

        init(_ schema: Schema, _ source: ListSource, _ query: ListQuery, _ perspective: Perspective) {
            let table = "\(schema.kind.table) t"
            let active: [SQL] = schema.hasLifeCycle ? ["t.life_cycle = 0"] : []
            switch source {
            case .owned(let owner):
                // Records of an account hang on none.
                whole = Path(from: table, conditions: [schema.scope.condition(owner) ?? "1 = 0"], id: "t.id")
            case .related(let condition, let isIndexed):
                whole = Path(from: table, conditions: [condition] + active, id: "t.id")
                self.isIndexed = isIndexed
            case .account where perspective.seesAccount:
                whole = Path(from: table, conditions: [perspective.sees(schema.kind)] + active, id: "t.id")
                isOfAccount = true
            case .account:
                let granted = perspective.isGrant(of: schema.kind)
                if perspective.holders.count == 1 {
                    whole = Self.granted(to: perspective.holders[0], granted, table)
                    counted = Self.grants(of: perspective.holders[0], granted)
                    return
                }
                whole = Path(from: table, conditions: [perspective.wasGrantedActive(schema.kind)], id: "t.id")
                guard perspective.holders.count <= ListFilter.maximumRanges else {
                    isIndexed = false
                    return
                }
                let isFiltered = !query.filters.isEmpty || query.predefined != nil
                self.holders = perspective.holders.map { holder in
                    isFiltered ? Self.granted(to: holder, granted, table) : Self.grants(of: holder, granted)
                }
            }
        }

        /// Grants alone say which records they are.
        private static func grants(of holder: Int64, _ granted: SQL) -> Path {
            Path(from: "grants g", conditions: ["g.holder = \(holder) AND \(granted)"], id: "g.record_id")
        }

        private static func granted(to holder: Int64, _ granted: SQL, _ table: String) -> Path {
            Path(
                from: "grants g JOIN \(table) ON t.id = g.record_id",
                conditions: ["g.holder = \(holder) AND \(granted)"], id: "g.record_id")
        }
    }
}

extension ListRows.Path {
    fileprivate func with(_ more: [SQL]) -> ListRows.Path {
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
