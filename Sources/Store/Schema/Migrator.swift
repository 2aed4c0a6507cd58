import Wire

/// Brings a database to the newest schema, whoever else tries the same at this moment.
struct Migrator {
    private let migrations: [Migration]
    /// How messages name the database.
    private let name: String

    init(_ migrations: [Migration], name: String) {
        self.migrations = migrations
        self.name = name
    }

    /// Makes the tables of a database that has none; leaves another as it is.
    /// - Throws: `StoreError` of kind `newer` when the database has steps this program does not know, `cannotOpen`
    ///   when it lacks some.
    func create(_ database: Database, now: Timestamp) throws {
        let tables = try database.tables()
        if tables.isEmpty { return try migrate(database, now: now) }
        guard tables.contains("migrations") else { throw foreign }
        try requireNewest(database)
    }

    private var foreign: StoreError {
        StoreError(.cannotOpen, "'\(name)' is the database of another program; name another one")
    }

    /// - Throws: `StoreError` of kind `newer` when the database has steps this program does not know.
    func migrate(_ database: Database, now: Timestamp) throws {
        let dialect = database.dialect
        try database.transaction(.migration) {
            let tables = try database.all(SQL(text: dialect.tableNames)) { $0.text(0) }
            if tables.contains("migrations") { return }
            if !tables.isEmpty { throw foreign }
            try database.connection.run(
                script: """
                    CREATE TABLE migrations (
                        number \(dialect.integer) PRIMARY KEY, name \(dialect.text) NOT NULL,
                        applied_at \(dialect.integer) NOT NULL) \(dialect.tableOptions);
                    CREATE TABLE epochs (
                        id \(dialect.integer) PRIMARY KEY, value \(dialect.integer) NOT NULL) \(dialect.tableOptions);
                    INSERT INTO epochs (id, value) VALUES (1, 1)
                    """)
        }
        let before = try Self.applied(database)
        // All or none: a database that some step refuses stays one that the older program works with.
        try database.transaction(.migration) {
            let applied = try Self.applied(database)
            for migration in migrations where migration.number > applied {
                let transaction = Transaction(db: database, now: now)
                try migration.apply(transaction, dialect)
                try transaction.flushTallies()
                try database.execute(
                    "INSERT INTO migrations VALUES (\(migration.number), \(migration.name), \(now))")
            }
        }
        // Of empty tables an engine would learn that they are small.
        if before > 0, try Self.applied(database) > before { try database.connection.run(script: dialect.analyze) }
        try refuseNewer(database)
    }

    /// Checks, without changing anything, that a database is at this program's schema or older.
    func requireKnown(_ database: Database) throws {
        guard try database.tables().contains("migrations") else {
            throw StoreError(.cannotOpen, "'\(name)' is not a database of Steward; name another one")
        }
        try refuseNewer(database)
    }

    /// Checks, without changing anything, that a database is at this program's schema.
    func requireNewest(_ database: Database) throws {
        try requireKnown(database)
        let known = migrations.last?.number ?? 0
        if try Self.applied(database) < known {
            throw StoreError(.cannotOpen, "'\(name)' is of an older Steward; run steward migrate on it first")
        }
    }

    private func refuseNewer(_ database: Database) throws {
        let newest = try Self.applied(database)
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

    /// The number of the newest step that a database has.
    static func applied(_ database: Database) throws -> Int {
        try database.first("SELECT coalesce(max(number), 0) FROM migrations") { Int($0.integer(0)) } ?? 0
    }
}
