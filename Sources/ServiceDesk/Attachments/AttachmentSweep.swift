import Files
import Logging
import Resources
import Store
import Wire

/// Removes files that nobody needs any more: those taken off their last record, and uploads that were never put on one.
public struct AttachmentSweep: Sendable {
    private let store: Store
    private let files: any FileStore
    private let log: Logger

    /// How often it runs, whichever server does it.
    public static let interval: Duration = .seconds(3_600)
    private static let claimSeconds: Int64 = 3_500
    /// How long a file outlives its last record: longer than a transaction that may put it on another.
    private static let graceSeconds: Int64 = 3_600
    /// The most keys asked for in one statement, and removals in one sweep.
    private static let batch = 100
    private static let maximumRemovals = 1_000

    public init(_ desk: Installation, log: Logger) {
        self.log = log
        store = desk.store
        files = desk.attachments.files
    }

    /// Sweeps every hour until cancelled.
    public func run() async {
        while !Task.isCancelled {
            do {
                let removed = try await sweep()
                if removed > 0 { log.info("removed files on no record", metadata: ["files": "\(removed)"]) }
            } catch is CancellationError {
                return
            } catch {
                log.warning("files on no record could not be removed", metadata: ["error": "\(error)"])
            }
            try? await Task.sleep(for: Self.interval)
        }
    }

    /// Sweeps, unless a server did lately.
    /// - Returns: how many files were removed.
    @discardableResult
    public func sweep() async throws -> Int {
        let now = store.now
        guard let from = try await claim(now) else { return 0 }
        try await files.removeUnfinished(before: now.secondsSince1970 - AttachmentKey.keepSeconds)
        let removed = try await removeTakenOff(now)
        let unused = try await removeUnused(from: from, now)
        let through = now.adding(seconds: -AttachmentKey.keepSeconds)
        // What could not be removed is looked at again.
        guard unused.isComplete else { return removed + unused.count }
        _ = try await store.write { transaction in
            try transaction.execute(
                "UPDATE sweeps SET done_through = \(max(from, through)) WHERE name = 'attachments'")
        }
        return removed + unused.count
    }

    /// The moment up to which uploads have been looked at, if it is this server's turn.
    private func claim(_ now: Timestamp) async throws -> Timestamp? {
        try await store.write { transaction in
            // The first sweep of a database begins where it is.
            try transaction.execute(
                """
                INSERT INTO sweeps (name, claimed_at, done_through) VALUES ('attachments', 0, \(now))
                ON CONFLICT DO NOTHING
                """)
            let changed = try transaction.execute(
                """
                UPDATE sweeps SET claimed_at = \(now)
                WHERE name = 'attachments' AND claimed_at <= \(now.adding(seconds: -Self.claimSeconds))
                """)
            guard changed == 1 else { return nil }
            return try transaction.db.first("SELECT done_through FROM sweeps WHERE name = 'attachments'") {
                $0.timestamp(0)
            }
        }
    }

    private func removeTakenOff(_ now: Timestamp) async throws -> Int {
        let time = now.adding(seconds: -Self.graceSeconds)
        // One statement, so that a file cannot be put back between two looks: it can only be put on a record while it
        // is on one, and whoever takes it off the last one makes its removal young again.
        let keys = try await store.read(cost: .open) { db in
            try db.all(
                """
                SELECT key FROM file_removals r WHERE created_at < \(time)
                AND NOT EXISTS (SELECT 1 FROM attachments a WHERE a.key = r.key) LIMIT \(Self.maximumRemovals)
                """
            ) { $0.text(0) }
        }
        var removed: [String] = []
        for key in keys.compactMap(FileKey.init) where await remove(key) { removed.append(key.text) }
        let gone = removed
        _ = try await store.write { transaction in
            try Uploads.sweep(transaction)
            // A removal stays said for a while: somebody may just have looked at the file and be about to use it.
            let old = now.adding(seconds: -2 * Self.graceSeconds)
            for batch in gone.chunks(Self.batch) {
                try transaction.execute(
                    "DELETE FROM file_removals WHERE key IN (\(list: batch)) AND created_at < \(old)")
            }
            try transaction.execute(
                """
                DELETE FROM file_removals WHERE created_at < \(time)
                AND EXISTS (SELECT 1 FROM attachments a WHERE a.key = file_removals.key)
                """)
        }
        return removed.count
    }

    private func removeUnused(from: Timestamp, _ now: Timestamp) async throws -> (count: Int, isComplete: Bool) {
        let accounts = try await store.read { try $0.all("SELECT number FROM accounts") { $0.integer(0) } }
        var removed = 0
        var isComplete = true
        var day = from
        while day.startOfDay <= now {
            for account in accounts {
                let keys = try await files.keys(below: AttachmentKey.folder(account: account, day: day))
                    .filter { AttachmentKey.Folder($0)?.isOlder(than: AttachmentKey.keepSeconds, at: now) ?? true }
                let used = try await onRecords(keys.map(\.text))
                for key in keys where !used.contains(Array(key.text.utf8)) {
                    if await remove(key) { removed += 1 } else { isComplete = false }
                }
            }
            day = day.adding(days: 1)
        }
        return (removed, isComplete)
    }

    /// - Returns: whether the file is gone; one that cannot be removed keeps nobody from removing the others.
    private func remove(_ key: FileKey) async -> Bool {
        do {
            try await files.remove(key)
            return true
        } catch {
            log.warning("a file could not be removed", metadata: ["key": "\(key)", "error": "\(error)"])
            return false
        }
    }

    /// Which of some files are on records.
    private func onRecords(_ keys: [String]) async throws -> Set<[UInt8]> {
        var found: Set<[UInt8]> = []
        for batch in keys.chunks(Self.batch) {
            found.formUnion(
                try await store.read(cost: .open) { db in
                    try db.all("SELECT key FROM attachments WHERE key IN (\(list: batch))") { Array($0.utf8(0)) }
                })
        }
        return found
    }
}

extension Array {
    fileprivate func chunks(_ size: Int) -> [[Element]] {
        stride(from: 0, to: count, by: size).map { Array(self[$0..<Swift.min($0 + size, count)]) }
    }
}
