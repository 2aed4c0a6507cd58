import ServiceDesk
import TestSupport
import Testing

@testable import Resources
@testable import Store

/// What descriptions say of columns holds in the databases of both engines.
@Suite struct DescriptionTests {
    private struct Column {
        let isText: Bool
        let isNullable: Bool
    }

    private static func columns(_ table: String, _ db: Database) throws -> [String: Column] {
        let sql: SQL =
            db.dialect.lock.isEmpty
            ? "SELECT name, lower(type), 1 - \"notnull\", pk FROM pragma_table_info(\(table))"
            : """
            SELECT CAST(column_name AS text), CAST(data_type AS text), CASE WHEN is_nullable = 'YES' THEN 1 ELSE 0 END,
            0 FROM information_schema.columns WHERE table_name = \(table) AND table_schema = current_schema()
            """
        let rows = try db.all(sql) {
            ($0.text(0), Column(isText: $0.text(1) == "text", isNullable: $0.integer(2) == 1 && $0.integer(3) == 0))
        }
        return Dictionary(uniqueKeysWithValues: rows)
    }

    /// The columns of all indexes of a table, each in its order.
    private static func indexes(_ table: String, _ db: Database) throws -> [[String]] {
        let sql: SQL =
            db.dialect.lock.isEmpty
            ? """
            SELECT l.name, i.name FROM pragma_index_list(\(table)) l, pragma_index_info(l.name) i
            ORDER BY l.name, i.seqno
            """
            : """
            SELECT CAST(c.relname AS text), CAST(a.attname AS text)
            FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
            JOIN pg_attribute a ON a.attrelid = i.indexrelid WHERE i.indrelid = to_regclass(\(table))
            ORDER BY c.relname, a.attnum
            """
        let rows = try db.all(sql) { ($0.text(0), $0.text(1)) }
        return Dictionary(grouping: rows, by: \.0).values.map { $0.map(\.1) }
    }

    @Test(arguments: TestEngine.allCases)
    func columnsAreAsDescribed(_ engine: TestEngine) async throws {
        try await Office.with(on: engine) { office in
            try await office.store.read { db in
                for schema in Schema.all {
                    let table = schema.kind.table
                    let columns = try Self.columns(table, db)
                    for field in schema.stored {
                        guard let name = field.column else { continue }
                        let column = try #require(columns[name], "\(table).\(name)")
                        #expect(column.isText == field.type.isText || field.name == "account", "\(table).\(name)")
                        // What is never null for clients may not be so in the table; the other way would break an
                        // answer.
                        if column.isNullable { #expect(field.isNullable, "\(table).\(name)") }
                        if let folded = field.foldedColumn { #expect(columns[folded] != nil, "\(table).\(folded)") }
                    }
                    for name in Self.named(schema) { #expect(columns[name] != nil, "\(table).\(name)") }
                }
            }
        }
    }

    /// The columns that a description names beside its fields.
    private static func named(_ schema: Schema) -> [String] {
        var names = schema.fields.compactMap(\.computed).flatMap(\.columns)
        switch schema.scope {
        case .account: names.append("account")
        case .owned(let kind, let id): names += [kind, id]
        case .part(let id): names.append(id)
        }
        if schema.hasLifeCycle { names.append("life_cycle") }
        return names
    }

    @Test(arguments: TestEngine.allCases)
    func whatIsCalledIndexedHasAnIndex(_ engine: TestEngine) async throws {
        try await Office.with(on: engine) { office in
            try await office.store.read { db in
                for schema in Schema.all where !Self.isOwned(schema) {
                    let indexes = try Self.indexes(schema.kind.table, db)
                    let start = ["account"] + (schema.hasLifeCycle ? ["life_cycle"] : [])
                    for field in schema.fields where field.isIndexed {
                        guard let column = field.foldedColumn ?? field.column else { continue }
                        let wanted = start + (column == "id" ? ["id"] : [column, "id"])
                        #expect(indexes.contains(wanted), "\(schema.name).\(field.name): \(wanted)")
                    }
                }
            }
        }
    }

    private static func isOwned(_ schema: Schema) -> Bool { if case .account = schema.scope { false } else { true } }

    /// A misspelt name in a description reads as null and writes nothing.
    @Test func namesInDescriptionsAreThoseOfFields() {
        for schema in Schema.all {
            #expect(Set(schema.fields.map(\.name)).count == schema.fields.count, "\(schema.name)")
            for name in [schema.tallied, schema.belongsWith].compactMap({ $0 }) {
                #expect(schema.field(name) != nil, "\(schema.name).\(name)")
            }
            for key in schema.defaultSort { #expect(schema.fields[key.field].column != nil, "\(schema.name)") }
        }
        #expect(Set(Schema.all.map(\.name)).count == Schema.all.count)
        #expect(Set(Schema.all.map(\.kind.code)).count == Schema.all.count)
    }
}
