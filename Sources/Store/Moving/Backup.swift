import CSQLite
import Foundation

/// Copies of a database file, made while a server works on it and put back when none does.
public enum Backup {
    /// Copies a database as it is at this moment into a new file, and checks the copy as `restore` will. Servers go on
    /// reading and writing meanwhile.
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
            if let problem = IntegrityCheck(target).problem() {
                throw StoreError(
                    .cannotOpen,
                    "the database '\(path)' is damaged (\(problem)), so no backup of it is kept; restore an earlier one"
                )
            }
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
        if let problem = IntegrityCheck(source).problem() {
            throw StoreError(.cannotOpen, "the backup '\(backup)' is damaged (\(problem)); use another one")
        }
        try Migrator(migrations, name: backup).requireKnown(Database(source))
        if SQLiteEngine.isFile(path) {
            guard replace else {
                throw StoreError(
                    .cannotOpen, "there is a database '\(path)' already; say --replace to give it up for the backup")
            }
            try put(source, of: backup, over: path)
        } else {
            try NewFile.make(at: path) { try copyPages(from: source, to: SQLiteConnection(path: $0)) }
        }
    }

    private static func put(_ source: SQLiteConnection, of backup: String, over path: String) throws {
        if try isSame(backup, path) {
            throw StoreError(.cannotOpen, "'\(path)' is the backup itself; name the database to restore")
        }
        try SQLiteEngine.refuseOtherFiles(path)
        let target = try SQLiteConnection(path: path)
        let isSound = try takeAlone(target, path)
        if isSound {
            let tables = (try? Database(target).tables()) ?? []
            guard tables.isEmpty || tables.contains("migrations") else {
                throw StoreError(.cannotOpen, "'\(path)' is the database of another program; name another one")
            }
            // Within the file, so that it is the old or the new one at every moment.
            do {
                return try copyPages(from: source, to: target)
            } catch  where [SQLITE_CORRUPT, SQLITE_NOTADB, SQLITE_READONLY].contains(target.lastCode) {}
        }
        // A file that is damaged, or has pages of another size, cannot be written to.
        try NewFile.replace(at: path) { try copyPages(from: source, to: SQLiteConnection(path: $0)) }
    }

    private static func isSame(_ one: String, _ other: String) throws -> Bool {
        let paths = [one, other].map { URL(filePath: $0).resolvingSymlinksInPath().standardizedFileURL.path }
        return paths[0] == paths[1]
    }

    /// Every process that works on a database holds a lock on its file for as long as it has it open.
    /// - Returns: false when the file is too damaged to be locked as a database, and nobody can work on it.
    private static func takeAlone(_ connection: SQLiteConnection, _ path: String) throws -> Bool {
        sqlite3_busy_timeout(connection.handle, 0)
        do {
            try connection.run(script: "PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; COMMIT")
            return true
        } catch {
            switch connection.lastCode {
            case SQLITE_BUSY, SQLITE_LOCKED:
                throw StoreError(.unavailable, "somebody works on '\(path)'; stop the server, then restore")
            case SQLITE_CORRUPT, SQLITE_NOTADB: return false
            default: throw StoreError(.cannotOpen, "cannot take '\(path)' alone: \(error)")
            }
        }
    }

    private static func copyPages(from source: SQLiteConnection, to target: SQLiteConnection) throws {
        guard let backup = sqlite3_backup_init(target.handle, "main", source.handle, "main") else {
            throw StoreError(.unavailable, String(cString: sqlite3_errmsg(target.handle)))
        }
        // All in one step: it sees one state, however much is written meanwhile.
        let isDone = sqlite3_backup_step(backup, -1) == SQLITE_DONE
        guard sqlite3_backup_finish(backup) == SQLITE_OK, isDone else {
            throw StoreError(.unavailable, "copying failed: \(String(cString: sqlite3_errmsg(target.handle)))")
        }
    }
}

extension SQLiteConnection {
    /// What the last call came to, without its finer distinctions.
    fileprivate var lastCode: Int32 { sqlite3_errcode(handle) & 0xFF }
}
