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

    static let update = Endpoint(
        summary: "Changes one of the tasks", access: .scope(.update, on: .task), response: .record(.tasks),
        input: .tasks
    ) { call in
        let input = try await call.checked(.tasks)
        return try await call.change(.tasks, locking: { try Tasks.lockWorkflow($0, of: call.id) }) { transaction in
            try Tasks.update(transaction, id: call.id, input, by: call.viewer)
        }
    }

    static let ofWorkflow = Endpoint(
        summary: "Lists the tasks of a workflow", access: .scope(.read, on: .workflow), response: .collection(.tasks)
    ) { call in
        try call.viewer.require(.read, on: .task)
        return try await call.page(.tasks, of: .workflows) { .tasks(in: $0, for: call.perspective) }
    }
}
