import Store

/// The statements of a page.
extension Scan {
    /// The sizes that limits are rounded up to, so that pages of many sizes are few statements. One row more than a
    /// page says that there is another.
    private static let limits = [2, 6, 11, 21, 26, 51, 101]

    static func limit(_ wanted: Int) -> Int { limits.first { $0 >= wanted } ?? wanted }

    /// FROM to LIMIT. The limit stands in the text: a plan made for any number of rows would sort where it should walk
    /// an index.
    func body(_ leg: ListOrder.Leg, limit: Int, offset: Int, _ dialect: Dialect) -> SQL {
        switch way {
        case .inOrder(let path), .sorted(let path):
            var body = path.sql(and: leg.conditions)
            body.append(" ORDER BY \(raw: leg.orderBy) LIMIT \(raw: String(limit))")
            if offset > 0 { body.append(" OFFSET \(offset)") }
            return body
        case .together: return together(leg, limit: limit, offset: offset)
        case .merged:
            let isDescending = query.order[0].descending != isBackward
            let ids = rows.merged(dialect, isDescending: isDescending, limit: limit) { id in
                start.map { SQL(text: "\(id) \(isDescending ? "<" : ">") ?", values: $0) }
            }
            // A cross join is not turned round: the few ids come first.
            return """
                 FROM (\(ids)) p CROSS JOIN \(raw: schema.kind.table) t WHERE t.id = p.id \
                ORDER BY p.id\(raw: isDescending ? " DESC" : "")
                """
        }
    }

    /// The rows of several paths, of which none is in two: each path is read in the order of the list, no further than
    /// the page may need.
    private func together(_ leg: ListOrder.Leg, limit: Int, offset: Int) -> SQL {
        let keys = leg.order.indices.map { "k\($0)" }
        func order(_ names: [String]) -> String {
            zip(names, leg.order).map { $0 + $1.direction }.joined(separator: ", ")
        }
        var most = limit
        while most < limit + offset { most *= 2 }
        let selected = zip(keys, leg.order).map { "\($1.expression) AS \($0)" }.joined(separator: ", ")
        var all = SQL(text: "")
        for (number, path) in way.paths.enumerated() {
            if number > 0 { all.append(" UNION ALL ") }
            all.append(
                """
                SELECT * FROM (SELECT \(raw: path.id) AS id, \(raw: selected)\(path.sql(and: leg.conditions)) \
                ORDER BY \(raw: leg.orderBy) LIMIT \(raw: String(most))) a\(raw: String(number))
                """)
        }
        all.append(" ORDER BY \(raw: order(keys)) LIMIT \(raw: String(limit))")
        if offset > 0 { all.append(" OFFSET \(offset)") }
        return """
             FROM (\(all)) p CROSS JOIN \(raw: schema.kind.table) t WHERE t.id = p.id \
            ORDER BY \(raw: order(keys.map { "p." + $0 }))
            """
    }

    func count(_ leg: ListOrder.Leg, _ db: Database) throws -> Int {
        try way.paths.reduce(0) { sum, path in
            sum + Int(try db.first("SELECT count(*)\(path.sql(and: leg.conditions))") { $0.integer(0) } ?? 0)
        }
    }

    func plan(_ body: String) -> Plan {
        let shape = PlanCache.Shape(
            schema: schema.number, fields: query.fields, isSingle: false,
            isForeignPossible: rows.isForeignPossible, body: body, cursorColumns: columns, tally: tally?.text)
        return PlanCache.plan(shape) {
            Plan(
                RowEncoder(schema, fields: query.fields, isForeignPossible: rows.isForeignPossible, isSingle: false),
                cursorColumns: columns, tally: tally?.text, body: body)
        }
    }
}
