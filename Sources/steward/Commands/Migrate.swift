import ArgumentParser
import ServiceDesk
import Store

struct Migrate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Creates the database, or brings an older one to this version's schema.",
        discussion: """
            The server does this by itself when it starts; run it alone to do it before an upgrade goes live. Servers \
            of an older version that still work on the database stop. Other commands refuse an older database.
            """)

    @OptionGroup var database: DatabaseOptions

    func run() async throws {
        let desk = try await database.open(migrates: true)
        desk.store.close()
        print("The database '\(desk.store.address)' is up to date.")
    }
}
