import Resources
import Store
import Wire

/// The requests that a workflow is carried out for.
public enum WorkflowRequests {
    /// Links a request: it then waits for the workflow. Doing so twice changes nothing.
    /// - Throws: `Refusal.notFound` for a workflow or request that is not seen, `Refusal.invalid`.
    public static func add(
        _ transaction: Transaction, workflow: Int64, request: Int64, by viewer: Viewer
    ) throws {
        let parent = try load(transaction, workflow, by: viewer)
        try parent.requireActive()
        var draft = try Draft.load(transaction, .requests, id: request, for: viewer.perspective)
        try draft.requireActive()
        if draft["workflow"].integer == workflow { return }
        guard draft["workflow"].isNull else {
            throw Refusal.invalid("request", "Request is carried out by another workflow already")
        }
        draft["workflow"] = .integer(workflow)
        if draft["status"] != .integer(RequestStatus.completed.rawValue),
            parent["status"] != .integer(WorkflowStatus.completed.rawValue)
        {
            draft["status"] = .integer(RequestStatus.workflowPending.rawValue)
        }
        try Requests.settleAndSave(transaction, &draft, by: viewer.person)
    }

    /// Ends the link of one request, or of all. What waited for the workflow is assigned again.
    public static func remove(
        _ transaction: Transaction, workflow: Int64, request: Int64?, by viewer: Viewer
    ) throws {
        _ = try load(transaction, workflow, by: viewer)
        let linked = try transaction.db.all("SELECT id FROM requests WHERE workflow_id = \(workflow) ORDER BY id") {
            $0.integer(0)
        }.filter { request == nil || $0 == request }
        if request != nil, linked.isEmpty { throw Refusal.notFound }
        for id in linked {
            guard var draft = try Draft.load(transaction, .requests, id: id) else { continue }
            draft["workflow"] = .null
            if draft["status"] == .integer(RequestStatus.workflowPending.rawValue) {
                draft["status"] = .integer(RequestStatus.assigned.rawValue)
            }
            try Requests.settleAndSave(transaction, &draft, by: viewer.person)
        }
    }

    /// Completes what waited for a workflow that is completed.
    static func complete(_ transaction: Transaction, workflow: Int64, by user: Int64?) throws {
        let waiting = try transaction.db.all(
            """
            SELECT id FROM requests WHERE workflow_id = \(workflow) AND life_cycle = 0
            AND status = \(RequestStatus.workflowPending.rawValue) ORDER BY id
            """
        ) { $0.integer(0) }
        for id in waiting {
            guard var draft = try Draft.load(transaction, .requests, id: id) else { continue }
            draft["status"] = .integer(RequestStatus.completed.rawValue)
            draft["completion_reason"] = .integer(RequestCompletionReason.solved.rawValue)
            try Requests.settleAndSave(transaction, &draft, by: user)
        }
    }

    private static func load(_ transaction: Transaction, _ workflow: Int64, by viewer: Viewer) throws -> Draft {
        let parent = try Draft.load(transaction, .workflows, id: workflow, for: viewer.perspective)
        try viewer.require(\.editsWorkflows, "change the requests of workflows")
        return parent
    }
}

extension ListSource {
    /// The requests of a workflow that a viewer sees.
    public static func requests(of workflow: Int64, for perspective: Perspective) -> ListSource {
        let linked: SQL = "t.workflow_id = \(workflow) AND t.account = \(perspective.account)"
        if perspective.seesAccount { return .related(linked) }
        return .related("\(linked) AND \(perspective.wasGranted(.request))")
    }
}
