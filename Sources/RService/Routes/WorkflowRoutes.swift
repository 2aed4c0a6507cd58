import HTTPTypes
import Resources
import ServiceDesk
import Store
import Wire

/// What workflows have beyond every resource.
enum WorkflowRoutes {
    static let tasks = Endpoint(
        summary: "Lists the tasks of a workflow", access: .scope(.read, on: .workflow), response: .collection(.tasks)
    ) { call in
        try call.viewer.require(.read, on: .task)
        return try await call.page(.tasks, .tasks(in: call.id, for: call.perspective), of: .workflows)
    }

    static let requests = Endpoint(
        summary: "Lists the requests of a workflow", access: .scope(.read, on: .workflow),
        response: .collection(.requests)
    ) { call in
        try call.viewer.require(.read, on: .request)
        return try await call.page(.requests, .requests(of: call.id, for: call.perspective), of: .workflows)
    }

    static let addRequest = Endpoint(
        summary: "Has a workflow carry out a request", access: .scope(.update, on: .workflow),
        response: .other(JSONSchema.empty)
    ) { call in
        try await call.desk.store.write { transaction in
            try WorkflowRequests.add(transaction, workflow: call.id, request: call.entryID, by: call.viewer)
        }
        return .json(.object(JSONObject()))
    }

    static let removeRequest = Endpoint.removal("Ends that a workflow carries out a request", on: .workflow) {
        try WorkflowRequests.remove($0, workflow: $1.id, request: $1.entryID, by: $1.viewer)
    }

    static let removeAllRequests = Endpoint.removal("Ends that a workflow carries out any request", on: .workflow) {
        try WorkflowRequests.remove($0, workflow: $1.id, request: nil, by: $1.viewer)
    }

    static let phases = Endpoint.entries(.phases, of: .workflows)
    static let phase = Endpoint.entry(.phases, of: .workflows)

    static let addPhase = Endpoint(
        summary: "Adds a phase to a workflow", access: .scope(.update, on: .workflow), response: .record(.phases),
        status: .created, input: .phases
    ) { call in
        let input = try await call.input(.phases)
        let (id, bytes) = try await call.desk.store.write { transaction in
            let id = try Phases.add(transaction, workflow: call.id, input, by: call.viewer)
            return (id, try call.phase(transaction.db, id))
        }
        var answer = Answer.json(bytes, status: .created)
        answer.location = "\(call.origin)\(call.path)/\(id)"
        return answer
    }

    static let updatePhase = Endpoint(
        summary: "Changes a phase of a workflow", access: .scope(.update, on: .workflow), response: .record(.phases),
        input: .phases
    ) { call in
        let input = try await call.input(.phases)
        return .json(
            try await call.desk.store.write { transaction in
                try call.precondition.check(
                    transaction, locking: RecordKind.workflow.table, call.id, for: call.perspective
                ) { try call.phase(transaction.db, call.entryID, for: $0) }
                try Phases.update(transaction, workflow: call.id, phase: call.entryID, input, by: call.viewer)
                return try call.phase(transaction.db, call.entryID)
            })
    }

    static let removePhase = Endpoint.removal("Removes a phase from a workflow", on: .workflow) {
        try Phases.remove($0, workflow: $1.id, phase: $1.entryID, by: $1.viewer)
    }

    static let removeAllPhases = Endpoint.removal("Removes all phases from a workflow", on: .workflow) {
        try Phases.remove($0, workflow: $1.id, phase: nil, by: $1.viewer)
    }
}

extension Call {
    fileprivate func phase(_ db: Database, _ phase: Int64, for eyes: Perspective? = nil) throws -> [UInt8] {
        try entry(db, .phases, of: .workflows, phase, for: eyes)
    }
}
