import Resources
import Store
import Wire

/// The requests that a workflow is carried out for. Such a link is the workflow's: by whichever call it is made or
/// ended, it takes a workflow manager and a token that may change workflows, and the request's status follows.
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
        let parent = try load(transaction, workflow, by: viewer)
        try parent.requireActive()
        // The life cycles are named since the index begins with them.
        let linked = try transaction.db.all(
            """
            SELECT id FROM requests WHERE account = \(parent.account) AND life_cycle IN (0, 1, 2)
            AND workflow_id = \(workflow) ORDER BY id
            """
        ) { $0.integer(0) }.filter { request == nil || $0 == request }
        if request != nil, linked.isEmpty { throw Refusal.notFound }
        for id in linked {
            guard var draft = try Draft.loadUnseen(transaction, .requests, id: id) else { continue }
            draft["workflow"] = .null
            if draft["status"] == .integer(RequestStatus.workflowPending.rawValue) {
                draft["status"] = .integer(RequestStatus.assigned.rawValue)
            }
            try Requests.settleAndSave(transaction, &draft, by: viewer.person)
        }
    }

    /// What holds for a link that is set on the request itself: the same as for one made on the workflow.
    static func check(
        _ transaction: Transaction, _ draft: inout Draft, setsStatus: Bool, by viewer: Viewer
    ) throws {
        let pending = SQLValue.integer(RequestStatus.workflowPending.rawValue)
        guard draft.changes("workflow") || draft.changes("status") && draft["status"] == pending else { return }
        if draft.changes("workflow") { try mayLink(viewer) }
        func refuse(_ complaint: String) -> Refusal { .invalid("workflow", "Workflow \(complaint)") }
        guard let workflow = draft["workflow"].integer else {
            if !setsStatus, draft["status"] == pending { draft["status"] = .integer(RequestStatus.assigned.rawValue) }
            return
        }
        if draft.changes("workflow"), !draft.previous("workflow").isNull {
            throw refuse("carries the request out already; end that link first")
        }
        guard let parent = try Draft.loadUnseen(transaction, .workflows, id: workflow), parent.account == draft.account,
            parent.lifeCycle == .active
        else { throw refuse("must exist") }
        let isOpen = parent["status"] != .integer(WorkflowStatus.completed.rawValue)
        if !setsStatus, isOpen, draft["status"] != .integer(RequestStatus.completed.rawValue) {
            draft["status"] = pending
        }
        if draft["status"] == pending, !isOpen { throw refuse("is completed; nothing can wait for it") }
    }

    /// Completes what waited for a workflow that is completed.
    static func complete(_ transaction: Transaction, workflow: Int64, by user: Int64?) throws {
        let waiting = try transaction.db.all(
            """
            SELECT id FROM requests WHERE account = (SELECT account FROM workflows WHERE id = \(workflow))
            AND life_cycle = 0 AND workflow_id = \(workflow) AND status = \(RequestStatus.workflowPending.rawValue) ORDER BY id
            """
        ) { $0.integer(0) }
        for id in waiting {
            guard var draft = try Draft.loadUnseen(transaction, .requests, id: id) else { continue }
            draft["status"] = .integer(RequestStatus.completed.rawValue)
            draft["completion_reason"] = .integer(RequestCompletionReason.solved.rawValue)
            try Requests.settleAndSave(transaction, &draft, by: user)
        }
    }

    private static func load(_ transaction: Transaction, _ workflow: Int64, by viewer: Viewer) throws -> Draft {
        let parent = try Draft.load(transaction, .workflows, id: workflow, for: viewer.perspective)
        try mayLink(viewer)
        return parent
    }

    private static func mayLink(_ viewer: Viewer) throws {
        try viewer.require(\.editsWorkflows, "change the requests of workflows")
        try viewer.require(.update, on: .workflow)
    }
}

extension ListSource {
    /// The requests of a workflow that a viewer sees.
    public static func requests(of workflow: Int64, for perspective: Perspective) -> ListSource {
        let linked: SQL = "t.workflow_id = \(workflow) AND t.account = \(perspective.account)"
        if perspective.seesAccount { return .related(linked, isIndexed: true) }
        return .related("\(linked) AND \(perspective.wasGranted(.request))", isIndexed: true)
    }
}
