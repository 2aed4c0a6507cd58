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
            let input = try await call.input(.tasks)
            let (id, bytes) = try await call.desk.store.write { transaction in
                let id = try Tasks.create(transaction, in: workflow(call), input, by: call.viewer)
                return (id, try Single.read(transaction.db, .tasks, id: id, for: call.perspective))
            }
            var answer = Answer.json(bytes, status: .created)
            answer.location = "\(call.origin)/v1/tasks/\(id)"
            return answer
        }
    }

    static let update = Endpoint(
        summary: "Changes one of the tasks", access: .scope(.update, on: .task), response: .record(.tasks),
        input: .tasks
    ) { call in
        let input = try await call.input(.tasks)
        let answer = try await call.change(.tasks, locking: { try Tasks.lockWorkflow($0, of: call.id) }) {
            transaction in
            try Tasks.update(transaction, id: call.id, input, by: call.viewer)
        }
        return answer
    }

    static func linked(_ side: TaskLinks.Side) -> Endpoint {
        Endpoint(
            summary: "Lists the \(side) of a task", access: .scope(.read, on: .task), response: .collection(.tasks)
        ) { call in try await call.page(.tasks, .tasks(side, of: call.id, for: call.perspective), of: .tasks) }
    }

    static func link(_ side: TaskLinks.Side) -> Endpoint {
        Endpoint(
            summary: "Adds to the \(side) of a task", access: .scope(.update, on: .task),
            response: .other(JSONSchema.empty)
        ) { call in
            try await call.desk.store.write { transaction in
                try TaskLinks.add(transaction, task: call.id, side, call.entryID, by: call.viewer)
            }
            return .json(.object(JSONObject()))
        }
    }

    static func unlink(_ side: TaskLinks.Side, all: Bool = false) -> Endpoint {
        .removal(all ? "Removes all \(side) of a task" : "Removes from the \(side) of a task", on: .task) {
            try TaskLinks.remove($0, task: $1.id, side, all ? nil : $1.entryID, by: $1.viewer)
        }
    }
}
