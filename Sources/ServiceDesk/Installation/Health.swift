import Store
import Synchronization

/// Whether the server can do its work: read, and write to disk. Reading is tried whenever somebody asks; writing every
/// few seconds while somebody does, and nobody waits for that, so that asking often costs little and asking never
/// hangs.
public final class Health: Sendable {
    private struct Look {
        var began: ContinuousClock.Instant?
        var ended: ContinuousClock.Instant?
        var failure: StoreError?
    }

    private let store: Store
    private let look = Mutex(Look())

    /// How long a look is good for.
    private static let age: Duration = .seconds(5)
    /// The same for one that found something wrong.
    private static let failedAge: Duration = .seconds(1)
    /// How long a write may take; past it the writer is stuck.
    private static let patience: Duration = .seconds(15)

    init(_ store: Store) { self.store = store }

    /// - Throws: `StoreError` that says what does not work.
    public func check() async throws {
        _ = try await store.read(isolation: .statement) { try $0.first("SELECT 1") { _ in true } }
        if isLookDue { Task { await self.write() } }
        if let failure = failure { throw failure }
    }

    /// Whether it is time for another look; then it has begun.
    private var isLookDue: Bool {
        look.withLock { look in
            let age = look.failure == nil ? Self.age : Self.failedAge
            guard look.began == nil, look.ended.map({ .now - $0 >= age }) ?? true else { return false }
            look.began = .now
            return true
        }
    }

    private var failure: StoreError? {
        look.withLock { look in
            if let began = look.began, .now - began > Self.patience {
                return StoreError(.unavailable, "a write has taken \(Self.patience) and longer")
            }
            return look.failure
        }
    }

    private func write() async {
        var failure: StoreError?
        do {
            _ = try await store.write { transaction in
                try transaction.execute(
                    """
                    INSERT INTO heartbeats (name, at) VALUES ('health', \(transaction.now))
                    ON CONFLICT (name) DO UPDATE SET at = excluded.at
                    """)
            }
        } catch let error as StoreError where error.kind == .outcomeUnknown {
            // The database takes writes; a replica of it does not say so.
        } catch {
            failure = error as? StoreError ?? StoreError(.unavailable, String(describing: error))
        }
        look.withLock { look in
            look.began = nil
            look.ended = .now
            look.failure = failure
        }
    }
}
