import Synchronization

/// Keeps what this process caches in step with what it and other processes change.
final class CacheKeeper: Sendable {
    /// The invalidations of this process; caches follow it.
    let invalidations = InvalidationLog()
    private let known = Mutex(Epoch())

    /// Drops from the connection's cache what changed since it was last used. This comes before the snapshot begins:
    /// what is cached from a snapshot older than a change is then dropped the next time.
    func follow(_ database: Database) {
        let position = invalidations.position
        guard position != database.invalidationsSeen else { return }
        let (entries, end) = invalidations.entries(after: database.invalidationsSeen)
        if entries.contains(.everything) {
            database.companion = nil
        } else if let cache = database.companion as? any ConnectionCache {
            for entry in entries { cache.drop(entry) }
        }
        database.invalidationsSeen = end
    }

    /// This process has committed changes. When nobody else counted on the same row in between, they are all that
    /// changed there.
    func changed(_ entries: [Invalidation], _ step: Epoch.Step?) {
        guard let step else { return }
        let isAll = known.withLock { $0.take(step) }
        invalidations.append(isAll ? entries : [.everything])
    }

    /// The epoch is this far: when it moved, and nobody here knows why, everything cached is dropped. A look that began
    /// before a commit of our own ended may drop once too often.
    func look(_ epoch: Epoch) {
        if known.withLock({ $0.take(epoch) }) { invalidations.append([.everything]) }
    }

    /// Nobody knows what changed.
    func lostSight() {
        known.withLock { $0 = Epoch() }
        invalidations.append([.everything])
    }

    /// Where the epoch stood when the database was opened.
    func begin(at epoch: Epoch) { known.withLock { $0 = epoch } }
}
