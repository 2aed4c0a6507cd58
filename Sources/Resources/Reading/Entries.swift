import Store
import Wire

/// A to-many field: an array of what hangs on a record, printed from one further statement a page.
public struct Entries: Sendable {
    private let encoder: RowEncoder
    private let table: String
    private let owner: RecordKind
    private let columns: (kind: String, id: String)

    /// - Parameters:
    ///   - schema: of the entries; they are owned by records.
    ///   - owner: the kind of record the field is of.
    init(_ schema: Schema, of owner: RecordKind, fields: [String]) {
        encoder = RowEncoder(
            schema, fields: fields.compactMap { schema.place($0) }, isForeignPossible: false, isSingle: false)
        table = schema.kind.table
        self.owner = owner
        columns = if case .owned(let kind, let id) = schema.scope { (kind, id) } else { ("NULL", "NULL") }
    }

    /// Whether the record `t` has any, as a column.
    var exists: String {
        "EXISTS (SELECT 1 FROM \(table) e WHERE e.\(columns.kind) = \(owner.code) AND e.\(columns.id) = t.id)"
    }

    /// The finished arrays of some records.
    func load(_ db: Database, _ ids: [Int64], _ perspective: Perspective) throws -> [Int64: [UInt8]] {
        let selected = encoder.columns + ["t.\(columns.id)"]
        let place = Int32(selected.count - 1)
        let cache = ReferenceCache.beside(db)
        var arrays: [Int64: [UInt8]] = [:]
        var none = EntryLookup()
        try db.query(
            """
            SELECT \(raw: selected.joined(separator: ", ")) FROM \(raw: table) t
            WHERE t.\(raw: columns.kind) = \(owner.code) AND t.\(raw: columns.id) IN (\(list: ids)) ORDER BY t.id
            """
        ) { row in
            var buffer = JSONBuffer(capacity: 512)
            encoder.print(row, perspective, cache, &none, into: &buffer)
            let id = row.integer(place)
            arrays[id, default: []] += [arrays[id] == nil ? UInt8(ascii: "[") : UInt8(ascii: ",")] + buffer.bytes
        }
        return arrays.mapValues { $0 + [UInt8(ascii: "]")] }
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
            let loaded = try entries[field].load(db, ReferenceCache.padded(ids), perspective)
            // What is gone meanwhile is not asked for again.
            for id in ids { arrays[field][id] = loaded[id] ?? Array("[]".utf8) }
        }
        return isIncomplete
    }
}
