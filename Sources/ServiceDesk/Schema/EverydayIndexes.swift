import Store

/// Indexes of the lists that desks and integrations ask for all day. Each begins with what every list of the table asks
/// for, and ends with the id, so that what it finds is in the order of ids.
enum EverydayIndexes {
    static func create(_ transaction: Transaction, _ dialect: Dialect) throws {
        try transaction.run(script: (dropped + requests + openWork + directory).joined(separator: ";\n"))
    }

    /// Their columns alone did not tell an engine without statistics that they find fewer rows than the account's
    /// index.
    private static let dropped = ["DROP INDEX requests_grouped", "DROP INDEX requests_workflow"]

    private static let requests =
        ["category", "impact", "service_id", "organization_id", "created_by_id"].map { column in
            "CREATE INDEX requests_\(column) ON requests (account, life_cycle, \(column), id)"
        }
        // Most requests have none of these.
        + [("grouped", "grouped_into_id"), ("workflow", "workflow_id"), ("supplier", "supplier_request_id")].map {
            """
            CREATE INDEX requests_\($0.0) ON requests (account, life_cycle, \($0.1), id) WHERE \($0.1) IS NOT NULL
            """
        }

    /// Of what is done there is ever more, and what is open stays as much: an index of that alone costs little and
    /// stays in memory. 80 is a completed request.
    private static let openWork = [
        "CREATE INDEX requests_open ON requests (account, life_cycle, id) WHERE status <> 80",
        "CREATE INDEX requests_open_team ON requests (account, life_cycle, team_id, id) WHERE status <> 80",
        "CREATE INDEX requests_open_member ON requests (account, life_cycle, member_id, id) WHERE status <> 80",
        "CREATE INDEX requests_review ON requests (account, life_cycle, status, id) WHERE status = 80 AND reviewed = 0",
    ]

    private static let directory: [String] =
        [
            ("people", ["source_id", "organization_id", "manager_id", "employee_id", "support_folded"]),
            ("teams", ["source_id"]), ("organizations", ["source_id", "parent_id", "financial_id"]),
            ("services", ["source_id", "provider_id", "support_team_id"]),
        ].flatMap { table, columns in
            ["CREATE INDEX \(table)_id ON \(table) (account, id)"]
                + (columns + ["created_at", "updated_at"]).map { column in
                    "CREATE INDEX \(table)_by_\(column) ON \(table) (account, \(column), id)"
                }
        } + ["DROP INDEX people_organization"]
}
