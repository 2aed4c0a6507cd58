import Resources
import Store
import Wire

/// What whoever asked, or for whom was asked, may do with a request without a role: give it up, open it again, and
/// answer what they are asked.
enum Requester {
    /// For so many days a completed request can be opened again.
    static let reopeningDays: Int64 = 28

    /// Whether a request is somebody's own.
    static func isOne(_ person: Int64, of request: Draft) -> Bool {
        request["requested_by"].integer == person || request["requested_for"].integer == person
    }

    // MARK: Giving up and opening again

    /// Refuses whatever a requester may not do.
    static func permit(_ change: Change, on request: Draft, by viewer: Viewer) throws {
        guard isOne(viewer.person, of: request) else {
            return try viewer.require(\.editsRequests, in: request.account, "change requests")
        }
        guard change.input.errors.isEmpty else { throw refusal(viewer) }
        let status: RequestStatus? = change.input["status"]?.code()
        switch change.input.sentFields {
        case ["status", "completion_reason"]
        where status == .completed && change.input["completion_reason"]?.code() == RequestCompletionReason.withdrawn:
            try permitWithdrawal(of: request, by: viewer)
        case ["status"] where status == .assigned:
            try permitReopening(request, at: change.transaction.now, by: viewer)
        default: throw refusal(viewer)
        }
    }

    private static func permitWithdrawal(of request: Draft, by viewer: Viewer) throws {
        guard status(of: request) == .completed else {
            // Completing a group completes what others asked for.
            guard request["grouping"] == .integer(RequestGrouping.group.rawValue) else { return }
            throw Refusal.forbidden(
                "\(viewer.name) may not withdraw this request, since requests of others are grouped into it")
        }
        // Withdrawing twice changes nothing.
        if request["completion_reason"] != .integer(RequestCompletionReason.withdrawn.rawValue) {
            throw refusal(viewer)
        }
    }

    private static func permitReopening(_ request: Draft, at now: Timestamp, by viewer: Viewer) throws {
        switch status(of: request) {
        case .completed: try requireReopenable(request, at: now)
        // Opening twice changes nothing.
        case .assigned: break
        default: throw refusal(viewer)
        }
    }

    /// Refuses to let a requester open what was completed too long ago.
    static func requireReopenable(_ request: Draft, at now: Timestamp) throws {
        guard let completed = request["completed_at"].timestamp,
            now > completed.adding(days: reopeningDays)
        else { return }
        throw Refusal.forbidden(
            """
            the request was completed more than \(reopeningDays) days ago and is no longer opened again by whoever \
            asked; register a new one
            """)
    }

    private static func status(of request: Draft) -> RequestStatus? { request["status"].code() }

    private static func refusal(_ viewer: Viewer) -> Refusal {
        .forbidden(
            """
            \(viewer.name) holds no role that may change requests, and may only withdraw an open one, or assign a \
            completed one again
            """)
    }

    // MARK: Answering

    /// Assigns a request that waits for its requester, once they wrote something that others read.
    /// - Returns: whether it was.
    @discardableResult
    static func answer(_ request: inout Draft, by person: Int64) -> Bool {
        guard status(of: request) == .waitingForCustomer, isOne(person, of: request) else { return false }
        request["status"] = .integer(RequestStatus.assigned.rawValue)
        return true
    }

    /// The same for a note that comes with a change which leaves the status as it is.
    static func answer(_ request: inout Draft, with change: Change, setsStatus: Bool, by viewer: Viewer) {
        guard !request.isNew, !setsStatus, change.input["note"]?.text?.allSatisfy(\.isWhitespace) == false else {
            return
        }
        answer(&request, by: viewer.person)
    }
}
