import Resources
import ServiceDesk
import Store

/// Approvals of a task (docs/protocol/workflows.md#approvals): five calls, and `GET` of one.
enum ApprovalRoutes {
    static let list = Endpoint.entries(.approvals, of: .tasks)
    static let one = Endpoint.entry(.approvals, of: .tasks)

    /// 200, not 201, as documented.
    static let add = Endpoint(
        summary: "Adds an approval to a task", access: .scope(.update, on: .task), response: .record(.approvals),
        input: .approvals
    ) { call in
        let input = try await call.input(.approvals)
        let id = try await call.desk.store.write { transaction in
            try Approvals.add(transaction, task: call.id, input, by: call.viewer)
        }
        return .json(try await call.approval(id))
    }

    static let update = Endpoint(
        summary: "Changes an approval of a task", access: .scope(.update, on: .task), response: .record(.approvals),
        input: .approvals
    ) { call in
        let input = try await call.input(.approvals)
        try await call.desk.store.write { transaction in
            try Tasks.lockWorkflow(transaction, of: call.id)
            try call.precondition.check(
                transaction, locking: RecordKind.approval.table, call.entryID, for: call.perspective
            ) { try call.approval(transaction.db, call.entryID, for: $0) }
            try Approvals.update(transaction, task: call.id, approval: call.entryID, input, by: call.viewer)
        }
        return .json(try await call.approval(call.entryID))
    }

    static let remove = removal("Removes an approval from a task", all: false)
    static let removeAll = removal("Removes all approvals from a task", all: true)

    private static func removal(_ summary: String, all: Bool) -> Endpoint {
        .removal(summary, on: .task) { transaction, call in
            try Approvals.remove(transaction, task: call.id, approval: all ? nil : call.entryID, by: call.viewer)
        }
    }
}

extension Call {
    /// An approval as it is after the commit, when its summary has been made.
    fileprivate func approval(_ approval: Int64) async throws -> [UInt8] {
        try await desk.store.read { try self.approval($0, approval) }
    }

    fileprivate func approval(_ db: Database, _ approval: Int64, for eyes: Perspective? = nil) throws -> [UInt8] {
        try entry(db, .approvals, of: .tasks, approval, for: eyes)
    }
}
