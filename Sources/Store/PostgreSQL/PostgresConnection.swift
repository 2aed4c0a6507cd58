import CPostgres
import Glibc

/// One connection to PostgreSQL. Whole results come in binary: a page takes as long as in text, and a twentieth less
/// of this side's processor (measured).
///
/// A transaction begins together with its first statement, in one trip to the server, and a reading one ends without
/// waiting for the answer, so that a read costs as many trips as it has statements.
final class PostgresConnection: Connection {
    private struct Prepared {
        let name: [CChar]
        let types: [Oid]
    }

    private let session: PostgresSession
    private var handle: OpaquePointer { session.handle }
    private var statements = StatementCache<Prepared>()
    private var prepared = 0
    /// Whether there is a statement that is not kept: it goes when the next such one comes.
    private var hasPassing = false
    private var parameters = PostgresParameters()
    /// The BEGIN that goes out with the next statement.
    private var pendingBegin: String?
    private var isSnapshot = false
    /// Whether the answer to a COMMIT is still to be read.
    private var owesAnswer = false

    /// The name of the statement that is not kept. One without a name would be lost to the BEGIN that goes out before
    /// it.
    private static let passing = "passing"
    /// How long a commit may take; a synchronous replica that is away can hold it up for ever.
    private static let commitLimit: Duration = .seconds(10)
    /// How long a roll-back may take.
    private static let rollbackLimit: Duration = .seconds(2)
    /// What all processes that change tables lock, each waiting for the other: "Steward" in ASCII.
    private static let migrationLock: Int64 = 0x53_7465_7761_7264

    /// Takes over an open connection.
    init(_ handle: OpaquePointer) { session = PostgresSession(handle) }

    func close() { session.close() }

    var isLost: Bool { session.isLost }

    /// The server's version as libpq counts: 150018.
    var serverVersion: Int32 { PQserverVersion(handle) }

    /// The encoding of the database.
    var serverEncoding: String { PQparameterStatus(handle, "server_encoding").map { String(cString: $0) } ?? "unknown" }

    var dialect: Dialect { .postgres }

    func allow(_ limit: Duration?, for caller: Caller?) { session.end = limit.map { .now + $0 } }

    // MARK: Statements

    func run(script: String) throws(StoreError) {
        try start()
        try session.send(script) { PQsendQuery(handle, script) }
        try session.finish(try session.receive(), script)
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
            try session.send(text, dispatch)
            return try session.checked(try session.receive(), text)
        }
        pendingBegin = nil
        try session.send(text) {
            PQenterPipelineMode(handle) == 1 && PQsendQueryParams(handle, begin, 0, nil, nil, nil, nil, 1) == 1
                && dispatch() == 1 ? PQpipelineSync(handle) : 0
        }
        return try session.checked(try session.receivePipelined(), text)
    }

    private func statement(_ plan: Int?, _ text: String, _ values: [SQLValue]) throws(StoreError) -> Prepared {
        if let kept = statements.statement(plan: plan, text), kept.types.count == values.count { return kept }
        let isKept = StatementCache<Prepared>.keeps(text, values: values.count)
        if isKept, statements.isFull { try dropStatements() }
        if !isKept, hasPassing { try deallocate(Self.passing) }
        prepared += 1
        let statement = Prepared(
            name: Array((isKept ? "s\(prepared)" : Self.passing).utf8CString),
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
        try session.send(text) {
            PQsendPrepare(handle, statement.name, numbered, Int32(statement.types.count), statement.types)
        }
        try session.finish(try session.receive(), text)
        if isKept {
            statements.keep(statement, plan: plan, text, values: values.count)
        } else {
            hasPassing = true
        }
        return statement
    }

    private func dropStatements() throws(StoreError) {
        try deallocate("ALL")
        statements.removeAll()
    }

    private func deallocate(_ name: String) throws(StoreError) {
        let text = "DEALLOCATE \(name)"
        try session.send(text) { PQsendQuery(handle, text) }
        try session.finish(try session.receive(), text)
        hasPassing = false
    }

    func load(_ table: String, columns: [String], rows: [[SQLValue]]) throws {
        try start()
        let text = "COPY \(table) (\(columns.joined(separator: ", "))) FROM STDIN"
        try session.send(text) { PQsendQuery(handle, text) }
        let ready = try session.checked(try session.receive(), text)
        PQclear(ready)
        let bytes = CopyText.of(rows)
        try session.send(text) {
            bytes.withUnsafeBytes { bytes in
                let start = bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
                return PQputCopyData(handle, start, Int32(bytes.count)) == 1 ? PQputCopyEnd(handle, nil) : 0
            }
        }
        try session.finish(try session.receive(), text)
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
            try session.send("COMMIT") { PQsendQueryParams(handle, "COMMIT", 0, nil, nil, nil, nil, 1) }
            owesAnswer = true
            return
        }
        guard PQstatus(handle) == CONNECTION_OK else { throw session.lose("the connection broke before the commit") }
        try commitWrite()
    }

    private func commitWrite() throws(StoreError) {
        let limit = session.end
        defer { session.end = limit }
        allow(Self.commitLimit)
        session.hasWarned = false
        let result: OpaquePointer
        do throws(StoreError) {
            try session.send("COMMIT") { PQsendQueryParams(handle, "COMMIT", 0, nil, nil, nil, nil, 1) }
            result = try session.receive()
        } catch {
            session.isLost = true
            throw unknown(error.description)
        }
        defer { PQclear(result) }
        switch PQresultStatus(result) {
        case PGRES_COMMAND_OK:
            // The server warns when it stopped waiting for its replica: then a failover may lose the change.
            if session.hasWarned { throw unknown("the primary committed, but its replica has not confirmed it") }
            if strcmp(PQcmdStatus(result), "COMMIT") != 0 {
                throw StoreError(.defect, "a statement of the transaction had failed, and its error was passed over")
            }
        default:
            // An ordinary error is the server's word that nothing was committed.
            if !PostgresFailure.isOrdinaryError(result) {
                session.isLost = true
                throw unknown(PostgresFailure.message(result))
            }
            throw session.failure(result, "COMMIT")
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
        guard !session.isLost else { return }
        let limit = session.end
        defer { session.end = limit }
        allow(Self.rollbackLimit)
        do throws(StoreError) {
            try session.send("ROLLBACK") { PQsendQueryParams(handle, "ROLLBACK", 0, nil, nil, nil, nil, 1) }
            try session.finish(try session.receive(), "ROLLBACK")
        } catch {
            session.isLost = true
        }
    }

    var isInTransaction: Bool {
        pendingBegin != nil || !session.isLost && PQtransactionStatus(handle) != PQTRANS_IDLE && !owesAnswer
    }

    /// Sends the BEGIN that is due, for what cannot go out together with it.
    private func start() throws(StoreError) {
        try takeOwedAnswer()
        guard let begin = pendingBegin else { return }
        pendingBegin = nil
        try session.send(begin) { PQsendQueryParams(handle, begin, 0, nil, nil, nil, nil, 1) }
        try session.finish(try session.receive(), begin)
    }

    /// Reads the answer to a COMMIT that nobody waited for.
    private func takeOwedAnswer() throws(StoreError) {
        guard owesAnswer else { return }
        owesAnswer = false
        try session.finish(try session.receive(), "COMMIT")
    }
}
