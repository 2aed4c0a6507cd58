import Files
import Hummingbird
import HummingbirdTesting
import Logging
import RService
import Testing
import Web
import Wire

extension TestDesk {
    /// Runs a test against a desk whose calls are counted by the desk's clock.
    /// - Parameter proxies: whose forwarding headers are believed.
    static func run(
        counting limits: RateLimiter.Limits, behind proxies: [String] = [],
        uploadForm: UploadForm.Provider = .local, _ test: @escaping @Sendable (TestDesk) async throws -> Void
    ) async throws {
        var options = Face.Options()
        options.rateLimit = limits
        options.trustedProxies = TrustedProxies(try proxies.map { try #require(IPNetwork($0)) })
        try await run(uploadForm: uploadForm) { [options] desk in
            var options = options
            let (start, first) = (ContinuousClock.now, desk.clock.now.microseconds)
            options.clock = { start + .microseconds(desk.clock.now.microseconds - first) }
            let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            let application = Application(
                responder: Face(desk.installation, options: options, log: log), logger: log)
            try await application.test(.live) { client in
                try await test(
                    TestDesk(
                        installation: desk.installation, clock: desk.clock, client: client, tokens: desk.tokens,
                        ids: desk.ids, company: desk.company, folder: desk.folder))
            }
        }
    }
}
