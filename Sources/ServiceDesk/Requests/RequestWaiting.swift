import Resources
import Store
import Wire

/// How long requests wait: until a time, or for a workflow. Nothing waits for what is over.
enum RequestWaiting {
    /// Says when a saved request is to be looked at again.
    static func follow(_ transaction: Transaction, _ request: Draft) throws {
        guard let id = request.id, request.changes("waiting_until") else { return }
        try Due.set(transaction, .request, id, at: request["waiting_until"].timestamp)
    }

    /// The time of a request has come: assigns it if what it waited for is over.
    /// - Parameter workflow: the one that was locked before the request.
    static func end(_ transaction: Transaction, request id: Int64, workflow: Int64?) throws {
        guard var request = try Draft.loadUnseen(transaction, .requests, id: id), request.lifeCycle == .active else {
            return
        }
        switch request["status"].code(RequestStatus.self) {
        case .waitingFor:
            request["status"] = .integer(RequestStatus.assigned.rawValue)
            try Requests.settleAndSave(transaction, &request, by: nil)
        case .workflowPending where request["workflow"].integer == workflow:
            try WorkflowRequests.free(transaction, &request)
        default: break
        }
    }
}
