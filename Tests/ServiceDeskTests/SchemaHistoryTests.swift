import Foundation
import Logging
import ServiceDesk
import TestSupport
import Testing
import Wire

@testable import Store

/// What only shows with rows in all tables, from each version of the schema that there was.
@Suite struct SchemaHistoryTests {
    @Test(arguments: SchemaHistory.versions)
    func stepsThatWereMadeAreNotChanged(version: Int) throws {
        let kept = try #require(try SchemaHistory.kept(version))
        #expect(try SchemaHistory.made(version) == kept, "append a step instead")
    }

    @Test(arguments: SchemaHistory.versions, TestEngine.allCases)
    func rowsOfEveryTableArriveInTheNewestSchema(version: Int, engine: TestEngine) async throws {
        let database = try await SchemaHistory.database(version, on: engine)
        let before = try SchemaHistory.counts(try SchemaHistory.connect(database))
        try SchemaHistory.open(database).close()
        let db = try SchemaHistory.connect(database)
        let after = try SchemaHistory.counts(db)
        for (table, count) in before where table != "migrations" {
            #expect(count >= 1 && after[table] == count, "\(table)")
        }
        #expect(after["migrations"] == Int64(Migrations.all.count))
        if engine == .sqlite { #expect(try Self.problems(db).isEmpty) }
    }

    private static func problems(_ db: Database) throws -> [String] {
        try db.all("PRAGMA integrity_check") { $0.text(0) }.filter { $0 != "ok" }
            + db.all("PRAGMA foreign_key_check") { $0.text(0) }
    }

    /// A backup may be older than the program that restores it, and made by one that did not know a false alarm.
    @Test(arguments: SchemaHistory.versions)
    func backupsOfEveryVersionAreRestored(version: Int) async throws {
        let database = try await SchemaHistory.database(version, on: .sqlite)
        let folder = try TestFolder()
        let backup = folder.path + "/backup.sqlite"
        try Backup.make(of: database.path, at: backup, migrations: Migrations.all)
        let fresh = folder.path + "/fresh.sqlite"
        try Backup.restore(backup, to: fresh, replace: false, migrations: Migrations.all)
        let replaced = folder.path + "/replaced.sqlite"
        try Store(
            at: .file(replaced), migrations: Migrations.all, log: .init(label: "test")
        ).close()
        try Backup.restore(backup, to: replaced, replace: true, migrations: Migrations.all)
        let expected = try SchemaHistory.counts(try SchemaHistory.connect(database))
        for path in [fresh, replaced] {
            #expect(try SchemaHistory.counts(Database(try SQLiteConnection(path: path))) == expected)
            try Store(at: .file(path), migrations: Migrations.all, log: .init(label: "test")).close()
            #expect(try Self.problems(Database(try SQLiteConnection(path: path))).isEmpty)
        }
    }

    /// The alarm is about one table; anything else that is wrong is still seen, in that table too.
    @Test func aFalseAlarmHidesNoDamage() async throws {
        let database = try await SchemaHistory.database(3, on: .sqlite)
        let connection = try SQLiteConnection(path: database.path)
        #expect(IntegrityCheck(connection).problem() == nil)
        // An index that lacks a row.
        try connection.run(
            script: """
                PRAGMA writable_schema = ON;
                UPDATE sqlite_schema SET sql = 'CREATE INDEX due_at ON due (record_id)' WHERE name = 'due_at';
                UPDATE due SET record_id = 2;
                PRAGMA writable_schema = OFF
                """)
        let damaged = try SQLiteConnection(path: database.path)
        #expect(IntegrityCheck(damaged).problem() != nil)
    }

    @Test func aDamagedDatabaseGivesNoBackup() async throws {
        let database = try await SchemaHistory.database(SchemaHistory.versions.count, on: .sqlite)
        let folder = try TestFolder()
        try SQLiteConnection(path: database.path).run(
            script: """
                PRAGMA writable_schema = ON;
                UPDATE sqlite_schema SET sql = 'CREATE INDEX due_at ON due (record_id)' WHERE name = 'due_at';
                UPDATE due SET record_id = 2
                """)
        let file = folder.path + "/backup.sqlite"
        #expect(throws: StoreError.self) {
            try Backup.make(of: database.path, at: file, migrations: Migrations.all)
        }
        #expect(folder.files.isEmpty)
    }

    @Test(arguments: [(TestEngine.sqlite, TestEngine.sqlite), (.sqlite, .postgres), (.postgres, .sqlite)])
    func aCopyTakesTheRowsOfEveryTable(from engine: TestEngine, to other: TestEngine) async throws {
        let source = try await SchemaHistory.database(SchemaHistory.versions.count, on: engine)
        let target = try TestDatabase(on: other)
        let digests = try DatabaseCopy(from: source.address, to: target.address, migrations: Migrations.all)
            .run(now: Timestamp(microseconds: 1)) { _, _ in }
        let expected = try SchemaHistory.counts(try SchemaHistory.connect(source))
        #expect(Set(digests.map(\.table)) == Set(expected.keys).subtracting(["migrations", "epochs"]))
        #expect(digests.allSatisfy { $0.rows == expected[$0.table] })
        #expect(try SchemaHistory.counts(try SchemaHistory.connect(target))["due"] == 1)
    }

    /// SQLite before 3.41 takes every row of a table that is its key's index for damaged when another column stands
    /// before the key's.
    @Test func keysComeFirstInTablesThatAreTheirIndex() throws {
        let database = try TestDatabase(on: .sqlite)
        try SchemaHistory.open(database).close()
        let db = try SchemaHistory.connect(database)
        let keyed = try db.all("SELECT name FROM sqlite_schema WHERE type = 'table' AND sql LIKE '%WITHOUT ROWID%'") {
            $0.text(0)
        }
        #expect(keyed.count >= 7 && keyed.contains("due"))
        for name in keyed { #expect(try db.table(name).hasColumnBeforeKey == false, "\(name)") }
    }
}
