import ArgumentParser
import Foundation
import Logging
import Resources
import ServiceDesk
import Store

/// Options as environment variables: `--public-url` is `STEWARD_PUBLIC_URL`.
enum Configuration {
    static func value(_ option: String) -> String? {
        let name = "STEWARD_" + option.uppercased().replacing("-", with: "_")
        return ProcessInfo.processInfo.environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }
}

/// Which database a command works on.
struct DatabaseOptions: ParsableArguments {
    @Option(help: "The SQLite file; it is created when it is not there. (STEWARD_DATABASE)")
    var database = Configuration.value("database") ?? "steward.sqlite"

    /// Opens the database and brings it to the newest schema.
    func open(log: Logger = Logger(label: "steward") { StreamLogHandler.standardError(label: $0) }) async throws
        -> Installation
    {
        if database.isEmpty || database.hasPrefix(":") || database.contains("://") {
            throw Failure("cannot open the database '\(database)': only SQLite files are supported; give a path")
        }
        return try await reporting { try await Installation(database: database, log: log) }
    }

    /// Runs a transaction on the database and closes it.
    func write<Result: Sendable>(_ body: @escaping @Sendable (Transaction) throws -> Result) async throws -> Result {
        let desk = try await open()
        defer { desk.store.close() }
        return try await reporting { try await desk.store.write(body) }
    }

    /// Reads from the database and closes it.
    func read<Result: Sendable>(_ body: @escaping @Sendable (Database) throws -> Result) async throws -> Result {
        let desk = try await open()
        defer { desk.store.close() }
        return try await reporting { try await desk.store.read(body) }
    }
}

/// A failure as the operator reads it: one line that says what, why and what to do.
struct Failure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

/// Turns the errors of the layers below into one line each.
func reporting<Result>(_ body: () async throws -> Result) async throws -> Result {
    do {
        return try await body()
    } catch let error as StoreError {
        throw Failure(error.description)
    } catch Refusal.invalid(let errors) {
        throw Failure(errors.map(\.text).joined(separator: "; "))
    } catch Refusal.notFound {
        throw Failure("there is no such record, or it has been dealt with already")
    }
}
