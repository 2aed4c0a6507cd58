import Store

/// The order of a list as SQL. Null counts as the largest value. A list by one indexed field is read as at most two
/// range scans of its index (the rows with a value, the rows without), because an engine cannot walk an index in the
/// order "value, then nulls last"; that is what keeps any page as cheap as the first (DESIGN §4).
struct ListOrder {
    /// One scan: what it adds to WHERE, and its ORDER BY.
    struct Leg {
        let conditions: [SQL]
        let order: String
    }

    private struct Key {
        let column: String
        let isNullable: Bool
        let descending: Bool
    }

    private let keys: [Key]

    init(_ schema: Schema, _ order: [SortKey], id: String) {
        keys = order.map { key in
            let field = schema.fields[key.field]
            return Key(
                column: field.name == "id" ? id : "t.\(field.column ?? "id")", isNullable: field.isNullable,
                descending: key.descending)
        }
    }

    /// The columns whose values make a cursor.
    var columns: [String] { keys.map(\.column) }

    /// The scans from the start of the list, for pages counted by number.
    var wholeList: Leg {
        let parts = keys.flatMap { key -> [String] in
            let direction = key.descending ? " DESC" : ""
            let value = key.column + direction
            return key.isNullable ? ["(\(key.column) IS NULL)\(direction)", value] : [value]
        }
        return Leg(conditions: [], order: parts.joined(separator: ", "))
    }

    /// The scans that follow a place, or begin the list when there is none.
    func legs(after values: [SQLValue]?) -> [Leg] {
        if keys.count == 2, keys[0].isNullable, keys[0].descending == keys[1].descending { return twoScans(values) }
        guard let values else { return [wholeList] }
        return [Leg(conditions: [after(values)], order: wholeList.order)]
    }

    private func twoScans(_ values: [SQLValue]?) -> [Leg] {
        let (field, id) = (keys[0], keys[1])
        let direction = field.descending ? " DESC" : ""
        let sign = field.descending ? "<" : ">"
        let isPast = values.map { $0[0].isNull != field.descending } ?? false
        var valued = [SQL(text: "\(field.column) IS NOT NULL")]
        var blank = [SQL(text: "\(field.column) IS NULL")]
        if let values {
            if values[0].isNull {
                blank.append(SQL(text: "\(id.column) \(sign) ?", values: [values[1]]))
            } else {
                valued = [SQL(text: "(\(field.column), \(id.column)) \(sign) (?, ?)", values: values)]
            }
        }
        let withValue = Leg(
            conditions: valued, order: "\(field.column)\(direction), \(id.column)\(direction)")
        let without = Leg(conditions: blank, order: "\(id.column)\(direction)")
        let legs = field.descending ? [without, withValue] : [withValue, without]
        // A place in the second scan has the first behind it.
        return isPast ? [legs[1]] : legs
    }

    /// "After this place in the order", written out key by key: past the first, or equal in it and past the second, …
    private func after(_ values: [SQLValue]) -> SQL {
        if keys.allSatisfy({ !$0.isNullable && $0.descending == keys[0].descending }) {
            let sign = keys[0].descending ? "<" : ">"
            if keys.count == 1 { return SQL(text: "\(keys[0].column) \(sign) ?", values: values) }
            let columns = keys.map(\.column).joined(separator: ", ")
            let marks = keys.map { _ in "?" }.joined(separator: ", ")
            return SQL(text: "(\(columns)) \(sign) (\(marks))", values: values)
        }
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
