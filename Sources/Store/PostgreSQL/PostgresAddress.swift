import CPostgres

/// Where a PostgreSQL database is: a connection string of libpq, read but not yet tried. Everything libpq knows may
/// stand in it (several hosts, `sslmode`, `sslrootcert`, `passfile`, …); what it leaves out comes from the `PG…`
/// variables and `~/.pgpass`.
public struct PostgresAddress: Sendable, CustomStringConvertible {
    /// The address without its password, for messages and logs.
    public let description: String
    /// The parameters to try in turn, one set a host.
    let attempts: [[String: String]]
    /// How long one host may take to answer.
    let connectLimit: Duration
    /// What must never be shown.
    let password: String

    /// How long one host may take when the string has no `connect_timeout`.
    private static let connectLimit: Duration = .seconds(5)

    /// Parameters that the string may override. They let a host that is gone be noticed within seconds.
    private static let defaults = [
        "target_session_attrs": "read-write", "tcp_user_timeout": "10000", "keepalives_idle": "10",
        "keepalives_interval": "3", "keepalives_count": "3", "fallback_application_name": "steward",
    ]

    /// Reads `postgres://user:password@host:port/database?…`.
    /// - Throws: `StoreError` of kind `cannotOpen`; what it says never repeats a part that may be a password.
    public init(_ text: String) throws(StoreError) {
        guard Self.isUnambiguous(text) else {
            throw Self.unreadable(
                "'@' may stand in it once, before the host; write %40 for any other, %2F for '/' and %3F for '?'")
        }
        var given = try Self.parse(text)
        if let wanted = given["target_session_attrs"], !["read-write", "primary"].contains(wanted) {
            throw Self.unreadable("target_session_attrs must be read-write or primary, or be left out")
        }
        if let ports = given["port"] {
            // Where a host was forgotten, this may be a password.
            guard ports.split(separator: ",").allSatisfy({ UInt16($0).map { $0 > 0 } ?? false }) else {
                throw Self.unreadable("a port must be a number from 1 to 65535")
            }
            // libpq writes the separators of several hosts' ports though none is given.
            if ports.allSatisfy({ $0 == "," }) { given["port"] = nil }
        }
        password = given["password"] ?? ""
        description = Self.describe(given)
        connectLimit =
            given["connect_timeout"].flatMap(Int64.init).flatMap { $0 > 0 ? .seconds($0) : nil }
            ?? Self.connectLimit
        given["connect_timeout"] = nil
        given["client_encoding"] = "UTF8"
        given.merge(Self.defaults) { mine, _ in mine }
        attempts = try Self.hosts(given)
    }

    /// Whether the parts of the string are where libpq will look for them. A password with one of `@ / ?` in it would
    /// be cut, and its rest would stand in messages as a host, a port or an option.
    private static func isUnambiguous(_ text: String) -> Bool {
        guard let scheme = text.firstRange(of: "://") else { return false }
        let rest = text[scheme.upperBound...]
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        return authority.count { $0 == "@" } <= 1 && !rest.dropFirst(authority.count).contains("@")
    }

    private static func parse(_ text: String) throws(StoreError) -> [String: String] {
        var problem: UnsafeMutablePointer<CChar>?
        guard let options = PQconninfoParse(text, &problem) else {
            let why = problem.map { OneLine.of(String(cString: $0)) } ?? "out of memory"
            PQfreemem(problem)
            throw unreadable(
                mayRepeatPassword(why, of: text) ? "write special characters in the user and the password as %XX" : why)
        }
        defer { PQconninfoFree(options) }
        var given: [String: String] = [:]
        var option = options
        while let keyword = option.pointee.keyword {
            if let value = option.pointee.val { given[String(cString: keyword)] = String(cString: value) }
            option += 1
        }
        return given
    }

    /// libpq repeats what it could not read. That may be a piece of a password, also behind a misspelt option.
    private static func mayRepeatPassword(_ problem: String, of text: String) -> Bool {
        let rest = text.firstRange(of: "://").map { text[$0.upperBound...] } ?? text[...]
        let (authority, query) = (rest.prefix { $0 != "/" && $0 != "?" }, rest.drop { $0 != "?" })
        if let option = query.lowercased().firstRange(of: "pass") {
            let pieces = query.lowercased()[option.upperBound...].split { $0 == "=" || $0 == "&" }.dropFirst()
            if pieces.contains(where: { problem.lowercased().contains($0) }) { return true }
        }
        let user = authority.firstRange(of: "@").map { authority[..<$0.lowerBound] } ?? ""
        let password = user.drop { $0 != ":" }.dropFirst()
        return !password.isEmpty && problem.contains(password)
    }

    private static func unreadable(_ why: String) -> StoreError {
        StoreError(
            .cannotOpen,
            "cannot read the address of the database: \(why); it is like postgres://user:password@host:5432/steward")
    }

    private static func describe(_ given: [String: String]) -> String {
        let user = given["user"].map { "\($0)@" } ?? ""
        let hosts = (given["host"] ?? given["hostaddr"] ?? "").replacing("/", with: "%2F")
        let port = given["port"].map { ":\($0)" } ?? ""
        return "postgres://\(user)\(hosts)\(port)/\(given["dbname"] ?? "")"
    }

    /// One set of parameters a host, so that each gets its own time to answer.
    private static func hosts(_ given: [String: String]) throws(StoreError) -> [[String: String]] {
        let lists = ["host", "hostaddr", "port"].map {
            given[$0]?.split(separator: ",", omittingEmptySubsequences: false)
        }
        let count = max(lists[0]?.count ?? 0, lists[1]?.count ?? 0, 1)
        if let ports = lists[2], ports.count != 1, ports.count != count {
            throw unreadable("\(ports.count) ports are given for \(count) hosts")
        }
        return (0..<count).map { index in
            var one = given
            for (name, list) in zip(["host", "hostaddr", "port"], lists) {
                guard let list, let value = list.count == 1 ? list[0] : list.dropFirst(index).first else { continue }
                one[name] = String(value)
            }
            return one
        }
    }
}
