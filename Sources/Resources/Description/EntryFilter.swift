import Store

/// A filter by people whom entries of another table name: it asks for the records that these entries hang on, and
/// whoever is named sees the record. The other table says of each entry whether its record is active, so that the
/// records of one person are read off an index in the order of ids.
public struct EntryFilter: SchemaPart {
    /// What the filter is, as a field is described: its name, and the kind of record it names.
    public let field: Field
    private let table: String
    private let named: String
    private let record: String
    private let condition: String
    private let active: String

    /// - Parameters:
    ///   - table: holds the entries, called `e`.
    ///   - named: the column that names a person.
    ///   - record: the column that names the record.
    ///   - condition: what holds for entries of such records.
    ///   - active: what holds for entries of active records; after the person, an index begins with the columns of both
    ///     conditions, and ends with the record.
    public init(
        _ field: Field, in table: String, named: String, record: String, where condition: String, active: String
    ) {
        self.field = field
        self.table = table
        self.named = named
        self.record = record
        self.condition = condition
        self.active = active
    }

    /// Where the records are found by the entries that name one person.
    struct Found: Sendable {
        /// The table of the entries, as FROM names it.
        let from: String
        let condition: SQL
        /// The column with the records' ids, in whose order they are found.
        let id: String
        /// Who is named; they see the records.
        let person: Int64
    }

    /// The filter for what a client asks.
    func filter(_ operand: Filter.Operand) -> ListFilter {
        var filter = ListFilter(exists(operand))
        filter.given = operand.given
        if case .oneOf(let people) = operand, people.count == 1, let person = people[0].integer {
            filter.found = Found(
                from: "\(table) e",
                condition: "e.\(raw: named) = \(person) AND \(raw: condition) AND \(raw: active)", id: "e.\(record)",
                person: person)
        }
        return filter
    }

    private func exists(_ operand: Filter.Operand) -> SQL {
        func some(_ people: SQL) -> SQL {
            "EXISTS (SELECT 1 FROM \(raw: table) e WHERE \(raw: condition) AND e.\(raw: record) = t.id\(people))"
        }
        switch operand {
        case .blank: return "NOT \(some(""))"
        case .present: return some("")
        case .oneOf(let people): return some(" AND e.\(raw: named) IN (\(list: Padding.toPowerOfTwo(people)))")
        case .noneOf(let people):
            return "NOT \(some(" AND e.\(raw: named) IN (\(list: Padding.toPowerOfTwo(people)))"))"
        }
    }
}
