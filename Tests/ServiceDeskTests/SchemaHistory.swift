import Foundation
import Logging
import ServiceDesk
import Store
import TestSupport
import Wire

@testable import Store

/// Databases as each version of the schema left them, with a row in every table. `Tests/Schemas` keeps one of each, as
/// the statements that make it; run the tests with `STEWARD_KEEP_SCHEMAS=1` to keep that of a new version.
enum SchemaHistory {
    static let versions = Array(1...Migrations.all.count)

    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Schemas")

    /// What the file of a version holds; nil when none is kept.
    static func kept(_ version: Int) throws -> String? {
        let file = folder.appending(path: "schema-\(version).sql")
        if ProcessInfo.processInfo.environment["STEWARD_KEEP_SCHEMAS"] == "1",
            !FileManager.default.fileExists(atPath: file.path)
        {
            try Data(made(version).utf8).write(to: file)
        }
        return try? String(contentsOf: file, encoding: .utf8)
    }

    /// The same as the migrations of this version make it now.
    static func made(_ version: Int) throws -> String {
        let database = try TestDatabase(on: .sqlite)
        try open(database, Array(Migrations.all.prefix(version))).close()
        try fill(database)
        return try dump(Database(SQLiteConnection(path: database.path)))
    }

    /// A database of a version, as a server of that version left it.
    static func database(_ version: Int, on engine: TestEngine) async throws -> TestDatabase {
        let database = try TestDatabase(on: engine)
        switch engine {
        case .sqlite:
            guard let script = try kept(version) else { throw Missing(version: version) }
            let connection = try SQLiteConnection(path: database.path)
            try connection.run(script: "PRAGMA foreign_keys = OFF; BEGIN; \(script); COMMIT")
        case .postgres:
            try open(database, Array(Migrations.all.prefix(version))).close()
            try fill(database)
        }
        return database
    }

    struct Missing: Error { let version: Int }

    static func open(_ database: TestDatabase, _ migrations: [Migration] = Migrations.all) throws -> Store {
        try Store(
            at: database.address, migrations: migrations, log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    /// Lends a connection of a test's own.
    static func connect(_ database: TestDatabase) throws -> Database {
        switch database.address {
        case .file(let path): Database(try SQLiteConnection(path: path))
        case .postgres(let address): Database(try PostgresConnector(address: address).connect())
        }
    }

    // MARK: Rows

    /// What a column holds where a 1 or an "a" will not do.
    private static let values: [String: SQLValue] = [
        "custom_fields": .text("[]"), "checked_items": .text("[]"), "do_not_translate_languages": .text("[]"),
        "changes": .text("{}"), "life_cycle": .integer(0), "picture_uri": .text("https://a.example/a.png"),
    ]

    /// Puts a row into every table that has none; each refers to the first of the others.
    private static func fill(_ database: TestDatabase) throws {
        let db = try connect(database)
        let isPostgres = database.path.isEmpty
        // Rows refer to each other in circles.
        try db.connection.run(
            script: isPostgres ? "SET session_replication_role = replica" : "PRAGMA foreign_keys = OFF")
        for table in try db.tables() {
            if try db.first(SQL(text: "SELECT 1 FROM \(table) LIMIT 1"), { _ in true }) != nil { continue }
            let columns = try types(table, db)
            let row = columns.map { name, isText in values[name] ?? (isText ? .text("a") : .integer(1)) }
            let names = columns.map(\.name).joined(separator: ", ")
            let marks = columns.map { _ in "?" }.joined(separator: ", ")
            try db.execute(SQL(text: "INSERT INTO \(table) (\(names)) VALUES (\(marks))", values: row))
        }
    }

    private static func types(_ table: String, _ db: Database) throws -> [(name: String, isText: Bool)] {
        let isPostgres = !db.dialect.lock.isEmpty
        let sql: SQL =
            isPostgres
            ? """
            SELECT CAST(column_name AS text), CAST(data_type AS text) FROM information_schema.columns
            WHERE table_name = \(table) AND table_schema = current_schema() ORDER BY ordinal_position
            """ : "SELECT name, type FROM pragma_table_info(\(table)) ORDER BY cid"
        return try db.all(sql) { ($0.text(0), $0.text(1).lowercased() == "text") }
    }

    /// How many rows each table has.
    static func counts(_ db: Database) throws -> [String: Int64] {
        var counts: [String: Int64] = [:]
        for table in try db.tables() {
            counts[table] = try db.first(SQL(text: "SELECT count(*) FROM \(table)")) { $0.integer(0) }
        }
        return counts
    }

    // MARK: Files

    /// All statements that make a SQLite database; what differs from run to run is left out or made the same.
    private static func dump(_ db: Database) throws -> String {
        var lines = try db.all("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'") {
            $0.text(0)
        }
        for table in try db.tables() {
            let columns = try db.columns(of: table)
            let quoted = columns.map { column in
                switch (table, column) {
                case ("secrets", "value"): "'\(String(repeating: "0", count: 64))'"
                case ("migrations", "applied_at"): "1"
                default: "quote(\(column))"
                }
            }
            let selected = quoted.map { $0.hasPrefix("quote") ? $0 : "quote(\($0))" }
            lines += try db.all(
                SQL(text: "SELECT \(selected.joined(separator: " || ', ' || ")) FROM \(table) ORDER BY 1")
            ) { "INSERT INTO \(table) (\(columns.joined(separator: ", "))) VALUES (\($0.text(0)))" }
        }
        return lines.joined(separator: ";\n") + ";\n"
    }
}
