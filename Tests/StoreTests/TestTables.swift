import Store

/// The tables of these tests: one of things, and what the store itself needs.
enum TestTables {
    static let migrations = [
        Migration(1, "things") { transaction, dialect in
            try transaction.run(
                script: """
                    CREATE TABLE things (
                        id \(dialect.identity), name \(dialect.text) UNIQUE, amount \(dialect.integer),
                        remark \(dialect.text)) \(dialect.tableOptions);
                    CREATE TABLE tallies (
                        resource \(dialect.integer) NOT NULL, account \(dialect.integer) NOT NULL,
                        life_cycle \(dialect.integer) NOT NULL, status \(dialect.integer) NOT NULL,
                        shard \(dialect.integer) NOT NULL, total \(dialect.integer) NOT NULL,
                        PRIMARY KEY (resource, account, life_cycle, status, shard)) \(dialect.keyedTableOptions);
                    """)
        }
    ]
}

/// A failure of the test's own.
struct Mishap: Error, Equatable {}

extension Store {
    /// The names of all things, in order.
    func names() async throws -> [String] {
        try await read { try $0.all("SELECT name FROM things ORDER BY id") { $0.text(0) } }
    }

    /// Runs one statement in a transaction of its own.
    func change(_ sql: SQL) async throws { try await write { _ = try $0.execute(sql) } }

    /// Adds a thing.
    @discardableResult
    func add(_ name: String, amount: Int64? = nil) async throws -> Int64 {
        try await write { try $0.add(name, amount: amount) }
    }
}

extension Transaction {
    @discardableResult
    func add(_ name: String, amount: Int64? = nil) throws -> Int64 {
        try insert("INSERT INTO things (name, amount) VALUES (\(name), \(amount.sqlValue)) RETURNING id")
    }
}

/// The kind of the `StoreError` that a body throws; nil when it throws none.
func kindOfFailure(_ body: () async throws -> Void) async -> StoreError.Kind? {
    do {
        try await body()
        return nil
    } catch {
        return (error as? StoreError)?.kind
    }
}
