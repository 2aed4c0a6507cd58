import Store

/// The tables of accounts, and of whom each trusts.
enum AccountTables {
    static func create(_ d: Dialect) -> String {
        """
        CREATE TABLE accounts (
            number \(d.identity), id \(d.text) NOT NULL UNIQUE, name \(d.text) NOT NULL,
            time_zone \(d.text) NOT NULL, locale \(d.text) NOT NULL, currency \(d.text) NOT NULL,
            default_team_id \(d.integer), organization_id \(d.integer), owner_id \(d.integer),
            created_at \(d.integer) NOT NULL) \(d.tableOptions);
        CREATE TABLE trusts (
            account \(d.integer) NOT NULL REFERENCES accounts (number),
            trusted \(d.integer) NOT NULL REFERENCES accounts (number),
            PRIMARY KEY (account, trusted)) \(d.keyedTableOptions);
        """
    }
}
