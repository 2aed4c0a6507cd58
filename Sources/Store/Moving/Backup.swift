import CSQLite

/// Copies of a database file, made while a server works on it and put back when none does.
public enum Backup {
    /// Copies a database as it is at this moment into a new file. Servers go on reading and writing meanwhile.
    /// - Throws: `StoreError`; then there is no new file.
    public static func make(of path: String, at backup: String, migrations: [Migration]) throws {
        try SQLiteEngine.requireFile(path)
        let source = try SQLiteConnection(path: path)
        try Migrator(migrations, name: path).requireKnown(Database(source))
        try NewFile.make(at: backup) { draft in
            let target = try SQLiteConnection(path: draft)
            try copyPages(from: source, to: target)
            // One file, without a log beside it, is what an operator carries away.
            try target.run(script: "PRAGMA journal_mode = DELETE")
        }
    }

    /// Puts a backup in the place of a database, or makes a new one of it. The backup is checked first.
    /// - Parameter replace: whether a database that is there may be given up.
    /// - Throws: `StoreError`; then the database is as it was. `unavailable` when somebody works on it.
    public static func restore(
        _ backup: String, to path: String, replace: Bool, migrations: [Migration]
    ) throws {
        try SQLiteEngine.requireFile(backup)
        let source = try SQLiteConnection(path: backup)
        try check(source, backup)
        try Migrator(migrations, name: backup).requireKnown(Database(source))
        if SQLiteEngine.isFile(path) {
            guard replace else {
                throw StoreError(
                    .cannotOpen, "there is a database '\(path)' already; say --replace to give it up for the backup")
            }
            try SQLiteEngine.refuseOtherFiles(path)
            let target = try SQLiteConnection(path: path)
            try takeAlone(target, path)
            try copyPages(from: source, to: target)
        } else {
            try NewFile.make(at: path) { try copyPages(from: source, to: SQLiteConnection(path: $0)) }
        }
    }

    private static func check(_ connection: SQLiteConnection, _ path: String) throws {
        var complaint: String?
        do {
            try connection.step(plan: nil, "PRAGMA integrity_check(1)", []) { row in
                if row.text(0) != "ok" { complaint = row.text(0) }
                return true
            }
        } catch let error as StoreError {
            complaint = error.description
        }
        if let complaint {
            throw StoreError(.cannotOpen, "the backup '\(path)' is damaged (\(complaint)); use another one")
        }
    }

    /// Every process that works on a database holds a lock on its file for as long as it has it open.
    private static func takeAlone(_ connection: SQLiteConnection, _ path: String) throws {
        do {
            sqlite3_busy_timeout(connection.handle, 0)
            try connection.run(
                script: "PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; COMMIT; PRAGMA wal_checkpoint(TRUNCATE)")
        } catch {
            throw StoreError(
                .unavailable, "somebody works on '\(path)' (\(error.description)); stop the server, then restore")
        }
    }

    private static func copyPages(from source: SQLiteConnection, to target: SQLiteConnection) throws {
        guard let backup = sqlite3_backup_init(target.handle, "main", source.handle, "main") else {
            throw StoreError(.unavailable, String(cString: sqlite3_errmsg(target.handle)))
        }
        // All in one step: it sees one state, however much is written meanwhile.
        sqlite3_backup_step(backup, -1)
        guard sqlite3_backup_finish(backup) == SQLITE_OK else {
            throw StoreError(.unavailable, "copying failed: \(String(cString: sqlite3_errmsg(target.handle)))")
        }
    }
}
