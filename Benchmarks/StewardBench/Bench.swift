import ArgumentParser
import Files
import Hummingbird
import HummingbirdCore
import Logging
import RService
import Resources
import ServiceDesk
import Store
import UnixSignals
import Web
import Wire

/// What benchmarks need beside the product: a large database, and the server with one route that answers from memory.
@main
struct Bench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(subcommands: [Seed.self, Copy.self, Serve.self, Read.self])

    struct Seed: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: """
                Fills a new database with requests and prints tokens: a specialist's, an end user's, and those of end \
                users in one team and in nine.
                """)

        @Argument var database: String
        @Argument var requests: Int

        func run() async throws {
            let desk = try await Installation(at: DatabaseAddress(database), log: Logger(label: "bench"))
            defer { desk.store.close() }
            let company = try await Company.make(in: desk)
            try await company.fill(desk, requests: requests)
            for token in company.tokens { print(token.secret) }
        }
    }

    struct Copy: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Copies a seeded database to another engine.")

        @Argument var source: String
        @Argument var target: String

        func run() async throws {
            let copy = DatabaseCopy(
                from: try DatabaseAddress(source), to: try DatabaseAddress(target), migrations: Migrations.all)
            _ = try copy.run(now: Timestamp.now()) { _, _ in }
        }
    }

    struct Serve: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract:
                "Serves a database, with /v1/replay answering the first list of requests from memory, and /v1/replay/releases that of releases."
        )

        @Argument var database: String
        @Argument var port: Int

        func run() async throws {
            var log = Logger(label: "bench") { StreamLogHandler.standardError(label: $0) }
            log.logLevel = .warning
            // Beside the database; an address of PostgreSQL is no place for files, and nothing is uploaded there.
            let files = AttachmentOptions(.folder(database + "-files", form: .local))
            let desk = try await Installation(at: DatabaseAddress(database), attachments: files, log: log)
            defer { desk.store.close() }
            var options = Face.Options()
            options.rateLimit = nil
            let replays: [RService.Route] = [
                .init(.get, "v1/replay", .replaying(.requests)),
                .init(.get, "v1/replay/releases", .replaying(.releases)),
            ]
            let face = Face(desk, options: options, further: replays, log: log)
            let application = Application(
                responder: face,
                server: .connections(log: log, refusing: Face.refusal),
                configuration: ApplicationConfiguration(
                    address: .hostname("127.0.0.1", port: port), serverName: "Steward"),
                eventLoopGroupProvider: .shared(EventLoops.group()), logger: log)
            try await application.runService(gracefulShutdownSignals: [.sigterm, .sigint])
        }
    }

    struct Read: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Reads the first list of requests again and again, without HTTP, and prints pages a second.")

        @Argument var database: String
        @Argument var token: String
        @Option var seconds = 3
        @Option(help: "How many read at the same time.") var tasks = 1

        func run() async throws {
            let desk = try await Installation(at: DatabaseAddress(database), log: Logger(label: "bench"))
            defer { desk.store.close() }
            let viewer = try await desk.authenticator.viewer(token: token, account: nil)
            let start = ContinuousClock.now
            let end = start + .seconds(seconds)
            let tasks = tasks
            let pages = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<tasks {
                    group.addTask {
                        var pages = 0
                        while .now < end {
                            let query = try ListQuery(
                                .requests, predefined: nil, parameters: [("per_page", "25")], for: viewer.perspective,
                                cursors: desk.cursors)
                            let listing = Listing(
                                .requests, .account, query, for: viewer.perspective, cursors: desk.cursors)
                            _ = try await desk.store.read(isolation: listing.isolation) { try listing.page($0) }
                            pages += 1
                        }
                        return pages
                    }
                }
                return try await group.reduce(0, +)
            }
            print(Double(pages) / ((ContinuousClock.now - start) / .seconds(1)))
        }
    }
}
