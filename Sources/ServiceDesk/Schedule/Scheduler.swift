import Logging
import Resources
import Store
import Wire

/// Does what comes due. Every server looks once a second, which costs one probe of an index; what one has done the
/// others find done. What came due while no server ran is done at the start.
public struct Scheduler: Sendable {
    private struct Item: Sendable {
        let kind: Int64
        let id: Int64
    }

    private let desk: Installation
    private let log: Logger

    private static let interval: Duration = .seconds(1)
    /// How long what could not be done rests, in seconds.
    private static let pause: Int64 = 60
    /// The most that is done between two looks.
    private static let batch = 100

    public init(_ desk: Installation, log: Logger) {
        self.desk = desk
        self.log = log
    }

    /// Goes on until cancelled.
    public func run() async {
        // What is due does not wait for files to be made.
        async let files: Void = repeating {
            try await desk.summaries.makeLeftOver(log: log)
            try await desk.summaries.renew(log: log)
        }
        await repeating { while try await runDue() == Self.batch {} }
        await files
    }

    private func repeating(_ work: @Sendable () async throws -> Void) async {
        while !Task.isCancelled {
            do {
                try await work()
            } catch is CancellationError {
                return
            } catch {
                log.warning("what is due could not be done", metadata: ["error": "\(error)"])
            }
            try? await Task.sleep(for: Self.interval)
        }
    }

    /// Does what is due now.
    /// - Returns: how much that was.
    @discardableResult
    public func runDue() async throws -> Int {
        let now = desk.store.now
        let items = try await desk.store.read { db in
            try db.all(
                "SELECT kind, record_id FROM due WHERE at <= \(now) ORDER BY at LIMIT \(raw: String(Self.batch))"
            ) { Item(kind: $0.integer(0), id: $0.integer(1)) }
        }
        for item in items {
            do {
                try await desk.store.write { try Self.run(item, $0) }
            } catch is CancellationError {
                throw CancellationError()
            } catch {
                // It keeps nobody from what is due after it.
                log.warning("what is due could not be done", metadata: ["record": "\(item.id)", "error": "\(error)"])
                _ = try await desk.store.write { transaction in
                    let later = transaction.now.adding(seconds: Self.pause)
                    try transaction.execute(
                        "UPDATE due SET at = \(later) WHERE kind = \(item.kind) AND record_id = \(item.id)")
                }
            }
        }
        return items.count
    }

    /// One thing in a transaction of its own, if it is still due once nobody else can change it.
    private static func run(_ item: Item, _ transaction: Transaction) throws {
        let workflow = try workflow(of: item, transaction.db)
        if let workflow { try WorkflowChange.lock(transaction, workflow: workflow) }
        if item.kind == RecordKind.request.code { try transaction.lock(RecordKind.request.table, [item.id]) }
        let isDue = try transaction.db.exists(
            "SELECT 1 FROM due WHERE kind = \(item.kind) AND record_id = \(item.id) AND at <= \(transaction.now)")
        guard isDue else { return }
        try transaction.execute("DELETE FROM due WHERE kind = \(item.kind) AND record_id = \(item.id)")
        if item.kind == RecordKind.request.code {
            return try RequestWaiting.end(transaction, request: item.id, workflow: workflow)
        }
        try WorkflowChange.make(transaction, workflow: workflow ?? 0, by: nil) { machine in
            if item.kind == RecordKind.task.code { machine.endWaiting(task: item.id) } else { machine.settle() }
        }
    }

    /// The workflow that a record is, belongs to or is linked to; it is locked before the record.
    private static func workflow(of item: Item, _ db: Database) throws -> Int64? {
        switch item.kind {
        case RecordKind.workflow.code: item.id
        case RecordKind.task.code:
            try db.first("SELECT workflow_id FROM tasks WHERE id = \(item.id)") { $0.integer(0) }
        default: try db.first("SELECT workflow_id FROM requests WHERE id = \(item.id)") { $0.optionalInteger(0) } ?? nil
        }
    }
}
