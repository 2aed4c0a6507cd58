import Dispatch
import Logging
import Synchronization
import TestSupport
import Testing
import Wire

@testable import Store

/// What becomes of the jobs around one that is stopped in the middle of a change. The jobs are submitted while the
/// writer is held, so that they share a transaction.
@Suite struct WriterTests {
    @Test func neighboursOfAStoppedChangeAreAllAnsweredTruthfully() async throws {
        let file = try TestDatabase(on: .sqlite)
        let database = try Database(SQLiteConnection(path: file.path))
        try database.connection.run(script: "PRAGMA journal_mode = WAL")
        try Migrator(TestTables.migrations, name: file.path).migrate(database, now: Timestamp(microseconds: 0))
        nonisolated(unsafe) let handedOver = database
        let writer = Writer(
            db: handedOver, limit: .milliseconds(100), schema: 1, log: Logger(label: "test") { _ in Quiet() },
            clock: { Timestamp(microseconds: 0) }, onAnalysis: {}, onCommit: { _, _ in })
        let gate = DispatchSemaphore(value: 0)
        let answers = Mutex<[String: StoreError.Kind?]>([:])
        func submit(_ name: String, _ body: @escaping (Transaction) throws -> Void) {
            writer.submit(
                Writer.Job(
                    body: { transaction in
                        try body(transaction)
                        return { answers.withLock { $0[name] = .some(nil) } }
                    }, fail: { error in answers.withLock { $0[name] = (error as? StoreError)?.kind } },
                    isBulk: false))
        }
        submit("gate") { _ in
            // Once open it stays open: the job may run again when the transaction it shared was lost.
            gate.wait()
            gate.signal()
        }
        for name in ["a", "b"] { submit(name) { try $0.add(name) } }
        submit("stopped") { transaction in
            try transaction.add("stopped")
            try transaction.execute(
                """
                INSERT INTO things (amount) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n
                WHERE i < 1000000000000) SELECT max(i) FROM n
                """)
        }
        for name in ["c", "d"] { submit(name) { try $0.add(name) } }
        gate.signal()
        writer.close()

        let seen = answers.withLock { $0 }
        #expect(Set(seen.keys) == ["gate", "a", "b", "stopped", "c", "d"], "every job is answered")
        #expect(seen["stopped"] == .timeout)
        // Those that had not begun yet have nothing to do with it.
        for name in ["c", "d"] { #expect(seen[name] == .some(nil)) }
        let stored = try Database(SQLiteConnection(path: file.path)).all("SELECT name FROM things ORDER BY id") {
            $0.text(0)
        }
        #expect(Set(stored) == Set(["a", "b", "c", "d"].filter { seen[$0] == .some(nil) }))
    }
}
