import ArgumentParser
import Foundation
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import RService
import ServiceDesk
import ServiceLifecycle
import Store
import UnixSignals

struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Serves the API until it is told to stop (SIGTERM or Ctrl-C); what is in flight is finished first.")

    @Option(help: "The address to listen on. (STEWARD_HOST)")
    var host = Configuration.value("host") ?? "127.0.0.1"

    @Option(help: "The port to listen on. (STEWARD_PORT)")
    var port: Int = Configuration.value("port").flatMap { Int($0) } ?? 8080

    @Option(
        name: .customLong("public-url"),
        help:
            "Where clients reach this server, such as https://api.example.com; else the Host header says it. (STEWARD_PUBLIC_URL)"
    )
    var publicURL = Configuration.value("public-url") ?? ""

    @Option(help: "Calls a person may make, as 3600/h,20/2s; or off. (STEWARD_RATE_LIMIT)")
    var rateLimit = Configuration.value("rate-limit") ?? "3600/h,20/2s"

    @Option(help: "trace, debug, info, notice, warning, error or critical. (STEWARD_LOG_LEVEL)")
    var logLevel = Configuration.value("log-level") ?? "info"

    @Flag(help: "Fills an empty database with a small living company and prints its people's tokens. (STEWARD_DEMO=1)")
    var demo = false

    @OptionGroup var database: DatabaseOptions

    func validate() throws {
        if let text = Configuration.value("port"), Int(text) == nil {
            throw ValidationError("STEWARD_PORT is '\(text)', but must be a number")
        }
        guard (0...65_535).contains(port) else { throw ValidationError("--port must be 0 to 65535") }
        guard Logger.Level(rawValue: logLevel) != nil else {
            throw ValidationError("--log-level '\(logLevel)' is not known; use info, warning or another of the levels")
        }
        guard rateLimit == "off" || RateLimiter.Limits(rateLimit) != nil else {
            throw ValidationError("--rate-limit '\(rateLimit)' is not understood; use a form like 3600/h,20/2s, or off")
        }
        if !publicURL.isEmpty, !publicURL.hasPrefix("http://"), !publicURL.hasPrefix("https://") {
            throw ValidationError("--public-url must begin with http:// or https://")
        }
    }

    func run() async throws {
        let log = logger
        let desk = try await database.open(log: log)
        defer { desk.store.close() }
        let demo = demo || Configuration.value("demo") == "1" ? Demo(desk) : nil
        if let demo { try await reporting { try await demo.prepare() } }
        try await sayNextSteps(desk, log)
        let application = application(desk, log) { port in
            log.info("listening", metadata: ["port": "\(port)"])
            do {
                try await demo?.introduce(address: publicURL.isEmpty ? "http://\(host):\(port)" : publicURL)
            } catch {
                log.error("the demo's tokens could not be made", metadata: ["error": "\(error)"])
            }
        }
        try await run(application, log)
        log.info("stopped")
    }

    private var logger: Logger {
        var log = Logger(label: "steward") { StreamLogHandler.standardError(label: $0) }
        log.logLevel = Logger.Level(rawValue: logLevel) ?? .info
        return log
    }

    private func application(
        _ desk: Installation, _ log: Logger, onListening: @escaping @Sendable (Int) async -> Void
    ) -> Application<Face> {
        var options = Face.Options()
        if !publicURL.isEmpty {
            options.publicURL = publicURL.hasSuffix("/") ? String(publicURL.dropLast()) : publicURL
        }
        options.rateLimit = RateLimiter.Limits(rateLimit)
        var quiet = log
        // The framework reports every start and stop step; what matters is said here.
        quiet.logLevel = max(log.logLevel, .warning)
        return Application(
            responder: Face(desk, options: options, log: log),
            server: .http1(configuration: HTTP1Channel.Configuration(idleTimeout: Self.idleTimeout)),
            configuration: ApplicationConfiguration(address: .hostname(host, port: port), serverName: "Steward"),
            services: [EpochFollower(store: desk.store)],
            onServerRunning: { channel in await onListening(channel.localAddress?.port ?? 0) },
            eventLoopGroupProvider: .shared(EventLoops.group()), logger: quiet)
    }

    /// How long a connection may stand still, in the middle of a body too.
    private static let idleTimeout: TimeAmount = .seconds(60)
    /// How long what is in flight may take after the server was told to stop.
    private static let stoppingTime: Duration = .seconds(10)

    private func run(_ application: some Service, _ log: Logger) async throws {
        var configuration = ServiceGroupConfiguration(
            services: [application], gracefulShutdownSignals: [.sigterm, .sigint], logger: log)
        configuration.maximumGracefulShutdownDuration = Self.stoppingTime
        var quiet = log
        quiet.logLevel = max(log.logLevel, .critical)
        configuration.logger = quiet
        do {
            try await ServiceGroup(configuration: configuration).run()
        } catch is CancellationError {
            log.notice("stopped with calls in flight that took too long")
        } catch let error as IOError {
            throw Failure("cannot listen on \(host):\(port): \(Self.reason(error))")
        } catch let error as SocketAddressError.UnknownHost {
            throw Failure(
                "cannot listen on \(error.host):\(port): no such host; give --host an address of this machine")
        } catch let error as SocketAddressError {
            throw Failure("cannot listen on \(host):\(port): \(error); give --host an address of this machine")
        }
    }

    private static func reason(_ error: IOError) -> String {
        switch error.errnoCode {
        case EADDRINUSE: "the address is in use; stop the program that uses it, or choose another --port"
        case EADDRNOTAVAIL: "that is not an address of this machine; choose another --host"
        case EACCES: "ports below 1024 need more rights; choose another --port"
        default: "\(error)"
        }
    }

    private func sayNextSteps(_ desk: Installation, _ log: Logger) async throws {
        guard try await desk.store.read({ try PeopleDirectory.isEmpty($0) }) else { return }
        log.notice("the database is empty; run these next")
        for line in [
            #"steward account create wna "Widget North America""#,
            #"steward person create --account wna --name "Your Name" --email you@example.com --role account_administrator --role specialist"#,
            "steward token create --person you@example.com",
        ] {
            log.notice("\(line) --database '\(database.database.replacing("'", with: "'\\''"))'")
        }
    }
}

/// Follows what other processes change, until the server stops.
private struct EpochFollower: Service {
    let store: Store

    func run() async throws {
        await cancelWhenGracefulShutdown { await store.followEpochs() }
    }
}
