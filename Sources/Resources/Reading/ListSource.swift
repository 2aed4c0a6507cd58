import Store

/// Which rows a list is taken from.
public enum ListSource: Sendable {
    /// The active records of the account the call works in, as far as they are seen.
    case account
    /// The entries that hang on a record which was loaded through what the viewer may see.
    case owned(by: RecordKind, id: Int64)
    /// The records that a condition on `t` names, seen because the record they hang on is.
    case related(SQL)
}

/// The FROM and WHERE of a list, before its own filters.
struct ListRows {
    var from: String
    var conditions: [SQL]
    /// What the id is called; with grants the column of the grant, so that its index gives the order.
    var id = "t.id"
    /// Whether rows may belong to another account than the call works in.
    let isForeignPossible: Bool

    init(_ schema: Schema, _ source: ListSource, _ perspective: Perspective) {
        let table = schema.kind.table
        from = "\(table) t"
        if case .account = source { isForeignPossible = false } else { isForeignPossible = true }
        switch (source, schema.scope) {
        case (.owned(let owner, let id), .owned(let kindColumn, let idColumn)):
            conditions = ["t.\(raw: kindColumn) = \(owner.code) AND t.\(raw: idColumn) = \(id)"]
        case (.owned(_, let id), .part(let column)): conditions = ["t.\(raw: column) = \(id)"]
        case (.related(let condition), _):
            conditions = [condition]
            if schema.hasLifeCycle { conditions.append("t.life_cycle = 0") }
        default:
            if perspective.seesAccount {
                conditions = ["t.account = \(perspective.account)"]
                if schema.hasLifeCycle { conditions.append("t.life_cycle = 0") }
            } else if perspective.holders.count == 1 {
                id = "g.record_id"
                from = "grants g JOIN \(table) t ON t.id = g.record_id"
                conditions = ["g.holder = \(perspective.holders[0]) AND \(Self.granted(schema, perspective))"]
            } else {
                id = "g.record_id"
                from = """
                    (SELECT DISTINCT g.record_id FROM grants g WHERE g.holder IN (\
                    \(perspective.holders.map { _ in "?" }.joined(separator: ","))) AND \
                    \(Self.granted(schema, perspective).text)) g JOIN \(table) t ON t.id = g.record_id
                    """
                leading = perspective.holders.map { .integer($0) } + Self.granted(schema, perspective).values
                conditions = []
            }
        }
    }

    /// The values of placeholders in FROM.
    private(set) var leading: [SQLValue] = []

    private static func granted(_ schema: Schema, _ perspective: Perspective) -> SQL {
        "g.kind = \(schema.kind.code) AND g.account = \(perspective.account) AND g.life_cycle = 0"
    }

    /// ` FROM … WHERE …` with all values.
    func sql(and more: [SQL]) -> SQL {
        let all = conditions + more
        var sql = SQL(text: " FROM \(from)", values: leading)
        for (index, condition) in all.enumerated() {
            sql.append(SQL(text: index == 0 ? " WHERE " : " AND "))
            sql.append(condition)
        }
        return sql
    }
}

extension Perspective {
    /// The condition that the record `t` was granted to whoever looks.
    public func wasGranted(_ kind: RecordKind) -> SQL {
        """
        EXISTS (SELECT 1 FROM grants g WHERE g.kind = \(kind.code) AND g.record_id = t.id \
        AND g.holder IN (\(list: holders)))
        """
    }
}
