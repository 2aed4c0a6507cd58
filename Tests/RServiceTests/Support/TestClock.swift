import Synchronization
import Wire

/// A clock that stands still until it is told to go on. It begins at the instant the seeds' samples show.
final class TestClock: Sendable {
    private static let start = Timestamp(microseconds: 1_675_250_085_000_000)
    private let time = Mutex(start)

    var now: Timestamp { time.withLock { $0 } }

    func advance(seconds: Int64) { advance(milliseconds: seconds * 1_000) }

    func advance(milliseconds: Int64) {
        time.withLock { $0 = Timestamp(microseconds: $0.microseconds + milliseconds * 1_000) }
    }
}
