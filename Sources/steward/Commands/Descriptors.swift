import Glibc

/// File descriptors: every connection takes one, and so does every file that is open. A database that gets none can
/// write nothing, so connections leave some over.
enum Descriptors {
    /// What the rest of the server may need: databases, their logs, files that come in and go out.
    private static let reserve = 256
    /// The most connections that are worth having.
    private static let mostConnections = 16_384

    /// Raises the limit of this process as far as it may, and answers how many connections it can take. Who comes when
    /// there are so many waits until another is closed.
    static func connections() -> Int {
        var limit = rlimit()
        let descriptors = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        guard getrlimit(descriptors, &limit) == 0 else { return reserve }
        let wanted = min(limit.rlim_max, rlim_t(2 * (mostConnections + reserve)))
        if limit.rlim_cur < wanted {
            let raised = rlimit(rlim_cur: wanted, rlim_max: limit.rlim_max)
            if withUnsafePointer(to: raised, { setrlimit(descriptors, $0) }) == 0 { limit = raised }
        }
        let all = Int(clamping: limit.rlim_cur)
        return min(max(all / 2, all - 4 * reserve), mostConnections)
    }
}
