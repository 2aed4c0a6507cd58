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
    @Option(
        help: """
            A SQLite file, which is created when it is not there, or the address of a PostgreSQL database: \
            postgres://user@host:5432/steward. (STEWARD_DATABASE)
            """)
    var database = Configuration.value("database") ?? "steward.sqlite"

    /// What `database` says.
    func address() throws -> DatabaseAddress { try Self.address(database) }

    /// Reads an address as `--database` takes it.
    static func address(_ text: String) throws -> DatabaseAddress {
        do { return try DatabaseAddress(text) } catch { throw Failure(error.description) }
    }

    /// Opens the database, or makes a new one. An older one is refused: a server may be working on it.
    /// - Parameter migrates: whether an older one is brought to the newest schema instead.
    func open(
        migrates: Bool = false,
        log: Logger = Logger(label: "steward") { StreamLogHandler.standardError(label: $0) }
    ) async throws -> Installation {
        let address = try address()
        var options = Store.Options()
        options.migrates = migrates
        return try await reporting { try await Installation(at: address, options: options, log: log) }
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

    init(_ description: String) {
        self.description = description.split(whereSeparator: \.isNewline).joined(separator: " ")
    }
}

/// Turns the errors of the layers below into one line each.
func reporting<Result>(_ body: () async throws -> Result) async throws -> Result {
    do { return try await body() } catch { throw reported(error) }
}

private func reported(_ error: any Error) -> any Error {
    switch error {
    case let error as StoreError: Failure(error.description)
    case Refusal.invalid(let errors): Failure(errors.map(\.text).joined(separator: "; "))
    case Refusal.notFound: Failure("there is no such record, or it has been dealt with already")
    default: error
    }
}
