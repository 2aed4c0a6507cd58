import Logging
import ServiceDesk
import ServiceLifecycle
import Store
import Synchronization

/// Opens the database, waiting for one that is away; then, until the server stops, follows what other processes change
/// and sweeps files that nobody needs.
final class DeskService: Service {
    private let open: @Sendable () async throws -> Installation
    private let onOpen: @Sendable (Installation) -> Void
    private let log: Logger
    private let opened = Mutex<Installation?>(nil)

    /// The pause after the first failed try; it doubles with each.
    private static let firstPause: Duration = .milliseconds(250)
    private static let longestPause: Duration = .seconds(5)

    /// - Parameter onOpen: told once, before calls are let through.
    init(
        log: Logger, open: @escaping @Sendable () async throws -> Installation,
        onOpen: @escaping @Sendable (Installation) -> Void
    ) {
        self.log = log
        self.open = open
        self.onOpen = onOpen
    }

    /// The open database; nil while it is away.
    var desk: Installation? { opened.withLock { $0 } }

    /// Tries once.
    /// - Parameter mayBeAway: whether a database that is away is waited for by `run`.
    /// - Throws: `StoreError`, and what the opening throws, when waiting is no use.
    func start(mayBeAway: Bool) async throws {
        do {
            try await tryToOpen()
        } catch let error as StoreError where mayBeAway && error.kind == .unavailable {
            log.warning("waiting for the database; calls are answered 503", metadata: ["error": "\(error)"])
        }
    }

    func run() async throws {
        try await cancelWhenGracefulShutdown { [self] in
            try await waitForDatabase()
            guard let desk else { return }
            async let sweeping: Void = AttachmentSweep(desk, log: log).run()
            async let scheduling: Void = Scheduler(desk, log: log).run()
            await desk.store.followEpochs()
            // Nothing is left to do for a server whose database a newer one has taken over.
            if desk.store.isOutdated { throw StoreError(.newer, "a newer Steward has taken over the database") }
            await sweeping
            await scheduling
        }
    }

    func close() async { await desk?.close() }

    private func tryToOpen() async throws {
        let desk = try await open()
        opened.withLock { $0 = desk }
        onOpen(desk)
    }

    private func waitForDatabase() async throws {
        var pause = Self.firstPause
        while desk == nil {
            try? await Task.sleep(for: pause)
            if Task.isCancelled { return }
            do {
                try await tryToOpen()
                log.notice("the database is there")
            } catch let error as StoreError where error.kind == .unavailable {
                log.debug("still waiting for the database", metadata: ["error": "\(error)"])
                pause = min(pause * 2, Self.longestPause)
            }
        }
    }
}
