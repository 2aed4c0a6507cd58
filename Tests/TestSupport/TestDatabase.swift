import Foundation
import Store
import Testing

/// The engines that suites run on.
public enum TestEngine: String, Sendable, CaseIterable, CustomTestStringConvertible {
    case sqlite
    case postgres

    /// The one that `STEWARD_TEST_ENGINE` names; SQLite when it names none. The tests run once for each.
    public static let current =
        ProcessInfo.processInfo.environment["STEWARD_TEST_ENGINE"].flatMap(TestEngine.init) ?? .sqlite

    public var testDescription: String { rawValue }
}

/// A database that nobody has used; what is in it is gone with this object.
public final class TestDatabase: Sendable {
    /// Where it is.
    public let address: DatabaseAddress
    private let remove: @Sendable () -> Void

    public init(on engine: TestEngine = .current) throws {
        let name = "t" + UUID().uuidString.lowercased().filter { $0 != "-" }
        switch engine {
        case .sqlite:
            let folder = FileManager.default.temporaryDirectory.appending(path: "steward-\(name)")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            address = .file(folder.appending(path: "test.sqlite").path)
            remove = { try? FileManager.default.removeItem(at: folder) }
        case .postgres:
            let server = try PostgresServer.shared()
            address = try DatabaseAddress(try server.makeSchema(name))
            remove = { try? server.dropSchema(name) }
        }
    }

    deinit { remove() }

    /// The path of the file; empty on PostgreSQL.
    public var path: String {
        if case .file(let path) = address { path } else { "" }
    }

    /// Lends a database for the time of a test. All tests begin at once; a server is not asked for more databases at a
    /// time than it serves well.
    public static func lend<Result>(
        on engine: TestEngine = .current, _ body: (TestDatabase) async throws -> Result
    ) async throws -> Result {
        guard engine == .postgres else { return try await body(try TestDatabase(on: engine)) }
        await Turnstile.shared.enter()
        do {
            let result = try await body(try TestDatabase(on: engine))
            await Turnstile.shared.leave()
            return result
        } catch {
            await Turnstile.shared.leave()
            throw error
        }
    }
}

/// Lets so many in at a time.
private actor Turnstile {
    static let shared = Turnstile(places: 12)

    private var places: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(places: Int) { self.places = places }

    func enter() async {
        if places > 0 {
            places -= 1
        } else {
            await withCheckedContinuation { waiting.append($0) }
        }
    }

    func leave() {
        if waiting.isEmpty { places += 1 } else { waiting.removeFirst().resume() }
    }
}
