import CPostgres
import Glibc

/// Opens connections: each host in turn gets its time, and what went wrong is told in one line.
struct PostgresConnector {
    let address: PostgresAddress

    /// The oldest server that is known to do, as libpq counts.
    private static let oldestServer: Int32 = 130_000

    /// What holds for every connection of ours: plans are made once for a statement, an answered
    /// commit is on disk whatever the server's default is, and a node that is gone leaves no lock behind.
    private static let settings = """
        SET plan_cache_mode = force_generic_plan; SET jit = off; SET standard_conforming_strings = on;
        SET idle_in_transaction_session_timeout = '60s';
        SET client_min_messages = warning;
        SELECT set_config('synchronous_commit', CASE s WHEN 'off' THEN 'on' ELSE s END, false)
        FROM current_setting('synchronous_commit') s;
        SELECT set_config('client_connection_check_interval', '10s', false)
        WHERE current_setting('server_version_num')::int >= 140000
        """

    /// Opens a connection to the first host that takes it and may be written to.
    /// - Throws: `StoreError` of kind `unavailable` when a host may come back, `cannotOpen` when trying again is no
    ///   use.
    func connect() throws(StoreError) -> PostgresConnection {
        var failures: [StoreError] = []
        for parameters in address.attempts {
            do throws(StoreError) {
                return try ready(PostgresConnection(try open(parameters)))
            } catch {
                failures.append(error)
            }
        }
        // One that may come back, or have room again, is worth waiting for.
        let kinds = failures.map(\.kind)
        throw StoreError(
            kinds.contains(.crowded) ? .crowded : kinds.contains(.unavailable) ? .unavailable : .cannotOpen,
            "cannot open the database '\(address)': " + failures.map(\.description).joined(separator: "; "))
    }

    // MARK: One host

    private func open(_ parameters: [String: String]) throws(StoreError) -> OpaquePointer {
        let (names, values) = (Array(parameters.keys), Array(parameters.values))
        let handle = Self.withStrings(names) { names in
            Self.withStrings(values) { values in PQconnectStartParams(names, values, 0) }
        }
        guard let handle else { throw StoreError(.unavailable, "out of memory") }
        do throws(StoreError) {
            // The code tells a wrong password from a server that is away in every language.
            PQsetErrorVerbosity(handle, PQERRORS_VERBOSE)
            try establish(handle)
            PQsetErrorVerbosity(handle, PQERRORS_DEFAULT)
            return handle
        } catch {
            PQfinish(handle)
            throw error
        }
    }

    private func establish(_ handle: OpaquePointer) throws(StoreError) {
        let end = ContinuousClock.now + address.connectLimit
        var next = PQstatus(handle) == CONNECTION_BAD ? PGRES_POLLING_FAILED : PGRES_POLLING_WRITING
        while true {
            switch next {
            case PGRES_POLLING_OK: return
            case PGRES_POLLING_READING, PGRES_POLLING_WRITING:
                let events = next == PGRES_POLLING_READING ? POLLIN : POLLOUT
                guard Socket.wait(PQsocket(handle), for: Int16(events), until: end) else {
                    let host = PQhost(handle).map { String(cString: $0) } ?? "the server"
                    throw StoreError(.unavailable, "\(host) did not answer within \(address.connectLimit)")
                }
                next = PQconnectPoll(handle)
            default: throw failure(handle)
            }
        }
    }

    private func ready(_ connection: PostgresConnection) throws(StoreError) -> PostgresConnection {
        guard connection.serverVersion >= Self.oldestServer else {
            throw StoreError(.cannotOpen, "the server is older than PostgreSQL 13; upgrade it")
        }
        guard connection.serverEncoding == "UTF8" else {
            throw StoreError(
                .cannotOpen,
                """
                its encoding is \(connection.serverEncoding); create it with createdb --encoding UTF8 --template \
                template0
                """)
        }
        connection.allow(address.connectLimit)
        defer { connection.allow(nil) }
        try connection.run(script: Self.settings)
        return connection
    }

    /// What to do about the failures an operator can mend; trying again does not.
    private static let hints: [(code: String, hint: String)] = [
        ("28", "check the user and the password (the address, PGPASSWORD or ~/.pgpass)"),
        ("3D", "create it with createdb"), ("42501", "grant the user CONNECT on it"),
    ]

    private func failure(_ handle: OpaquePointer) -> StoreError {
        var text = String(cString: PQerrorMessage(handle))
        if !address.password.isEmpty { text = text.replacing(address.password, with: "***") }
        let lines = text.split(whereSeparator: \.isNewline).filter { !$0.hasPrefix("LOCATION:") }
        var said = OneLine.of(lines.joined(separator: "\n"))
        if let code = said.firstMatch(of: #/([^ :]+: +)((?=[A-Z]*[0-9])[0-9A-Z]{5}): /#) {
            let state = String(code.output.2)
            said.replaceSubrange(code.range, with: code.output.1)
            if let hint = Self.hints.first(where: { state.hasPrefix($0.code) }) {
                return StoreError(.cannotOpen, "\(said); \(hint.hint)")
            }
            return StoreError(state == "53300" ? .crowded : .unavailable, said)
        }
        if said.contains("session is read-only") || said.contains("server is in hot standby mode") {
            // One of several may be promoted at this moment.
            return StoreError(
                address.attempts.count > 1 ? .unavailable : .cannotOpen,
                "\(said); name the primary, or all hosts of the cluster")
        }
        let mistakes = [
            "Name or service not known", "No address associated", "SSL", "certificate", "invalid",
            "no password supplied",
        ]
        // A server that stops in the middle of a handshake is away.
        let isCutOff = said.contains("SYSCALL") || said.contains("closed the connection")
        let isMistaken = !isCutOff && mistakes.contains { said.contains($0) }
        return StoreError(
            isMistaken ? .cannotOpen : .unavailable,
            isMistaken ? said : "\(said); is the server running, and are host and port right?")
    }

    private static func withStrings<Result>(
        _ strings: [String], _ body: (UnsafePointer<UnsafePointer<CChar>?>) -> Result
    ) -> Result {
        let copies = strings.map { strdup($0) }
        defer { for copy in copies { free(copy) } }
        return body(copies.map { UnsafePointer($0) } + [nil])
    }
}
