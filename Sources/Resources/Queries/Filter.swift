import Store
import Wire

/// One filter: the operator that stands at the head of its value (docs/protocol/general.md#filters), and the operands.
enum Filter {
    private enum Comparison: String {
        case less = "<"
        case lessOrEqual = "<="
        case greater = ">"
        case greaterOrEqual = ">="
    }

    /// What is asked for of something that is no column of the record.
    enum Operand {
        case blank
        case present
        case oneOf([SQLValue])
        case noneOf([SQLValue])

        /// How many values the client gave.
        var given: Int {
            switch self {
            case .blank, .present: 0
            case .oneOf(let values), .noneOf(let values): values.count
            }
        }
    }

    /// What a filter parameter stands for where its field is no column.
    static func operand(of field: Field, _ value: String, isNegated: Bool) throws -> Operand {
        let (text, negated) = head(value, isNegated)
        if text.isEmpty { return negated ? .present : .blank }
        if !negated, let sign = text.first, sign == "<" || sign == ">" { throw unsupported(field, String(sign)) }
        let values = distinct(try values(field, text, negated))
        return negated ? .noneOf(values) : .oneOf(values)
    }

    /// What a filter parameter stands for.
    static func of(_ field: Field, _ value: String, isNegated: Bool, zone: Zone) throws -> ListFilter {
        let (text, negated) = head(value, isNegated)
        if text.isEmpty { return presence(field, negated) }
        if !negated, let comparison = try comparisons(field, text, zone) { return comparison }
        return try membership(field, text, negated, zone)
    }

    /// The operands, and whether those that are equal are left out.
    private static func head(_ value: String, _ isNegated: Bool) -> (Substring, isNegated: Bool) {
        var text = value[...]
        var negated = isNegated
        if !negated, text.first == "!" {
            negated = true
            text = text.dropFirst()
        }
        // `f=!=v` says the same as `f=!v`.
        if negated, text.first == "=" { text = text.dropFirst() }
        return (text, negated)
    }

    private static func presence(_ field: Field, _ present: Bool) -> ListFilter {
        ListFilter(SQL(text: "\(column(field)) IS \(present ? "NOT " : "")NULL"))
    }

    /// `<v`, `>=v`, and ranges such as `>a<b`.
    private static func comparisons(_ field: Field, _ text: Substring, _ zone: Zone) throws -> ListFilter? {
        guard text.first == "<" || text.first == ">" else { return nil }
        var rest = text
        var pieces: [SQL] = []
        while let (comparison, operand, remainder) = nextComparison(rest) {
            guard field.type.isOrdered else { throw unsupported(field, comparison.rawValue) }
            pieces.append(try compare(field, comparison, operand, zone))
            rest = remainder
        }
        guard rest.isEmpty, pieces.count <= 2 else { throw unparsable(field, String(text)) }
        func bounds(_ column: String) -> SQL {
            SQL(
                text: pieces.map { "\(column) \($0.text)" }.joined(separator: " AND "), values: pieces.flatMap(\.values)
            )
        }
        return span(field, bounds)
    }

    private static func nextComparison(_ text: Substring) -> (Comparison, String, Substring)? {
        guard let sign = text.first, sign == "<" || sign == ">" else { return nil }
        var rest = text.dropFirst()
        var name = String(sign)
        if rest.first == "=" {
            name += "="
            rest = rest.dropFirst()
        }
        let operand = rest.prefix { $0 != "<" && $0 != ">" }
        return Comparison(rawValue: name).map { ($0, String(operand), rest.dropFirst(operand.count)) }
    }

    private static func compare(
        _ field: Field, _ comparison: Comparison, _ operand: String, _ zone: Zone
    ) throws -> SQL {
        guard let bounds = FilterValue.bounds(field, operand, zone) else { throw unparsable(field, operand) }
        // A time is printed cut to the second, so a second is compared as a whole.
        let (sign, bound) =
            switch comparison {
            case .less: ("<", bounds.lowerBound)
            case .lessOrEqual: ("<=", bounds.upperBound)
            case .greater: (">", bounds.upperBound)
            case .greaterOrEqual: (">=", bounds.lowerBound)
            }
        return SQL(text: "\(sign) ?", values: [.integer(bound)])
    }

    /// `v`, `!v`, `a,b`, `!a,b`.
    private static func membership(
        _ field: Field, _ text: Substring, _ negated: Bool, _ zone: Zone
    ) throws -> ListFilter {
        let items = try items(field, text, negated)
        let column = column(field)
        switch field.type {
        case .timestamp, .target:
            guard let bounds = FilterValue.bounds(field, items[0], zone) else { throw unparsable(field, items[0]) }
            func inside(_ column: String) -> SQL {
                "\(raw: column) BETWEEN \(bounds.lowerBound) AND \(bounds.upperBound)"
            }
            if negated { return ListFilter("(\(raw: column) IS NULL OR NOT \(inside(column)))") }
            return span(field, inside)
        default:
            let set = distinct(try values(field, items))
            var filter = membership(field, column, of: set, negated)
            filter.given = items.count
            if !negated { filter.tallied = set.compactMap(\.integer) }
            if !negated, set.count == 1 { filter.isIndexed = unindexed(field) != nil }
            if !negated { filter.unindexed = unindexed(field).map { membership(field, $0, of: set, false).condition } }
            return filter
        }
    }

    private static func values(_ field: Field, _ text: Substring, _ negated: Bool) throws -> [SQLValue] {
        try values(field, items(field, text, negated))
    }

    private static func values(_ field: Field, _ items: [String]) throws -> [SQLValue] {
        try items.map { item in
            guard let value = FilterValue.exact(field, item) else { throw unparsable(field, item) }
            return value
        }
    }

    /// The operands of a set, or of one.
    private static func items(_ field: Field, _ text: Substring, _ negated: Bool) throws -> [String] {
        var items = split(text)
        // Of a text the blanks are a part.
        if field.type.takesSets { items = items.map { CommaList.trimmed($0[...]) } }
        if items.count > 1 {
            if case .boolean = field.type {
                throw Refusal.malformed("Cannot filter on a set of values for field ‘\(field.name)’")
            }
            guard field.type.takesSets else {
                throw Refusal.malformed(
                    "Cannot apply the ‘=\(negated ? "!" : "")’ operator to a set of values for field ‘\(field.name)’")
            }
            if items.count > Limits.filterSet {
                throw Refusal.malformed("At most \(Limits.filterSet) values can be given for field ‘\(field.name)’")
            }
        }
        return items
    }

    private static func membership(
        _ field: Field, _ column: String, of values: [SQLValue], _ negated: Bool
    ) -> ListFilter {
        if !negated {
            if values.count == 1 { return ListFilter("\(raw: column) = \(values[0])") }
            return ListFilter(
                column, isOneOf: values, and: nil, isIndexed: field.isIndexed && field.foldedColumn == nil)
        }
        let others: SQL =
            values.count == 1
            ? "\(raw: column) <> \(values[0])"
            : "\(raw: column) NOT IN (\(list: Padding.toPowerOfTwo(values)))"
        return ListFilter(field.isNullable ? "(\(raw: column) IS NULL OR \(others))" : others)
    }

    /// Each value once; numbers in order, so that one set is one list however it was written.
    private static func distinct(_ values: [SQLValue]) -> [SQLValue] {
        var distinct: [SQLValue] = []
        var seen: Set<SQLValue> = []
        for value in values where seen.insert(value).inserted { distinct.append(value) }
        return distinct.sorted { left, right in
            switch (left, right) {
            case (.integer(let left), .integer(let right)): left < right
            // Of digits this is the order of the numbers.
            case (.text(let left), .text(let right)): (left.utf8.count, left) < (right.utf8.count, right)
            default: false
            }
        }
    }

    /// Splits at commas; `\,` is a comma of the text itself.
    private static func split(_ text: Substring) -> [String] {
        var items = [""]
        var isEscaped = false
        for character in text.unicodeScalars {
            if isEscaped {
                if character != "," { items[items.count - 1].unicodeScalars.append("\\") }
                items[items.count - 1].unicodeScalars.append(character)
                isEscaped = false
            } else if character == "\\" {
                isEscaped = true
            } else if character == "," {
                items.append("")
            } else {
                items[items.count - 1].unicodeScalars.append(character)
            }
        }
        if isEscaped { items[items.count - 1].unicodeScalars.append("\\") }
        return items
    }

    private static func column(_ field: Field) -> String {
        guard let column = field.foldedColumn ?? field.column else { return "NULL" }
        return "t.\(column)"
    }

    private static func span(_ field: Field, _ condition: (String) -> SQL) -> ListFilter {
        var filter = ListFilter(condition(column(field)))
        filter.unindexed = unindexed(field).map(condition)
        filter.isSpan = true
        return filter
    }

    /// An indexed column as no index knows it; nil for the id, by which lists are walked.
    private static func unindexed(_ field: Field) -> String? {
        guard field.isIndexed, field.name != "id" else { return nil }
        return field.type.isText ? "(\(column(field)) || '')" : "(\(column(field)) + 0)"
    }

    private static func unsupported(_ field: Field, _ sign: String) -> Refusal {
        .malformed("Field ‘\(field.name)’ does not support the ‘=\(sign)’ operator")
    }

    private static func unparsable(_ field: Field, _ value: String) -> Refusal {
        .malformed("Value ‘\(value.prefix(100))’ is not valid for field ‘\(field.name)’")
    }
}
