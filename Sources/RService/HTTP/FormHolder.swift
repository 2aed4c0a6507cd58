import Hummingbird
import Synchronization
import Web

/// Whom an upload counts for that comes without a token: the person to whom its form was given out. That is known once
/// the form has come in, and before the file does.
final class FormHolder: Sendable {
    /// The person, and where they stand.
    struct Known: Sendable {
        let person: Int64
        let verdict: RateLimiter.Verdict
    }

    private let count: @Sendable (RateLimiter.Caller) -> RateLimiter.Verdict
    private let state = Mutex<Known?>(nil)

    /// - Parameter count: counts a call.
    init(counting count: @escaping @Sendable (RateLimiter.Caller) -> RateLimiter.Verdict) { self.count = count }

    /// Nil while the form is not known, or not known to be right.
    var known: Known? { state.withLock { $0 } }

    /// Counts the call for a person.
    /// - Throws: `HTTPError` when they call too often.
    func take(_ person: Int64) throws {
        let verdict = count(.person(person))
        state.withLock { $0 = Known(person: person, verdict: verdict) }
        if verdict.retryAfter != nil { throw HTTPError(.tooManyRequests) }
    }
}
