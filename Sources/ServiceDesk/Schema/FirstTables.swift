import Crypto
import Store
import Wire

/// The tables of the first migration; each refers only to those before it. Times are UTC microseconds, booleans 0 and
/// 1, enumerations small integers.
enum FirstTables {
    static func create(_ transaction: Transaction, _ d: Dialect) throws {
        for script in [
            bookkeeping(d), AccountTables.create(d), OrganizationTables.create(d), PersonTables.create(d),
            TeamTables.create(d), TokenTables.create(d), ServiceTables.create(d), RequestTables.create(d),
            RequestTables.indexes, NoteTables.create(d), WatchTables.create(d), AuditTables.create(d),
        ] {
            try transaction.run(script: script)
        }
        // One random key for cursors and whatever else is signed, so that all processes share it.
        let secret = SymmetricKey(size: .bits256).withUnsafeBytes { Array($0) }
        try transaction.execute("INSERT INTO secrets (name, value) VALUES ('signing', \(Hexadecimal.text(secret)))")
    }

    private static func bookkeeping(_ d: Dialect) -> String {
        """
        CREATE TABLE secrets (name \(d.text) PRIMARY KEY, value \(d.text) NOT NULL) \(d.tableOptions);
        CREATE TABLE tallies (
            resource \(d.integer) NOT NULL, account \(d.integer) NOT NULL, life_cycle \(d.integer) NOT NULL,
            status \(d.integer) NOT NULL, shard \(d.integer) NOT NULL, total \(d.integer) NOT NULL,
            PRIMARY KEY (resource, account, life_cycle, status, shard)) \(d.keyedTableOptions);
        CREATE TABLE grants (
            holder \(d.integer) NOT NULL, kind \(d.integer) NOT NULL, account \(d.integer) NOT NULL,
            life_cycle \(d.integer) NOT NULL, record_id \(d.integer) NOT NULL,
            PRIMARY KEY (holder, kind, account, life_cycle, record_id)) \(d.keyedTableOptions);
        CREATE INDEX grants_record ON grants (kind, record_id, holder);
        """
    }
}
