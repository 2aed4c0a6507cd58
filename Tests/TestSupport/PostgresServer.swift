import CPostgres

/// The PostgreSQL server of this test process: started when the first test asks for it, gone when the process is.
public final class PostgresServer: Sendable {
    private static let started = Result { try PostgresServer() }

    /// Without a database's name.
    private let address: String

    /// The server.
    public static func shared() throws -> PostgresServer { try started.get() }

    private init() throws { address = try ServerProcess.start("postgres.py") }

    /// Makes an empty schema and answers the address under which Steward takes it for a database of its own.
    func makeSchema(_ name: String) throws -> String {
        try run("CREATE SCHEMA \(name)")
        return "\(address)?options=-csearch_path%3D\(name)"
    }

    func dropSchema(_ name: String) throws {
        try run("SET client_min_messages = warning; DROP SCHEMA \(name) CASCADE")
    }

    /// Runs a script as an operator with psql would.
    public func run(_ script: String) throws {
        let connection = PQconnectdb(address)
        defer { PQfinish(connection) }
        let result = PQexec(connection, script)
        defer { PQclear(result) }
        let status = PQresultStatus(result)
        guard status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK else {
            throw ServerProcess.Missing(String(cString: PQerrorMessage(connection)))
        }
    }
}
