import Store
import Wire

/// One filter: the operator that stands at the head of its value (rservice-general §7), and the operands.
enum Filter {
    private enum Comparison: String {
        case less = "<"
        case lessOrEqual = "<="
        case greater = ">"
        case greaterOrEqual = ">="
    }

    /// The piece of the WHERE clause that a filter parameter stands for.
    static func sql(_ field: Field, _ value: String, isNegated: Bool, zone: Zone) throws -> SQL {
        var text = value[...]
        var negated = isNegated
        if !negated, text.first == "!" {
            negated = true
            text = text.dropFirst()
        }
        // `f=!=v` says the same as `f=!v`.
        if negated, text.first == "=" { text = text.dropFirst() }
        if text.isEmpty { return presence(field, negated) }
        if !negated, let comparison = try comparisons(field, text, zone) { return comparison }
        return try membership(field, text, negated, zone)
    }

    private static func presence(_ field: Field, _ present: Bool) -> SQL {
        SQL(text: "\(column(field)) IS \(present ? "NOT " : "")NULL")
    }

    /// `<v`, `>=v`, and ranges such as `>a<b`.
    private static func comparisons(_ field: Field, _ text: Substring, _ zone: Zone) throws -> SQL? {
        guard text.first == "<" || text.first == ">" else { return nil }
        var rest = text
        var pieces: [SQL] = []
        while let (comparison, operand, remainder) = nextComparison(rest) {
            guard field.type.isOrdered else { throw unsupported(field, comparison.rawValue) }
            pieces.append(try compare(field, comparison, operand, zone))
            rest = remainder
        }
        guard rest.isEmpty, pieces.count <= 2 else { throw unparsable(field, String(text)) }
        return SQL(text: pieces.map(\.text).joined(separator: " AND "), values: pieces.flatMap(\.values))
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
        return SQL(text: "\(column(field)) \(sign) ?", values: [.integer(bound)])
    }

    /// `v`, `!v`, `a,b`, `!a,b`.
    private static func membership(_ field: Field, _ text: Substring, _ negated: Bool, _ zone: Zone) throws -> SQL {
        let items = split(text)
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
        let column = column(field)
        switch field.type {
        case .timestamp, .target:
            guard let bounds = FilterValue.bounds(field, items[0], zone) else { throw unparsable(field, items[0]) }
            let inside = "\(column) BETWEEN ? AND ?"
            return SQL(
                text: negated ? "(\(column) IS NULL OR NOT \(inside))" : inside,
                values: [.integer(bounds.lowerBound), .integer(bounds.upperBound)])
        default:
            var values: [SQLValue] = []
            for item in items {
                guard let value = FilterValue.exact(field, item) else { throw unparsable(field, item) }
                values.append(value)
            }
            let marks = values.map { _ in "?" }.joined(separator: ",")
            let test =
                values.count == 1 ? (negated ? "<> ?" : "= ?") : (negated ? "NOT IN (\(marks))" : "IN (\(marks))")
            return SQL(
                text: negated && field.isNullable ? "(\(column) IS NULL OR \(column) \(test))" : "\(column) \(test)",
                values: values)
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

    private static func unsupported(_ field: Field, _ sign: String) -> Refusal {
        .malformed("Field ‘\(field.name)’ does not support the ‘=\(sign)’ operator")
    }

    private static func unparsable(_ field: Field, _ value: String) -> Refusal {
        .malformed("Value ‘\(value.prefix(100))’ is not valid for field ‘\(field.name)’")
    }
}
