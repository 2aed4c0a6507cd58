import Glibc

/// Waiting for a socket of a library that does not wait with a deadline itself.
enum Socket {
    /// Waits for `events`.
    /// - Returns: false when the time was over first.
    static func wait(_ socket: Int32, for events: Int16, until end: ContinuousClock.Instant?) -> Bool {
        var watched = pollfd(fd: socket, events: events, revents: 0)
        while true {
            var timeout: Int32 = -1
            if let end {
                let left = (end - .now) / .milliseconds(1)
                if left <= 0 { return false }
                timeout = Int32(min(left.rounded(.up), 3_600_000))
            }
            switch poll(&watched, 1, timeout) {
            case 0: continue
            case -1 where errno == EINTR: continue
            // An error shows when the library reads.
            default: return true
            }
        }
    }
}
