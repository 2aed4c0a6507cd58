import ArgumentParser
import Foundation
import ServiceDesk
import Store
import Wire

struct CopyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "copy", abstract: "Copies everything from one database into another, empty one.",
        discussion: """
            From SQLite to PostgreSQL, back, or between two of a kind. Stop the servers on the source first: what they \
            write while it is copied stays behind. All is copied or nothing; both sides are compared before the \
            copy counts.

            Example: steward copy --from steward.sqlite --to postgres://steward@db.example.com/steward
            """)

    @Option(help: "The database to copy; it is not changed.")
    var from: String

    @Option(help: "Where to: a new SQLite file, or an empty PostgreSQL database.")
    var to: String

    func run() async throws {
        let copy = DatabaseCopy(
            from: try DatabaseOptions.address(from), to: try DatabaseOptions.address(to), migrations: Migrations.all)
        let bar = ProgressBar()
        let digests = try await reporting {
            defer { bar.clear() }
            return try copy.run(now: Timestamp.now()) { bar.show($0, of: $1) }
        }
        let width = digests.map(\.table.count).max() ?? 0
        for digest in digests {
            let name = digest.table.padding(toLength: width, withPad: " ", startingAt: 0)
            let rows = String(digest.rows)
            print(
                "\(name)  \(String(repeating: " ", count: max(12 - rows.count, 0)))\(rows)  sha256:\(digest.checksum)")
        }
        print("Copied \(digests.reduce(0) { $0 + $1.rows }) rows; both sides agree on every table.")
    }
}
