import ArgumentParser
import ServiceDesk
import Store

struct BackupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup", abstract: "Copies a SQLite database into a new file, while servers work on it.",
        discussion: """
            The copy is the database at one moment, and is checked before it counts. For PostgreSQL use its own \
            tools; docs/operations.md says how.

            Example: steward backup /var/backups/steward-$(date +%F).sqlite
            """)

    @Argument(help: "The file to make; nothing is overwritten.")
    var file: String

    @OptionGroup var database: DatabaseOptions

    func run() async throws {
        let path = try database.file(for: "backup", instead: "pg_dump or pg_basebackup")
        if file.contains("://") { throw Failure("FILE must be the path of a file to make") }
        try await reporting { try Backup.make(of: path, at: file, migrations: Migrations.all) }
        print("Backed up '\(path)' to '\(file)'; the copy is sound.")
    }
}

struct RestoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore", abstract: "Makes a SQLite database of a backup.",
        discussion: """
            The backup is checked first, and is not changed. Stop the servers on the database before: it is refused \
            while one has it open.

            Example: steward restore /var/backups/steward-2026-11-21.sqlite --database steward.sqlite
            """)

    @Argument(help: "The backup.")
    var file: String

    @Flag(help: "Gives up the database that is there.")
    var replace = false

    @OptionGroup var database: DatabaseOptions

    func run() async throws {
        let path = try database.file(for: "restore", instead: "pg_restore")
        try await reporting {
            try Backup.restore(file, to: path, replace: replace, migrations: Migrations.all)
        }
        print("Restored '\(path)' from '\(file)'.")
    }
}

extension DatabaseOptions {
    /// The path of the file, for commands that work on files.
    fileprivate func file(for command: String, instead tools: String) throws -> String {
        switch try address() {
        case .file(let path): return path
        case .postgres:
            throw Failure(
                "steward \(command) is for SQLite files; for PostgreSQL use \(tools), as docs/operations.md says")
        }
    }
}
