import Logging
import Store
import TestSupport

/// The store's contract is the same on every engine: a test that takes one runs on each.
enum Engine {
    static let all = TestEngine.allCases
}

/// Where one database lives. Opening it twice gives two stores on one database, as two processes have.
typealias StorePlace = TestDatabase

extension TestDatabase {
    func open(_ migrations: [Migration], _ options: Store.Options) throws -> Store {
        try Store(at: address, migrations: migrations, options: options, log: Logger(label: "test") { _ in Quiet() })
    }

    /// Lends an open store and closes it, whatever happens.
    func withStore<Result>(
        _ migrations: [Migration] = TestTables.migrations, _ options: Store.Options = Store.Options(),
        _ body: (Store) async throws -> Result
    ) async throws -> Result {
        let store = try open(migrations, options)
        defer { store.close() }
        return try await body(store)
    }
}

extension TestEngine {
    /// A place for a database that nobody has used.
    func makePlace() throws -> TestDatabase { try TestDatabase(on: self) }

    /// Lends a store on a new database.
    func withStore<Result>(
        _ options: Store.Options = Store.Options(), _ body: (Store) async throws -> Result
    ) async throws -> Result {
        try await TestDatabase.lend(on: self) { try await $0.withStore(TestTables.migrations, options, body) }
    }
}

/// Failures that tests provoke need not be on the console.
struct Quiet: LogHandler {
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.critical
    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }
    func log(event: LogEvent) {}
}
