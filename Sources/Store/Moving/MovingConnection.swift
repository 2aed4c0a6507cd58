/// What moving a whole database needs of a connection beside what every connection does.
protocol MovingConnection: Connection {
    /// Stops checking, until the transaction ends, that rows refer to rows which are there.
    /// - Returns: what `restoreReferences` needs.
    func dropReferences() throws -> [String]

    /// Checks all rows at once and goes on checking.
    /// - Throws: `StoreError` of kind `constraint` when a row refers to one that is not there.
    func restoreReferences(_ dropped: [String]) throws

    /// The highest id each table has given out. None is given out again.
    func lastIdentities() throws -> [String: Int64]

    /// Makes a table give out higher ids than this.
    func setIdentity(_ table: String, last: Int64) throws

    /// Makes ready for use what many rows were put into; after the transaction.
    func settle() throws
}

extension SQLiteConnection: MovingConnection {
    /// The copy is made on a connection that does not check, since this engine cannot stop within a transaction.
    func dropReferences() throws -> [String] { [] }

    func restoreReferences(_ dropped: [String]) throws {
        var broken: String?
        try step(plan: nil, "PRAGMA foreign_key_check", []) { row in
            broken = "a row of \(row.text(0)) refers to a row of \(row.text(2)) that is not there"
            return false
        }
        if let broken { throw StoreError(.constraint, broken) }
    }

    func lastIdentities() throws -> [String: Int64] {
        var last: [String: Int64] = [:]
        try step(plan: nil, "SELECT name, seq FROM sqlite_sequence", []) { row in
            last[row.text(0)] = row.integer(1)
            return true
        }
        return last
    }

    func setIdentity(_ table: String, last: Int64) throws {
        for (text, values) in [
            ("DELETE FROM sqlite_sequence WHERE name = ?", [SQLValue.text(table)]),
            ("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", [.text(table), .integer(last)]),
        ] {
            try step(plan: nil, text, values) { _ in true }
        }
    }

    func settle() throws { try run(script: "PRAGMA wal_checkpoint(TRUNCATE)") }
}

extension PostgresConnection: MovingConnection {
    func dropReferences() throws -> [String] {
        var statements: [(drop: String, restore: String)] = []
        try step(
            plan: nil,
            """
            SELECT CAST(conrelid AS regclass)::text, quote_ident(conname), pg_get_constraintdef(oid)
            FROM pg_catalog.pg_constraint
            WHERE contype = 'f' AND connamespace = to_regnamespace(current_schema()) ORDER BY conname, conrelid
            """, []
        ) { row in
            statements.append(
                (
                    "ALTER TABLE \(row.text(0)) DROP CONSTRAINT \(row.text(1))",
                    "ALTER TABLE \(row.text(0)) ADD CONSTRAINT \(row.text(1)) \(row.text(2))"
                ))
            return true
        }
        for statement in statements { try run(script: statement.drop) }
        return statements.map(\.restore)
    }

    func restoreReferences(_ dropped: [String]) throws {
        for statement in dropped { try run(script: statement) }
    }

    func lastIdentities() throws -> [String: Int64] {
        var last: [String: Int64] = [:]
        try step(
            plan: nil,
            """
            SELECT CAST(c.relname AS text), pg_sequence_last_value(
                CAST(pg_get_serial_sequence(CAST(CAST(c.oid AS regclass) AS text), a.attname) AS regclass))
            FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
            WHERE a.attidentity <> '' AND c.relnamespace = to_regnamespace(current_schema())
            """, []
        ) { row in
            last[row.text(0)] = row.optionalInteger(1)
            return true
        }
        return last
    }

    func setIdentity(_ table: String, last: Int64) throws {
        try step(
            plan: nil,
            """
            SELECT setval(CAST(pg_get_serial_sequence(CAST(a.attrelid AS regclass)::text, a.attname) AS regclass), ?)
            FROM pg_catalog.pg_attribute a WHERE a.attrelid = to_regclass(?) AND a.attidentity <> ''
            """, [.integer(last), .text(table)]
        ) { _ in true }
    }

    func settle() throws { try run(script: "ANALYZE") }
}
