import Resources
import Store
import Wire

extension RecordKind {
    public static let archiveEntry = RecordKind(17, "archive_entry", table: "archive_entries", display: "id")
    public static let trashEntry = RecordKind(18, "trash_entry", table: "archive_entries", display: "id")
}

extension Schema {
    /// What was archived, and what was trashed (docs/protocol/general.md#archive-trash-restore).
    public static let archive = entries("archive", .archiveEntry, "archived")
    public static let trash = entries("trash", .trashEntry, "trashed")

    private static func entries(_ name: String, _ kind: RecordKind, _ deed: String) -> Schema {
        Schema(name, kind: kind, scope: .owned(kind: "kind", id: "record_id"), sortedBy: "-created_at") {
            Field.id
            Field("created_at", .timestamp).always.readOnly.filter.sort.inCollection.about("When it was \(deed).")
            Field("\(deed)_by", .reference(.person)).column("person_id").always.readOnly.inCollection
                .about("Who did it.")
            Field(deed, .string(max: 30)).always.inCollection.computed(from: "kind") { row, place, _, buffer in
                buffer.append(string: Archive.kinds.first { $0.code == row.integer(place) }?.name ?? "")
            }.about("The kind of record.")
            Archive.nouns.map { schema in
                Field(schema.noun, .json).inCollection.leftOutUnless("t.kind = \(schema.kind.code)") { db, entries, _ in
                    try Archive.print(schema, db, entries)
                }.about("The record, if it is a \(schema.noun).")
            }
        }
    }
}

/// What is archived or trashed, whatever kind of record it is.
public enum Archive {
    /// The kinds of records that are archived and trashed by themselves.
    static let nouns: [Schema] = Nouns.all.map { $0.writing }.filter { $0.moving != nil }.map(\.schema)
    fileprivate static let kinds = nouns.map(\.kind)

    /// The entries of an account, of the kinds that the viewer's token may read.
    /// - Throws: `Refusal.forbidden` for those who may not restore.
    public static func source(_ lifeCycle: LifeCycle, for viewer: Viewer) throws -> ListSource {
        try viewer.require(\.archives, in: viewer.account.number, "read the archive and the trash")
        let readable = kinds.filter { viewer.scopes.allow(.read, on: $0) }.map(\.code)
        return .related(
            """
            t.account = \(viewer.account.number) AND t.life_cycle = \(lifeCycle.rawValue) \
            AND t.kind IN (\(list: readable.isEmpty ? [0] : readable))
            """)
    }

    /// The records of some entries as a list shows them.
    fileprivate static func print(_ schema: Schema, _ db: Database, _ entries: [Int64]) throws -> [Int64: [UInt8]] {
        let kind = schema.kind
        let records = try db.all(
            """
            SELECT e.id, r.id, r.\(raw: kind.display) FROM archive_entries e
            JOIN \(raw: kind.table) r ON r.id = e.record_id WHERE e.kind = \(kind.code) AND e.id IN (\(list: entries))
            """
        ) { (entry: $0.integer(0), id: $0.integer(1), name: $0.text(2)) }
        let printed = records.map { record in
            let json: JSON = [
                "id": .integer(record.id), "href": .string("/\(schema.name)/\(record.id)"),
                "display_name": .string("\(record.id) \(record.name)"),
            ]
            return (record.entry, json.bytes)
        }
        return Dictionary(printed) { first, _ in first }
    }
}
