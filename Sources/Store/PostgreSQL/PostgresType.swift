import CPostgres

/// The types of columns and parameters by their numbers in PostgreSQL's catalog (`pg_type.dat`), which never change.
enum PostgresType {
    static let bigint: Oid = 20
    static let text: Oid = 25
    /// Left for the server to find out.
    static let unknown: Oid = 0
    /// What is read as an integer: boolean, bigint, smallint, integer.
    static let integers: Set<Oid> = [16, bigint, 21, 23]
}
