import ArgumentParser
import ServiceDesk
import Store

struct Migrate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Creates the database, or brings an older one to this version's schema.",
        discussion: "Every command does this by itself; run it alone to do it before an upgrade goes live.")

    @OptionGroup var database: DatabaseOptions

    func run() async throws {
        let desk = try await database.open()
        desk.store.close()
        print("The database '\(desk.store.address)' is up to date.")
    }
}
