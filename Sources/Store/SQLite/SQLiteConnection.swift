import CSQLite

/// SQLITE_TRANSIENT, which the importer cannot see: the engine takes a copy of what is bound.
private let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

/// One connection to the embedded engine.
final class SQLiteConnection: Connection {
    let handle: OpaquePointer
    private var statements = StatementCache<OpaquePointer>()
    /// How many statements are being stepped through, one inside another; they must not be dropped.
    private var running = 0
    private let deadline = Deadline()
    private var isClosed = false

    init(path: String) throws(StoreError) {
        var opened: OpaquePointer?
        let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX
        let code = sqlite3_open_v2(path, &opened, flags, nil)
        guard code == SQLITE_OK, let opened else {
            let why = opened.map { String(cString: sqlite3_errmsg($0)) } ?? "out of memory"
            sqlite3_close_v2(opened)
            throw StoreError(
                .cannotOpen,
                "cannot open the database '\(path)': \(why); check that the folder exists and can be written to")
        }
        handle = opened
        sqlite3_extended_result_codes(handle, 1)
        // First of all: several processes that open one file at the same moment meet SQLITE_BUSY during recovery.
        sqlite3_busy_timeout(handle, 10_000)
        deadline.install(on: handle)
    }

    deinit { close() }

    func close() {
        guard !isClosed else { return }
        isClosed = true
        dropStatements()
        sqlite3_close_v2(handle)
    }

    var dialect: Dialect { .sqlite }
    var isLost: Bool { false }

    // MARK: Statements

    func run(script: String) throws(StoreError) {
        if sqlite3_exec(handle, script, nil, nil, nil) != SQLITE_OK { throw failure(script) }
    }

    @discardableResult
    func step(
        plan: Int?, _ text: String, _ values: [SQLValue], _ body: (borrowing Row) throws -> Bool
    ) throws -> Int {
        let (statement, isKept) = try prepared(plan, text, values.count)
        running += 1
        defer {
            running -= 1
            sqlite3_reset(statement)
            sqlite3_clear_bindings(statement)
            if !isKept { sqlite3_finalize(statement) }
        }
        try bind(values, to: statement, text)
        while true {
            switch sqlite3_step(statement) {
            case SQLITE_ROW:
                if try !body(Row(steppedStatement: statement)) { return 0 }
            case SQLITE_DONE: return Int(sqlite3_changes(handle))
            default: throw failure(text)
            }
        }
    }

    func load(_ table: String, columns: [String], rows: [[SQLValue]]) throws {
        let marks = columns.map { _ in "?" }.joined(separator: ", ")
        let text = "INSERT INTO \(table) (\(columns.joined(separator: ", "))) VALUES (\(marks))"
        for row in rows { try step(plan: nil, text, row) { _ in true } }
    }

    // MARK: Transactions

    func begin(_ kind: TransactionKind) throws {
        try step(plan: nil, kind == .snapshot ? "BEGIN" : "BEGIN IMMEDIATE", []) { _ in true }
    }

    func commit() throws { try step(plan: nil, "COMMIT", []) { _ in true } }

    func rollback() { try? run(script: "ROLLBACK") }

    var isInTransaction: Bool { sqlite3_get_autocommit(handle) == 0 }

    func allow(_ limit: Duration?, for caller: Caller?) { deadline.set(limit, for: caller) }

    // MARK: Below

    private func prepared(
        _ plan: Int?, _ text: String, _ values: Int
    ) throws(StoreError) -> (OpaquePointer, isKept: Bool) {
        if let kept = statements.statement(plan: plan, text) { return (kept, true) }
        guard StatementCache<OpaquePointer>.keeps(text, values: values) else { return (try prepare(text), false) }
        if statements.isFull, running == 0 { dropStatements() }
        let statement = try prepare(text)
        statements.keep(statement, plan: plan, text, values: values)
        return (statement, true)
    }

    private func prepare(_ text: String) throws(StoreError) -> OpaquePointer {
        var statement: OpaquePointer?
        let code = sqlite3_prepare_v3(handle, text, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &statement, nil)
        guard code == SQLITE_OK, let statement else { throw failure(text) }
        return statement
    }

    private func bind(
        _ values: [SQLValue], to statement: OpaquePointer, _ text: String
    ) throws(StoreError) {
        guard Int(sqlite3_bind_parameter_count(statement)) == values.count else {
            throw StoreError(.defect, "\(values.count) values for the placeholders of: \(text)")
        }
        var index: Int32 = 0
        for value in values {
            index += 1
            let code: Int32
            switch value {
            case .null: code = sqlite3_bind_null(statement, index)
            case .integer(let integer): code = sqlite3_bind_int64(statement, index, integer)
            case .text(var string):
                code = string.withUTF8 { utf8 in
                    guard let start = UnsafeRawPointer(utf8.baseAddress), !utf8.isEmpty else {
                        // A null pointer would bind NULL, which is not the empty text.
                        return sqlite3_bind_text(statement, index, "", 0, transient)
                    }
                    return sqlite3_bind_text64(
                        statement, index, start.assumingMemoryBound(to: CChar.self), UInt64(utf8.count), transient,
                        UInt8(SQLITE_UTF8))
                }
            }
            if code != SQLITE_OK { throw failure(text) }
        }
    }

    private func dropStatements() {
        for statement in statements.all { sqlite3_finalize(statement) }
        statements.removeAll()
    }

    private func failure(_ tried: String) -> StoreError {
        let code = sqlite3_extended_errcode(handle)
        let why = String(cString: sqlite3_errmsg(handle))
        let kind: StoreError.Kind =
            switch code & 0xFF {
            case SQLITE_CONSTRAINT: .constraint
            case SQLITE_INTERRUPT: .timeout
            // An open database needs further descriptors for its logs, and has none when there are too many
            // connections.
            case SQLITE_BUSY, SQLITE_LOCKED, SQLITE_FULL, SQLITE_IOERR, SQLITE_NOMEM, SQLITE_READONLY, SQLITE_CORRUPT,
                SQLITE_CANTOPEN:
                .unavailable
            case SQLITE_NOTADB: .cannotOpen
            default: .defect
            }
        return StoreError(kind, "\(why) (\(code)) in: \(tried)")
    }
}
