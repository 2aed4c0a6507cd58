import Wire

/// Copies everything from one database into another, empty one, on whatever engine each is: all of it or nothing. Both
/// sides are read and compared before the copy is committed.
public struct DatabaseCopy {
    private let source: DatabaseAddress
    private let target: DatabaseAddress
    private let migrations: [Migration]

    /// Tables that speak of the database itself: what is in them is made anew.
    private static let bookkeeping: Set<String> = ["migrations", "epochs"]
    /// Tables that a new database has rows in.
    private static let filled: Set<String> = ["secrets"]
    /// How much is read, and put in, at a time.
    var portion = PortionSize()

    public init(from source: DatabaseAddress, to target: DatabaseAddress, migrations: [Migration]) {
        self.source = source
        self.target = target
        self.migrations = migrations
    }

    /// Makes the copy.
    /// - Parameters:
    ///   - now: what the target's migrations are stamped with.
    ///   - progress: told how many rows of how many are done; each row counts twice, since it is checked too.
    /// - Returns: what each table comes to, in the order of their names; the same on both sides.
    /// - Throws: `StoreError`; then the target is as it was, but that an empty PostgreSQL database has got its tables.
    public func run(now: Timestamp, progress: (_ done: Int64, _ total: Int64) -> Void) throws -> [TableDigest] {
        if source.description == target.description {
            throw StoreError(.cannotOpen, "'\(source)' cannot be copied onto itself; name another target")
        }
        let from = try Self.open(existing: source)
        try Migrator(migrations, name: source.description).requireNewest(from)
        switch target {
        case .postgres(let address):
            let connection = try Self.connect(address)
            return try fill(Database(connection), connection, from, now, progress)
        case .file(let path):
            return try NewFile.make(at: path) { path in
                let connection = try SQLiteConnection(path: path)
                try connection.run(script: "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL")
                return try fill(Database(connection), connection, from, now, progress)
            }
        }
    }

    private static func open(existing address: DatabaseAddress) throws -> Database {
        switch address {
        case .postgres(let address): return Database(try connect(address))
        case .file(let path):
            try SQLiteEngine.requireFile(path)
            return Database(try SQLiteConnection(path: path))
        }
    }

    /// One side may wait long for the other.
    private static func connect(_ address: PostgresAddress) throws -> PostgresConnection {
        let connection = try PostgresConnector(address: address).connect()
        try connection.run(script: "SET idle_in_transaction_session_timeout = 0")
        return connection
    }

    private func fill(
        _ to: Database, _ connection: any MovingConnection, _ from: Database, _ now: Timestamp,
        _ progress: (Int64, Int64) -> Void
    ) throws -> [TableDigest] {
        try Migrator(migrations, name: target.description).migrate(to, now: now)
        let digests = try from.transaction(.snapshot) {
            try to.transaction(.migration) {
                try copy(from, to, connection, progress)
            }
        }
        try connection.settle()
        return digests
    }

    private func copy(
        _ from: Database, _ to: Database, _ connection: any MovingConnection, _ progress: (Int64, Int64) -> Void
    ) throws -> [TableDigest] {
        let tables = try from.tables().filter { !Self.bookkeeping.contains($0) }.map { try from.table($0) }
        try requireEmpty(to, tables)
        let dropped = try connection.dropReferences()
        let counts = try tables.map { try from.count($0) }
        let total = counts.reduce(0, +) * 2
        var done: Int64 = 0
        func tick(_ rows: Int) {
            done += Int64(rows)
            progress(done, total)
        }
        let digests = try tables.map { table in
            if Self.filled.contains(table.name) { try to.execute(SQL(text: "DELETE FROM \(table.name)")) }
            return try from.digest(table, portion) { rows in
                try connection.load(table.name, columns: table.columns, rows: rows)
                tick(rows.count)
            }
        }
        for (table, last) in try (from.connection as? any MovingConnection)?.lastIdentities() ?? [:] {
            try connection.setIdentity(table, last: last)
        }
        try connection.restoreReferences(dropped)
        for (table, digest) in zip(tables, digests) {
            let arrived = try to.digest(table, portion) { tick($0.count) }
            guard arrived == digest else {
                throw StoreError(
                    .defect,
                    """
                    the rows of \(table.name) did not arrive as they were: \(digest.rows) rows with \(digest.checksum) \
                    became \(arrived.rows) with \(arrived.checksum)
                    """)
            }
        }
        _ = try Epoch.advance(to)
        return digests
    }

    private func requireEmpty(_ to: Database, _ tables: [Table]) throws {
        for table in tables where !Self.filled.contains(table.name) {
            if try to.first(SQL(text: "SELECT 1 FROM \(table.name) LIMIT 1"), { _ in true }) != nil {
                throw StoreError(
                    .cannotOpen, "'\(target)' is not empty (there are rows in \(table.name)); name an empty database")
            }
        }
    }
}

extension Database {
    fileprivate func count(_ table: Table) throws -> Int64 {
        try first(SQL(text: "SELECT count(*) FROM \(table.name)")) { $0.integer(0) } ?? 0
    }

    /// Reads all rows in the order of the key, a portion at a time.
    fileprivate func digest(
        _ table: Table, _ size: PortionSize, _ body: ([[SQLValue]]) throws -> Void
    ) throws -> TableDigest {
        var portions = TablePortions(self, table, size)
        var hash = TableHash()
        while let rows = try portions.next() {
            for row in rows { hash.add(row) }
            try body(rows)
        }
        return hash.digest(of: table.name)
    }
}
