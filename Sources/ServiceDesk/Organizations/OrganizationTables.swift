import Store

/// The table of organizations.
enum OrganizationTables {
    static func create(_ d: Dialect) -> String {
        """
        CREATE TABLE organizations (
            id \(d.identity), account \(d.integer) NOT NULL REFERENCES accounts (number), name \(d.text) NOT NULL,
            parent_id \(d.integer) REFERENCES organizations (id), manager_id \(d.integer), substitute_id \(d.integer),
            financial_id \(d.text), region \(d.text), business_unit \(d.integer) NOT NULL DEFAULT 0,
            end_user_privacy \(d.integer) NOT NULL DEFAULT 0, disabled \(d.integer) NOT NULL DEFAULT 0,
            remarks \(d.text), picture_uri \(d.text), custom_fields \(d.text) NOT NULL DEFAULT '[]',
            source \(d.text), source_id \(d.text), created_at \(d.integer) NOT NULL, updated_at \(d.integer) NOT NULL)
            \(d.tableOptions);
        CREATE INDEX organizations_name ON organizations (account, name, id);
        """
    }
}
