import Foundation
import Logging
import Store

/// Where a second engine joins the contract suite: give `Engine.all` another factory, and every test below runs on it.
protocol StoreFactory: Sendable {
    /// A place for a database that nobody has used; what is there is gone when the place is.
    func makePlace() throws -> any StorePlace
}

/// Where one database lives. Opening it twice gives two stores on one database, as two processes have.
protocol StorePlace: Sendable {
    func open(_ migrations: [Migration], _ options: Store.Options) throws -> Store
}

enum Engine {
    static let all: [any StoreFactory] = [EmbeddedEngine()]
}

/// The embedded engine: a file in a folder of its own.
struct EmbeddedEngine: StoreFactory, CustomStringConvertible {
    let description = "embedded"

    func makePlace() throws -> any StorePlace { try TemporaryFile() }
}

/// A path in a folder of its own, removed with this object.
final class TemporaryFile: StorePlace {
    let path: String
    private let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "steward-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        path = folder.appending(path: "test.sqlite").path
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    func open(_ migrations: [Migration], _ options: Store.Options) throws -> Store {
        try Store(path: path, migrations: migrations, options: options, log: Logger(label: "test") { _ in Quiet() })
    }
}

extension StorePlace {
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

extension StoreFactory {
    /// Lends a store on a new database.
    func withStore<Result>(
        _ options: Store.Options = Store.Options(), _ body: (Store) async throws -> Result
    ) async throws -> Result {
        try await makePlace().withStore(TestTables.migrations, options, body)
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
