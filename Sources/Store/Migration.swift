import Wire

/// One numbered step of the schema. Steps are appended, never changed.
public struct Migration: Sendable {
    /// Counts from 1 without gaps.
    public let number: Int
    /// What the step brings, in a few words.
    public let name: String
    /// Makes the step; it runs in a transaction of its own.
    public let apply: @Sendable (Transaction, Dialect) throws -> Void

    public init(_ number: Int, _ name: String, apply: @escaping @Sendable (Transaction, Dialect) throws -> Void) {
        self.number = number
        self.name = name
        self.apply = apply
    }
}

/// Brings a database to the newest schema, whoever else tries the same at this moment.
struct Migrator {
    private let migrations: [Migration]
    private let path: String

    init(_ migrations: [Migration], path: String) {
        self.migrations = migrations
        self.path = path
    }

    /// - Throws: `StoreError` of kind `newer` when the database has steps this program does not know.
    func migrate(_ database: Database, now: Timestamp) throws {
        try inTransaction(database) {
            try refuseOtherPrograms(database)
            try database.run(
                script: """
                    CREATE TABLE IF NOT EXISTS migrations (
                        number INTEGER PRIMARY KEY, name TEXT NOT NULL, applied_at INTEGER NOT NULL) STRICT;
                    CREATE TABLE IF NOT EXISTS epochs (id INTEGER PRIMARY KEY, value INTEGER NOT NULL) STRICT;
                    INSERT INTO epochs (id, value) VALUES (1, 1) ON CONFLICT DO NOTHING
                    """)
        }
        for migration in migrations {
            try inTransaction(database) {
                if migration.number <= (try applied(database)) { return }
                let transaction = Transaction(db: database, now: now)
                try migration.apply(transaction, .sqlite)
                try transaction.flushTallies()
                try database.execute(
                    "INSERT INTO migrations VALUES (\(migration.number), \(migration.name), \(now))")
            }
        }
        let newest = try applied(database)
        let known = migrations.last?.number ?? 0
        if newest > known {
            throw StoreError(
                .newer,
                """
                the database was written by a newer Steward (schema \(newest), this one knows \(known)); \
                run the newer version, or restore a backup made before the upgrade
                """)
        }
    }

    private func refuseOtherPrograms(_ database: Database) throws {
        let foreign = try database.first(
            """
            SELECT 1 FROM sqlite_schema WHERE NOT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = 'migrations')
            """
        ) { _ in true }
        if foreign != nil {
            throw StoreError(.cannotOpen, "'\(path)' is the database of another program; name another file")
        }
    }

    private func applied(_ database: Database) throws -> Int {
        try database.first("SELECT max(number) FROM migrations") { Int($0.integer(0)) } ?? 0
    }

    private func inTransaction(_ database: Database, _ body: () throws -> Void) throws {
        try database.execute("BEGIN IMMEDIATE")
        do {
            try body()
            try database.execute("COMMIT")
        } catch {
            if database.isInTransaction { try? database.run(script: "ROLLBACK") }
            throw error
        }
    }
}
