import Testing
import Wire

extension TestDesk {
    /// Registers a workflow, and answers its path.
    func workflow(_ more: [(String, JSON)] = [], at location: SourceLocation = #_sourceLocation) async throws -> String
    {
        let fields: [(String, JSON)] = [
            ("subject", "Replace the switch"), ("category", "standard"), ("justification", "replacement"),
            ("service_id", .integer(company.laptops)),
        ]
        let id = try await create(.workflowManager, "/v1/workflows", .object(JSONObject(fields + more)), at: location)
        return "/v1/workflows/\(id)"
    }

    /// Adds a task that takes an hour, and answers its id.
    func task(
        _ workflow: String, _ category: JSON = "implementation", after: [Int64] = [], with more: [(String, JSON)] = [],
        at location: SourceLocation = #_sourceLocation
    ) async throws -> Int64 {
        let fields: [(String, JSON)] = [
            ("subject", "Do it"), ("category", category), ("team_id", .integer(company.serviceDesk)),
            ("planned_duration", 60), ("predecessor_ids", .array(after.map { .integer($0) })),
        ]
        return try await create(.workflowManager, workflow + "/tasks", .object(JSONObject(fields + more)), at: location)
    }

    /// Asks people to approve.
    func ask(_ task: Int64, _ people: Who..., at location: SourceLocation = #_sourceLocation) async throws {
        for who in people {
            try await expect(
                200, .workflowManager, .post, "/v1/tasks/\(task)/approvals", ["approver_id": .integer(id(who))],
                at: location)
        }
    }

    /// Sets a task's status.
    @discardableResult
    func set(
        _ task: Int64, _ status: JSON, by who: Who = .workflowManager, at location: SourceLocation = #_sourceLocation
    ) async throws -> Reply {
        try await expect(200, who, .patch, "/v1/tasks/\(task)", ["status": status], at: location)
    }

    /// The status of a task or workflow.
    func status(_ path: String) async throws -> JSON? { try await get(.specialist, path)["status"] }

    /// The statuses of tasks.
    func statuses(_ tasks: Int64...) async throws -> [JSON?] {
        var statuses: [JSON?] = []
        for task in tasks { statuses.append(try await status("/v1/tasks/\(task)")) }
        return statuses
    }

    /// The statuses of a task's approvals.
    func approvals(_ task: Int64) async throws -> [JSON?] {
        try await get(.specialist, "/v1/tasks/\(task)/approvals").items.map { $0["status"] }
    }
}
