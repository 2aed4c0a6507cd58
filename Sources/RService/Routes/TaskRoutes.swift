import HTTPTypes
import Resources
import ServiceDesk
import Store
import Wire

/// Tasks of workflows, and which of them wait for which.
enum TaskRoutes {
    /// The documented way to create one, under its workflow.
    static let createInWorkflow = creation("Adds a task to a workflow") { $0.id }
    static let create = creation("Adds a task to the workflow that the body names") { _ in nil }

    private static func creation(_ summary: String, in workflow: @escaping @Sendable (Call) -> Int64?) -> Endpoint {
        Endpoint(
            summary: summary, access: .scope(.create, on: .task), response: .record(.tasks), status: .created,
            input: .tasks
        ) { call in
            let input = try await call.checked(.tasks)
            return try await call.create(.tasks, at: "/v1/tasks") { transaction in
                func create() throws -> Int64 {
                    try Tasks.create(transaction, in: workflow(call), input, by: call.viewer)
                }
                return workflow(call) == nil ? try create() : try call.ifMatch(transaction, .workflows, create)
            }
        }
    }

    static let update = Endpoint.update(
        .tasks, locking: { transaction, id, _, _ in try Tasks.lockWorkflow(transaction, of: id) },
        { try Tasks.update($0, id: $1, $2, by: $3) })

    static let ofWorkflow = Endpoint(
        summary: "Lists the tasks of a workflow", access: .scope(.read, on: .workflow), response: .collection(.tasks)
    ) { call in
        try call.viewer.require(.read, on: .task)
        return try await call.page(.tasks, of: .workflows) { .tasks(in: $0, for: call.perspective) }
    }
}
