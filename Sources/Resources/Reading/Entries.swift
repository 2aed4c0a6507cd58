import Store
import Wire

/// What of a record is not in its row: printed from one further statement a page, for the records that have any.
public struct Entries: Sendable {
    /// Whether the record `t` has any, as a column.
    let exists: String
    /// What is printed for a record that has none.
    let none: [UInt8]
    /// The kinds of records that entries refer to. Whoever prints them resolves these beside their own.
    let kinds: [RecordKind]
    /// What is printed for each of some records. It is nil when references in it were missing: the reference cache then
    /// knows which, and this is asked again once they are there.
    let load: @Sendable (Database, [Int64], Perspective) throws -> [Int64: [UInt8]]?

    /// An array of what hangs on the record, in the order it was added.
    /// - Parameters:
    ///   - schema: of the entries; they are owned by records.
    ///   - owner: the kind of record the field is of.
    ///   - fields: the names of the fields of each entry.
    init(_ schema: Schema, of owner: RecordKind, fields: [String]) {
        let encoder = RowEncoder(
            schema, fields: fields.compactMap { schema.place($0) }, isForeignPossible: false, isSingle: false)
        let table = schema.kind.table
        let columns: (kind: String, id: String) =
            if case .owned(let kind, let id) = schema.scope { (kind, id) } else { ("NULL", "NULL") }
        exists = "EXISTS (SELECT 1 FROM \(table) e WHERE e.\(columns.kind) = \(owner.code) AND e.\(columns.id) = t.id)"
        none = Array("[]".utf8)
        kinds = encoder.kinds
        load = { db, ids, perspective in
            let selected = encoder.columns + ["t.\(columns.id)"]
            let place = Int32(selected.count - 1)
            let cache = ReferenceCache.beside(db)
            let missCount = cache.missCount
            var arrays: [Int64: [UInt8]] = [:]
            // Entries may have entries of their own.
            var lookup = EntryLookup()
            repeat {
                arrays.removeAll()
                try db.query(
                    """
                    SELECT \(raw: selected.joined(separator: ", ")) FROM \(raw: table) t
                    WHERE t.\(raw: columns.kind) = \(owner.code) AND t.\(raw: columns.id) IN (\(list: ids))
                    ORDER BY t.id
                    """
                ) { row in
                    var buffer = JSONBuffer(capacity: 512)
                    encoder.print(row, perspective, cache, &lookup, into: &buffer)
                    let id = row.integer(place)
                    arrays[id, default: []] += [UInt8(ascii: arrays[id] == nil ? "[" : ",")] + buffer.bytes
                }
            } while try lookup.resolve(db, encoder.entries, perspective) && cache.missCount == missCount
            return cache.missCount == missCount ? arrays.mapValues { $0 + [UInt8(ascii: "]")] } : nil
        }
    }

    /// A member that takes more than the row to say, printed with its name where the condition on `t` holds.
    init(
        where condition: String, member: String,
        load: @escaping @Sendable (Database, [Int64], Perspective) throws -> [Int64: [UInt8]]
    ) {
        exists = "(\(condition))"
        none = []
        kinds = []
        let name = Array(",\"\(member)\":".utf8)
        self.load = { try load($0, $1, $2).mapValues { name + $0 } }
    }

    /// A value that takes more than the row to say; null where the condition on `t` does not hold.
    init(
        where condition: String,
        load: @escaping @Sendable (Database, [Int64], Perspective) throws -> [Int64: [UInt8]]
    ) {
        exists = "(\(condition))"
        none = Array("null".utf8)
        kinds = []
        self.load = load
    }
}

/// What the to-many fields of one page hold. A page whose records have entries is printed twice: the first time says
/// whose are wanted. Most have none, and then one column said so.
struct EntryLookup {
    private var arrays: [[Int64: [UInt8]]] = []
    private var wanted: [Set<Int64>] = []

    /// The array of a record, or nil when it must be loaded first; then it is remembered as wanted.
    mutating func array(_ field: Int32, _ id: Int64) -> [UInt8]? {
        let field = Int(field)
        while arrays.count <= field {
            arrays.append([:])
            wanted.append([])
        }
        if let array = arrays[field][id] { return array }
        wanted[field].insert(id)
        return nil
    }

    /// Loads what was wanted, one statement a field.
    /// - Returns: whether anything was.
    mutating func resolve(_ db: Database, _ entries: [Entries], _ perspective: Perspective) throws -> Bool {
        var isIncomplete = false
        for field in wanted.indices where !wanted[field].isEmpty {
            isIncomplete = true
            let ids = wanted[field].sorted()
            wanted[field] = []
            // What refers to records that are missing is wanted again when the page is printed again.
            guard let loaded = try entries[field].load(db, Padding.toPowerOfTwo(ids), perspective) else { continue }
            // What is gone meanwhile is not asked for again.
            for id in ids { arrays[field][id] = loaded[id] ?? entries[field].none }
        }
        return isIncomplete
    }
}
