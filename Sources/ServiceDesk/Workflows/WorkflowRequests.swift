import Resources
import Store
import Wire

/// The requests that a workflow is carried out for. Such a link is the workflow's: by whichever call it is made or
/// ended, it takes a workflow manager and a token that may change workflows, and the request's status follows.
public enum WorkflowRequests {
    public static let writing = LinkWriting(
        .requests, naming: .workflows, in: "workflow", permit: { try mayLink($0.viewer, in: $0.record.account) },
        link: link, unlink: unlink,
        save: { try Requests.settleAndSave($1.transaction, &$0, by: $1.viewer.person) })

    /// A linked request waits for the workflow.
    @Sendable private static func link(_ draft: inout Draft, _ change: LinkChange) throws {
        guard draft["workflow"].isNull else {
            throw Refusal.invalid("request", "Request is carried out by another workflow already")
        }
        draft["workflow"] = .integer(change.id)
        if draft["status"] != .integer(RequestStatus.completed.rawValue),
            change.record["status"] != .integer(WorkflowStatus.completed.rawValue)
        {
            draft["status"] = .integer(RequestStatus.workflowPending.rawValue)
        }
    }

    /// What waited for the workflow is assigned again.
    @Sendable private static func unlink(_ draft: inout Draft) {
        draft["workflow"] = .null
        if draft["status"] == .integer(RequestStatus.workflowPending.rawValue) {
            draft["status"] = .integer(RequestStatus.assigned.rawValue)
        }
    }

    /// What holds for a link that is set on the request itself: the same as for one made on the workflow.
    static func check(_ transaction: Transaction, _ draft: inout Draft, setsStatus: Bool) throws {
        let pending = SQLValue.integer(RequestStatus.workflowPending.rawValue)
        guard draft.changes("workflow") || draft.changes("status") && draft["status"] == pending else { return }
        func refuse(_ problem: String) -> Refusal { .invalid("workflow", "Workflow \(problem)") }
        if draft.changes("workflow"), let old = draft.previous("workflow").integer,
            try Draft.loadUnseen(transaction, .workflows, id: old)?.lifeCycle != .active
        {
            throw refuse("is archived; restore it before the link is ended")
        }
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

    // MARK: When nothing is left to wait for

    /// Sets what waits for a workflow free, once that has ended or is archived or trashed.
    /// - Parameter workflow: as it was saved.
    static func free(_ transaction: Transaction, of workflow: Draft, by user: Int64?) throws {
        let waiting = try transaction.db.integers(
            """
            SELECT id FROM requests WHERE account = \(workflow.account) AND life_cycle = 0
            AND workflow_id = \(workflow.id ?? 0) AND status = \(RequestStatus.workflowPending.rawValue) ORDER BY id
            """)
        for id in waiting {
            guard var request = try Draft.loadUnseen(transaction, .requests, id: id) else { continue }
            try free(transaction, &request, from: workflow, by: user)
        }
    }

    /// The same for one request, if it waits for a workflow that no longer goes on.
    static func free(_ transaction: Transaction, _ request: inout Draft) throws {
        guard let id = request["workflow"].integer,
            let workflow = try Draft.loadUnseen(transaction, .workflows, id: id)
        else { return }
        try free(transaction, &request, from: workflow, by: nil)
    }

    private static func free(
        _ transaction: Transaction, _ request: inout Draft, from workflow: Draft, by user: Int64?
    ) throws {
        // What completed the request's group may have completed it too.
        guard request["status"].code() == RequestStatus.workflowPending,
            let outcome = WorkflowOutcome(
                WorkflowMachine.Workflow(workflow, { workflow[$0] }, transaction.now), in: workflow.lifeCycle)
        else { return }
        switch outcome {
        case .solved:
            request["status"] = .integer(RequestStatus.completed.rawValue)
            request["completion_reason"] = .integer(RequestCompletionReason.solved.rawValue)
            try Requests.settleAndSave(transaction, &request, by: user)
        case .unsolved(let why):
            request["status"] = .integer(RequestStatus.assigned.rawValue)
            try Requests.settleAndSave(transaction, &request, by: user)
            let name = "Workflow \(workflow.id ?? 0) (\(workflow["subject"].text ?? ""))"
            if let person = user ?? workflow["manager"].integer {
                try Notes.tell(
                    transaction, on: request, "\(name) \(why). This request is assigned to its team again.", by: person)
            }
        }
    }

    private static func mayLink(_ viewer: Viewer, in account: Int64) throws {
        try viewer.require(\.editsWorkflows, in: account, "change the requests of workflows")
    }

    /// Refuses whoever may not make a link on the request itself, or end it.
    static func authorize(_ draft: Draft, _ change: Change) throws {
        guard let viewer = change.viewer, change.touches("workflow", of: draft) else { return }
        try mayLink(viewer, in: draft.account)
        try viewer.require(anyOf: draft["workflow"].isNull ? .removal : .update, on: .workflow)
    }
}
