import Store

/// The table of what was uploaded lately, by which uploads are limited.
enum UploadTables {
    static func create(_ transaction: Transaction, _ d: Dialect) throws {
        try transaction.run(
            script: """
                CREATE TABLE uploads (
                    key \(d.text) PRIMARY KEY, account \(d.integer) NOT NULL, person_id \(d.integer) NOT NULL,
                    size \(d.integer) NOT NULL, created_at \(d.integer) NOT NULL) \(d.tableOptions);
                CREATE INDEX uploads_account ON uploads (account, created_at, size);
                CREATE INDEX uploads_person ON uploads (person_id, created_at, size);
                """)
    }
}
