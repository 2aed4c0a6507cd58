import Store

/// The order of a list as SQL. Null counts as the largest value. A list by one indexed field is read as at most two
/// range scans of its index (the rows with a value, the rows without), because an engine cannot walk an index in the
/// order "value, then nulls last"; that is what keeps any page as cheap as the first.
struct ListOrder {
    /// One scan: what it adds to WHERE, and its ORDER BY.
    struct Leg {
        let conditions: [SQL]
        let order: [Term]
        /// How an index finds the same rows where it cannot be walked in this order.
        var groups: Groups?

        /// What follows ORDER BY.
        var orderBy: String { order.map { $0.expression + $0.direction }.joined(separator: ", ") }
    }

    /// One key of an ORDER BY.
    struct Term {
        let expression: String
        let direction: String
    }

    /// Rows with a value in a column, of which those with one value run against the order of the values. An index finds
    /// the values one after the other, and the rows of each in either direction.
    struct Groups {
        fileprivate let field: Key
        fileprivate let id: Key
        /// The place they follow, if they do not begin the list.
        let start: (value: SQLValue, id: SQLValue)?

        /// The next value that rows found in one of some ways have, or nil behind the last.
        func next(after value: SQLValue?, _ paths: [ListRows.Path], _ db: Database) throws -> SQLValue? {
            let column = field.column
            let bound =
                value.map { SQL(text: "\(column) \(field.sign) ?", values: [$0]) } ?? "\(raw: column) IS NOT NULL"
            func next(_ path: ListRows.Path) -> SQL {
                """
                SELECT \(raw: column) AS k0\(path.sql(and: [bound])) \
                ORDER BY \(raw: column)\(raw: field.direction) LIMIT 1
                """
            }
            if paths.count == 1 { return try db.first(next(paths[0])) { $0.value(0) } }
            var all = SQL(text: "")
            for (number, path) in paths.enumerated() {
                if number > 0 { all.append(" UNION ALL ") }
                all.append("SELECT k0 FROM (\(next(path))) a\(raw: String(number))")
            }
            return try db.first("\(all) ORDER BY k0\(raw: field.direction) LIMIT 1") { $0.value(0) }
        }

        /// The rows with one value, or those of them behind an id.
        func leg(of value: SQLValue, after start: SQLValue?) -> Leg {
            var conditions = [SQL(text: "\(field.column) = ?", values: [value])]
            if let start { conditions.append(SQL(text: "\(id.column) \(id.sign) ?", values: [start])) }
            return Leg(conditions: conditions, order: [id.term])
        }
    }

    fileprivate struct Key {
        let column: String
        let isNullable: Bool
        let descending: Bool

        var direction: String { descending ? " DESC" : "" }
        let isText: Bool
        /// The column as no index knows it.
        var unindexed: String { isText ? "(\(column) || '')" : "(\(column) + 0)" }
        var term: Term { Term(expression: column, direction: direction) }
        /// Whether there is no value, which is more than any.
        var isBlank: Term { Term(expression: "(\(column) IS NULL)", direction: direction) }
        /// What a value past another is.
        var sign: String { descending ? "<" : ">" }
    }

    private let keys: [Key]
    /// Whether values are found by an index, and all rows of each are wanted.
    private let findsValues: Bool

    /// - Parameter isWholeAccount: whether the list is of all records of an account.
    init(_ schema: Schema, _ order: [SortKey], id: String, ofWholeAccount isWholeAccount: Bool) {
        findsValues = isWholeAccount && order.first.map { schema.fields[$0.field].isIndexed } ?? false
        keys = order.map { key in
            let field = schema.fields[key.field]
            let column = field.name == "id" ? id : "t.\(field.column ?? "id")"
            return Key(
                column: column, isNullable: field.isNullable, descending: key.descending, isText: field.type.isText)
        }
    }

    /// The columns whose values make a cursor.
    var columns: [String] { keys.map(\.column) }

    /// Whether an index by the first key and the id is walked as it lies: the id may not run against the field.
    var followsIndex: Bool { keys.count <= 2 && keys.allSatisfy { $0.descending == keys[0].descending } }

    private var wholeList: Leg {
        Leg(conditions: [], order: keys.flatMap { $0.isNullable ? [$0.isBlank, $0.term] : [$0.term] })
    }

    /// The scans that follow a place, or begin the list when there is none.
    func legs(after values: [SQLValue]?) -> [Leg] {
        if keys.count == 2, keys[0].isNullable { return twoScans(values) }
        var leg = wholeList
        if let values { leg = Leg(conditions: [after(values)], order: leg.order) }
        leg.groups = groups(after: values)
        return [leg]
    }

    private func groups(after values: [SQLValue]?) -> Groups? {
        guard findsValues, keys.count == 2, keys[0].descending != keys[1].descending else { return nil }
        return Groups(field: keys[0], id: keys[1], start: values.map { ($0[0], $0[1]) })
    }

    /// The rows that follow a place, or all, so that no index is thought to give the order.
    func sorted(after values: [SQLValue]?) -> Leg {
        let terms = keys.flatMap { key in
            (key.isNullable ? [key.isBlank] : []) + [Term(expression: key.unindexed, direction: key.direction)]
        }
        return Leg(conditions: values.map { [after($0)] } ?? [], order: terms)
    }

    private func twoScans(_ values: [SQLValue]?) -> [Leg] {
        let (field, id) = (keys[0], keys[1])
        let isPast = values.map { $0[0].isNull != field.descending } ?? false
        var valued = [SQL(text: "\(field.column) IS NOT NULL")]
        var blank = [SQL(text: "\(field.column) IS NULL")]
        if let values {
            if values[0].isNull {
                blank.append(SQL(text: "\(id.column) \(id.sign) ?", values: [values[1]]))
            } else {
                valued = [pair(field, id, values)]
            }
        }
        let withValue = Leg(
            conditions: valued, order: [field.term, id.term],
            groups: groups(after: values.flatMap { $0[0].isNull ? nil : $0 }))
        let without = Leg(conditions: blank, order: [id.term])
        let legs = field.descending ? [without, withValue] : [withValue, without]
        // A place in the second scan has the first behind it.
        return isPast ? [legs[1]] : legs
    }

    /// Past a place by two keys that are not null.
    private func pair(_ first: Key, _ second: Key, _ values: [SQLValue]) -> SQL {
        if first.descending == second.descending {
            return SQL(text: "(\(first.column), \(second.column)) \(first.sign) (?, ?)", values: values)
        }
        // The first bound is one that an index answers.
        return SQL(
            text: """
                \(first.column) \(first.sign)= ? AND (\(first.column) \(first.sign) ? \
                OR \(second.column) \(second.sign) ?)
                """, values: [values[0], values[0], values[1]])
    }

    /// "After this place in the order", written out key by key: past the first, or equal in it and past the second, …
    private func after(_ values: [SQLValue]) -> SQL {
        if keys.allSatisfy({ !$0.isNullable && $0.descending == keys[0].descending }) {
            let sign = keys[0].sign
            if keys.count == 1 { return SQL(text: "\(keys[0].column) \(sign) ?", values: values) }
            let columns = keys.map(\.column).joined(separator: ", ")
            let marks = keys.map { _ in "?" }.joined(separator: ", ")
            return SQL(text: "(\(columns)) \(sign) (\(marks))", values: values)
        }
        if keys.count == 2, !keys[0].isNullable, !keys[1].isNullable { return pair(keys[0], keys[1], values) }
        var alternatives: [SQL] = []
        for place in keys.indices {
            guard let past = past(keys[place], values[place]) else { continue }
            let equal = zip(keys, values).prefix(place).map { equals($0, $1) }
            let all = equal + [past]
            alternatives.append(
                SQL(text: all.map(\.text).joined(separator: " AND "), values: all.flatMap(\.values)))
        }
        guard !alternatives.isEmpty else { return "0 = 1" }
        return SQL(
            text: "(\(alternatives.map { "(\($0.text))" }.joined(separator: " OR ")))",
            values: alternatives.flatMap(\.values))
    }

    private func past(_ key: Key, _ value: SQLValue) -> SQL? {
        switch (value.isNull, key.descending) {
        case (true, false): nil
        case (true, true): SQL(text: "\(key.column) IS NOT NULL")
        case (false, true): SQL(text: "\(key.column) < ?", values: [value])
        case (false, false):
            SQL(
                text: key.isNullable ? "(\(key.column) > ? OR \(key.column) IS NULL)" : "\(key.column) > ?",
                values: [value])
        }
    }

    private func equals(_ key: Key, _ value: SQLValue) -> SQL {
        value.isNull
            ? SQL(text: "\(key.column) IS NULL") : SQL(text: "\(key.column) = ?", values: [value])
    }
}
