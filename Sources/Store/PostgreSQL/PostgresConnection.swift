import CPostgres
import Dispatch
import Foundation

/// One connection to PostgreSQL. Whole results come in binary: a page takes as long as in text, and a twentieth less of this
/// side's processor (measured).
///
/// A transaction begins together with its first statement, in one trip to the server, and a reading one ends without
/// waiting for the answer, so that a read costs as many trips as it has statements.
final class PostgresConnection: Connection {
    private struct Prepared {
        let name: [CChar]
        let types: [Oid]
    }

    private let handle: OpaquePointer
    private var statements: [String: Prepared] = [:]
    private var plans: [Int: Prepared] = [:]
    private var prepared = 0
    private var parameters = PostgresParameters()
    /// The BEGIN that goes out with the next statement.
    private var pendingBegin: String?
    private var isSnapshot = false
    /// Whether the answer to a COMMIT is still to be read.
    private var owesAnswer = false
    private var end: ContinuousClock.Instant?
    private let notices = Notices()
    private var isClosed = false
    private(set) var isLost = false

    /// The most prepared statements a connection keeps; past it they are dropped together and prepared again.
    private static let maximumStatements = 512
    /// How long a commit may take; a synchronous replica that is away can hold it up for ever.
    private static let commitLimit: Duration = .seconds(10)
    /// How long the server may take to stop what was cancelled, or to roll back.
    private static let stoppingLimit: Duration = .seconds(2)
    /// How long asking it to may take after it has stopped.
    private static let cancelLimit: DispatchTimeInterval = .milliseconds(200)
    /// What all processes that change tables lock, each waiting for the other: "Steward" in ASCII.
    private static let migrationLock: Int64 = 0x53_7465_7761_7264

    /// Takes over an open connection.
    init(_ handle: OpaquePointer) {
        self.handle = handle
        PQsetNoticeReceiver(
            handle,
            { notices, result in
                guard let notices else { return }
                Unmanaged<Notices>.fromOpaque(notices).takeUnretainedValue().note(result)
            }, Unmanaged.passUnretained(notices).toOpaque())
    }

    deinit { close() }

    func close() {
        guard !isClosed else { return }
        isClosed = true
        isLost = true
        PQfinish(handle)
    }

    /// The server's version as libpq counts: 150018.
    var serverVersion: Int32 { PQserverVersion(handle) }

    /// The encoding of the database.
    var serverEncoding: String { PQparameterStatus(handle, "server_encoding").map { String(cString: $0) } ?? "unknown" }

    var dialect: Dialect { .postgres }

    func allow(_ limit: Duration?) { end = limit.map { .now + $0 } }

    // MARK: Statements

    func run(script: String) throws(StoreError) {
        try start()
        try send(script) { PQsendQuery(handle, script) }
        try finish(try receive(), script)
    }

    @discardableResult
    func step(
        plan: Int?, _ text: String, _ values: [SQLValue], _ body: (borrowing Row) throws -> Bool
    ) throws -> Int {
        try takeOwedAnswer()
        let statement = try statement(plan, text, values)
        let result = try execute(statement, text, values)
        defer { PQclear(result) }
        guard PQresultStatus(result) == PGRES_TUPLES_OK else {
            return Int(String(cString: PQcmdTuples(result))) ?? 0
        }
        let count = PQntuples(result)
        for number in 0..<count where try !body(Row(result: result, number: number)) { break }
        return Int(count)
    }

    private func execute(_ statement: Prepared, _ text: String, _ values: [SQLValue]) throws(StoreError)
        -> OpaquePointer
    {
        parameters.set(values, types: statement.types)
        let count = Int32(values.count)
        func dispatch() -> Int32 {
            parameters.withPointers { values, lengths, formats in
                PQsendQueryPrepared(handle, statement.name, count, values, lengths, formats, 1)
            }
        }
        guard let begin = pendingBegin else {
            try send(text, dispatch)
            return try checked(try receive(), text)
        }
        pendingBegin = nil
        try send(text) {
            PQenterPipelineMode(handle) == 1 && PQsendQueryParams(handle, begin, 0, nil, nil, nil, nil, 1) == 1
                && dispatch() == 1 ? PQpipelineSync(handle) : 0
        }
        return try checked(try receivePipelined(), text)
    }

    private func statement(_ plan: Int?, _ text: String, _ values: [SQLValue]) throws(StoreError) -> Prepared {
        if let kept = plan.map({ plans[$0] }) ?? statements[text], kept.types.count == values.count { return kept }
        if statements.count + plans.count >= Self.maximumStatements { try dropStatements() }
        prepared += 1
        let statement = Prepared(
            name: Array("s\(prepared)".utf8CString),
            types: values.map { value in
                switch value {
                case .null: PostgresType.unknown
                case .integer: PostgresType.bigint
                case .text: PostgresType.text
                }
            })
        let (numbered, count) = Placeholders.numbered(text)
        guard count == values.count else {
            throw StoreError(.defect, "\(values.count) values for the placeholders of: \(text)")
        }
        try send(text) {
            PQsendPrepare(handle, statement.name, numbered, Int32(statement.types.count), statement.types)
        }
        try finish(try receive(), text)
        if let plan { plans[plan] = statement } else { statements[text] = statement }
        return statement
    }

    private func dropStatements() throws(StoreError) {
        try send("DEALLOCATE ALL") { PQsendQuery(handle, "DEALLOCATE ALL") }
        try finish(try receive(), "DEALLOCATE ALL")
        statements.removeAll()
        plans.removeAll()
    }

    func load(_ table: String, columns: [String], rows: [[SQLValue]]) throws {
        try start()
        let text = "COPY \(table) (\(columns.joined(separator: ", "))) FROM STDIN"
        try send(text) { PQsendQuery(handle, text) }
        let ready = try checked(try receive(), text)
        PQclear(ready)
        let bytes = CopyText.of(rows)
        try send(text) {
            bytes.withUnsafeBytes { bytes in
                let start = bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
                return PQputCopyData(handle, start, Int32(bytes.count)) == 1 ? PQputCopyEnd(handle, nil) : 0
            }
        }
        try finish(try receive(), text)
    }

    // MARK: Transactions

    func begin(_ kind: TransactionKind) throws {
        try takeOwedAnswer()
        isSnapshot = kind == .snapshot
        pendingBegin =
            isSnapshot
            ? "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY" : "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE"
        if kind == .migration {
            try step(plan: nil, "SELECT pg_advisory_xact_lock(?)", [.integer(Self.migrationLock)]) { _ in true }
        }
    }

    func commit() throws {
        // Nothing was done in it.
        if pendingBegin != nil {
            pendingBegin = nil
            return
        }
        if isSnapshot {
            try send("COMMIT") { PQsendQueryParams(handle, "COMMIT", 0, nil, nil, nil, nil, 1) }
            owesAnswer = true
            return
        }
        guard PQstatus(handle) == CONNECTION_OK else { throw lose("the connection broke before the commit") }
        try commitWrite()
    }

    private func commitWrite() throws(StoreError) {
        let limit = end
        defer { end = limit }
        allow(Self.commitLimit)
        notices.hasWarned = false
        let result: OpaquePointer
        do throws(StoreError) {
            try send("COMMIT") { PQsendQueryParams(handle, "COMMIT", 0, nil, nil, nil, nil, 1) }
            result = try receive()
        } catch {
            isLost = true
            throw unknown(error.description)
        }
        defer { PQclear(result) }
        switch PQresultStatus(result) {
        case PGRES_COMMAND_OK:
            // The server warns when it stopped waiting for its replica: then a failover may lose the change.
            if notices.hasWarned { throw unknown("the primary committed, but its replica has not confirmed it") }
            if strcmp(PQcmdStatus(result), "COMMIT") != 0 {
                throw StoreError(.defect, "a statement of the transaction had failed, and its error was passed over")
            }
        default:
            // An ordinary error is the server's word that nothing was committed.
            if !PostgresFailure.isOrdinaryError(result) {
                isLost = true
                throw unknown(PostgresFailure.message(result))
            }
            throw failure(result, "COMMIT")
        }
    }

    private func unknown(_ why: String) -> StoreError {
        StoreError(.outcomeUnknown, "it is not known whether a transaction was committed: \(why)")
    }

    func rollback() {
        if pendingBegin != nil {
            pendingBegin = nil
            return
        }
        guard !isLost else { return }
        let limit = end
        defer { end = limit }
        allow(Self.stoppingLimit)
        do throws(StoreError) {
            try send("ROLLBACK") { PQsendQueryParams(handle, "ROLLBACK", 0, nil, nil, nil, nil, 1) }
            try finish(try receive(), "ROLLBACK")
        } catch {
            isLost = true
        }
    }

    var isInTransaction: Bool {
        pendingBegin != nil || !isLost && PQtransactionStatus(handle) != PQTRANS_IDLE && !owesAnswer
    }

    /// Sends the BEGIN that is due, for what cannot go out together with it.
    private func start() throws(StoreError) {
        try takeOwedAnswer()
        guard let begin = pendingBegin else { return }
        pendingBegin = nil
        try send(begin) { PQsendQueryParams(handle, begin, 0, nil, nil, nil, nil, 1) }
        try finish(try receive(), begin)
    }

    /// Reads the answer to a COMMIT that nobody waited for.
    private func takeOwedAnswer() throws(StoreError) {
        guard owesAnswer else { return }
        owesAnswer = false
        try finish(try receive(), "COMMIT")
    }

    // MARK: To the server and back

    private func send(_ text: String, _ body: () -> Int32) throws(StoreError) {
        if isLost { throw StoreError(.unavailable, "the connection to the database was lost") }
        if body() != 1 { throw lose("\(OneLine.of(String(cString: PQerrorMessage(handle)))), sending: \(text)") }
    }

    /// The answer to what was sent; the first error when a script had several answers.
    private func receive() throws(StoreError) -> OpaquePointer {
        var kept: OpaquePointer?
        while true {
            do throws(StoreError) { try awaitInput() } catch {
                PQclear(kept)
                throw error
            }
            guard let result = PQgetResult(handle) else { break }
            keep(result, in: &kept)
            if PQresultStatus(result) == PGRES_COPY_IN { break }
        }
        guard let kept else { throw lose("the server answered nothing") }
        return kept
    }

    /// The answer to the last of several statements sent together, or the first error.
    private func receivePipelined() throws(StoreError) -> OpaquePointer {
        var kept: OpaquePointer?
        while true {
            do throws(StoreError) { try awaitInput() } catch {
                PQclear(kept)
                throw error
            }
            guard let result = PQgetResult(handle) else {
                // Between the answers stands a mark, and behind a broken connection nothing but marks.
                if PQstatus(handle) == CONNECTION_OK { continue }
                break
            }
            if PQresultStatus(result) == PGRES_PIPELINE_SYNC {
                PQclear(result)
                break
            }
            keep(result, in: &kept)
        }
        guard PQexitPipelineMode(handle) == 1, let kept else {
            PQclear(kept)
            throw lose(OneLine.of(String(cString: PQerrorMessage(handle))))
        }
        return kept
    }

    private func keep(_ result: OpaquePointer, in kept: inout OpaquePointer?) {
        if PQresultStatus(kept) == PGRES_FATAL_ERROR, kept != nil { return PQclear(result) }
        PQclear(kept)
        kept = result
    }

    /// Waits until a whole answer is there. Past the deadline the server is asked to stop, and answers that it did.
    private func awaitInput() throws(StoreError) {
        var limit = end
        var cancelling: DispatchSemaphore?
        while PQisBusy(handle) == 1 {
            guard Socket.wait(PQsocket(handle), for: Int16(POLLIN), until: limit) else {
                if cancelling != nil {
                    isLost = true
                    throw StoreError(.timeout, "the server did not stop a statement that ran past its deadline")
                }
                cancelling = cancel()
                limit = .now + Self.stoppingLimit
                continue
            }
            if PQconsumeInput(handle) == 0 { throw lose(OneLine.of(String(cString: PQerrorMessage(handle)))) }
        }
        // One that is still on its way would meet the next statement.
        if let cancelling, cancelling.wait(timeout: .now() + Self.cancelLimit) == .timedOut { isLost = true }
    }

    /// Asks the server to stop. libpq waits for that without a deadline, so a thread of its own does.
    private func cancel() -> DispatchSemaphore {
        let isSent = DispatchSemaphore(value: 0)
        guard let cancel = PQgetCancel(handle) else {
            isSent.signal()
            return isSent
        }
        nonisolated(unsafe) let request = cancel
        Thread.detachNewThread {
            var complaint = [CChar](repeating: 0, count: 256)
            // What fails here shows as an answer that does not come.
            _ = PQcancel(request, &complaint, Int32(complaint.count))
            PQfreeCancel(request)
            isSent.signal()
        }
        return isSent
    }

    private func finish(_ result: OpaquePointer, _ text: String) throws(StoreError) {
        PQclear(try checked(result, text))
    }

    private func checked(_ result: OpaquePointer, _ text: String) throws(StoreError) -> OpaquePointer {
        switch PQresultStatus(result) {
        case PGRES_TUPLES_OK, PGRES_COMMAND_OK, PGRES_COPY_IN: return result
        default:
            defer { PQclear(result) }
            throw failure(result, text)
        }
    }

    private func failure(_ result: OpaquePointer, _ text: String) -> StoreError {
        let code = PostgresFailure.code(result)
        if code.isEmpty || PQstatus(handle) != CONNECTION_OK || PostgresFailure.endsConnection(code) { isLost = true }
        let kind = code.isEmpty ? .unavailable : PostgresFailure.kind(code)
        return StoreError(kind, "\(PostgresFailure.message(result)) (\(code)) in: \(OneLine.of(text))")
    }

    private func lose(_ why: String) -> StoreError {
        isLost = true
        return StoreError(.unavailable, "the connection to the database was lost: \(why)")
    }
}
