import Store
import Synchronization

/// Whether the server can do its work: read, and write to disk. Whoever asks learns what the last look found; it is at
/// most a few seconds old, so that asking often costs nothing.
public final class Health: Sendable {
    private struct State {
        var look: Task<Void, any Error>?
        var end = ContinuousClock.now
    }

    private let store: Store
    private let state = Mutex(State())

    /// How long a look is good for.
    private static let age: Duration = .seconds(5)
    /// The same for one that found something wrong.
    private static let failedAge: Duration = .seconds(1)

    init(_ store: Store) { self.store = store }

    /// - Throws: `StoreError` that says what does not work.
    public func check() async throws {
        let look = state.withLock { known in
            if let look = known.look, .now < known.end { return look }
            let look = Task { [self] in
                do {
                    try await write()
                } catch {
                    self.state.withLock { $0.end = .now + Self.failedAge }
                    throw error
                }
            }
            known.look = look
            known.end = .now + Self.age
            return look
        }
        try await look.value
    }

    private func write() async throws {
        _ = try await store.write { transaction in
            try transaction.execute(
                """
                INSERT INTO heartbeats (name, at) VALUES ('health', \(transaction.now))
                ON CONFLICT (name) DO UPDATE SET at = excluded.at
                """)
        }
    }
}
