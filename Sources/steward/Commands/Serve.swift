import ArgumentParser
import Files
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
import Web

struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Serves the API until it is told to stop (SIGTERM or Ctrl-C); what is in flight is finished first.")

    @Option(help: "The address to listen on. (STEWARD_HOST)")
    var host = Configuration.value("host") ?? "127.0.0.1"

    @Option(help: "The port to listen on. (STEWARD_PORT)")
    var port: Int = Configuration.value("port").flatMap { Int($0) } ?? 8080

    @Option(
        name: .customLong("public-url"),
        help: """
            Where clients reach this server, such as https://api.example.com; else the Host header says it. \
            (STEWARD_PUBLIC_URL)
            """)
    var publicURL = Configuration.value("public-url") ?? ""

    @Option(
        help: ArgumentHelp(
            "A reverse proxy, as an address or a network like 10.0.0.0/8, whose Forwarded or X-Forwarded-* headers are "
                + "believed; may be given several times. (STEWARD_TRUSTED_PROXY, with commas)",
            valueName: "cidr"))
    var trustedProxy = Configuration.value("trusted-proxy").map { [$0] } ?? []

    @Option(help: "Calls a person may make, as 3600/h,20/2s; or off. (STEWARD_RATE_LIMIT)")
    var rateLimit = Configuration.value("rate-limit") ?? "3600/h,20/2s"

    @Option(help: "trace, debug, info, notice, warning, error or critical. (STEWARD_LOG_LEVEL)")
    var logLevel = Configuration.value("log-level") ?? "info"

    @Option(
        help: """
            How many connections to PostgreSQL this server uses at most, beside 5 for long reads. \
            (STEWARD_CONNECTIONS)
            """)
    var connections = Configuration.value("connections").flatMap { Int($0) } ?? Store.Options().connections

    @Flag(help: "Fills an empty database with a small living company and prints its people's tokens. (STEWARD_DEMO=1)")
    var demo = false

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var files: FileOptions

    func validate() throws {
        if let text = Configuration.value("port"), Int(text) == nil {
            throw ValidationError("STEWARD_PORT is '\(text)', but must be a number")
        }
        guard (0...65_535).contains(port) else { throw ValidationError("--port must be 0 to 65535") }
        if let text = Configuration.value("connections"), Int(text) == nil {
            throw ValidationError("STEWARD_CONNECTIONS is '\(text)', but must be a number")
        }
        guard (1...1000).contains(connections) else { throw ValidationError("--connections must be 1 to 1000") }
        guard Logger.Level(rawValue: logLevel) != nil else {
            throw ValidationError("--log-level '\(logLevel)' is not known; use info, warning or another of the levels")
        }
        guard rateLimit == "off" || RateLimiter.Limits(rateLimit) != nil else {
            throw ValidationError("--rate-limit '\(rateLimit)' is not understood; use a form like 3600/h,20/2s, or off")
        }
        for text in proxyTexts where IPNetwork(text) == nil {
            throw ValidationError(
                "--trusted-proxy '\(text)' is no address or network; use a form like 192.0.2.1, 10.0.0.0/8 or "
                    + "fd00::/8, with no bits beyond the prefix")
        }
        if !publicURL.isEmpty {
            guard publicURL.hasPrefix("http://") || publicURL.hasPrefix("https://") else {
                throw ValidationError("--public-url must begin with http:// or https://")
            }
            // It stands in headers and in JSON as it is.
            guard publicURL.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && !"\"<>\\,;".utf8.contains($0) }) else {
                throw ValidationError("--public-url '\(publicURL)' is no address: give it percent-encoded")
            }
        }
    }

    func run() async throws {
        Allocator.returnLargeBlocks()
        let log = logger
        let address = try database.address()
        let attachments = try files.attachments(beside: address)
        let gate = Gate()
        let service = DeskService(
            log: log,
            open: {
                let desk = try await Installation(
                    at: address, options: storeOptions, attachments: attachments, log: log)
                do {
                    try await checkFiles(desk, log)
                    if isDemo { try await Demo(desk).prepare() }
                    try await sayNextSteps(desk, log)
                    return desk
                } catch {
                    await desk.close()
                    throw error
                }
            }, onOpen: { gate.open(Face($0, options: faceOptions, log: log)) })
        do {
            try await serve(gate, service, log, mayWait: address.isShared && !isDemo)
        } catch {
            await service.close()
            throw error
        }
        await service.close()
        log.info("stopped")
    }

    /// A store of files that refuses ends the start; one that is away may come back.
    private func checkFiles(_ desk: Installation, _ log: Logger) async throws {
        do {
            try await desk.attachments.files.check()
        } catch let error as FileError where error.kind == .unavailable {
            log.warning("the store of files is away", metadata: ["error": "\(error)"])
        } catch let error as FileError {
            throw Failure("cannot keep files: \(error); give --files another place")
        }
    }

    private func serve(_ gate: Gate, _ service: DeskService, _ log: Logger, mayWait: Bool) async throws {
        try await reporting { try await service.start(mayBeAway: mayWait) }
        let application = application(gate, service, log) { port in
            log.info("listening", metadata: ["port": "\(port)"])
            guard isDemo, let desk = service.desk else { return }
            do {
                try await Demo(desk).introduce(address: publicURL.isEmpty ? "http://\(host):\(port)" : publicURL)
            } catch {
                log.error("the demo's tokens could not be made", metadata: ["error": "\(error)"])
            }
        }
        try await reporting { try await run(application, log) }
    }

    private var isDemo: Bool { demo || Configuration.value("demo") == "1" }

    private var logger: Logger {
        var log = Logger(label: "steward") { StreamLogHandler.standardError(label: $0) }
        log.logLevel = Logger.Level(rawValue: logLevel) ?? .info
        return log
    }

    private var storeOptions: Store.Options {
        var options = Store.Options()
        options.connections = connections
        return options
    }

    /// The single addresses and networks of `--trusted-proxy`.
    private var proxyTexts: [String] {
        trustedProxy.flatMap { $0.split(separator: ",", omittingEmptySubsequences: false) }
            .map { $0.trimmingCharacters(in: .whitespaces) }
    }

    private var faceOptions: Face.Options {
        var options = Face.Options()
        if !publicURL.isEmpty {
            options.publicURL = publicURL.hasSuffix("/") ? String(publicURL.dropLast()) : publicURL
        }
        options.rateLimit = RateLimiter.Limits(rateLimit)
        options.trustedProxies = TrustedProxies(proxyTexts.compactMap(IPNetwork.init))
        return options
    }

    private func application(
        _ gate: Gate, _ service: DeskService, _ log: Logger, onListening: @escaping @Sendable (Int) async -> Void
    ) -> Application<Gate> {
        var quiet = log
        // The framework reports every start and stop step; what matters is said here.
        quiet.logLevel = max(log.logLevel, .warning)
        return Application(
            responder: gate,
            server: .connections(log: log, refusing: Face.refusal),
            configuration: ApplicationConfiguration(
                address: .hostname(host, port: port), serverName: "Steward",
                availableConnectionsDelegate: MaximumAvailableConnections(Descriptors.connections(), logger: quiet)),
            services: [service],
            onServerRunning: { channel in await onListening(channel.localAddress?.port ?? 0) },
            eventLoopGroupProvider: .shared(EventLoops.group()), logger: quiet)
    }

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
        let address = desk.store.address.description.replacing("'", with: "'\\''")
        for line in [
            #"steward account create wna "Widget North America""#,
            #"steward person create --account wna --name "Your Name" --email you@example.com "#
                + "--role account_administrator --role specialist",
            "steward token create --person you@example.com",
        ] {
            log.notice("\(line) --database '\(address)'")
        }
    }
}
