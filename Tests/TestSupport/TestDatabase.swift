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
}
