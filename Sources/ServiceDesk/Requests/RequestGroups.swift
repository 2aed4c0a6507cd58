import Resources
import Store

/// Requests that are grouped into another. Being a group follows from having members; a group is in no group.
enum RequestGroups {
    /// Checks the group a draft is to join and says so in the draft.
    static func join(_ transaction: Transaction, _ draft: inout Draft, by viewer: Viewer) throws {
        guard draft.changes("grouped_into") else { return }
        guard let group = draft["grouped_into"].integer else {
            draft["grouping"] = .integer(RequestGrouping.none.rawValue)
            return
        }
        func refuse(_ problem: String) -> Refusal { .invalid("grouped_into", "Grouped into \(problem)") }
        if group == draft.id { throw refuse("can't be the request itself") }
        let target: Draft
        do {
            target = try Draft.load(transaction, .requests, id: group, for: viewer.perspective)
        } catch Refusal.notFound {
            throw refuse("must exist")
        }
        // What is granted in another account is seen, and groups nothing here.
        if target.account != draft.account { throw refuse("must exist") }
        if target.lifeCycle != .active { throw refuse("can't be an archived request") }
        if draft["grouping"] == .integer(RequestGrouping.group.rawValue) {
            throw refuse("can't be set for a request that is a group itself")
        }
        if target["grouping"] == .integer(RequestGrouping.grouped.rawValue) {
            throw refuse("can't be a request that is grouped itself")
        }
        draft["grouping"] = .integer(RequestGrouping.grouped.rawValue)
    }

    /// Makes the groups a saved draft left and joined what they now are.
    static func settle(_ transaction: Transaction, after draft: Draft, by viewer: Viewer) throws {
        guard draft.changes("grouped_into") else { return }
        for group in [draft.previous("grouped_into").integer, draft["grouped_into"].integer].compactMap({ $0 }) {
            try settle(transaction, group: group, by: viewer)
        }
    }

    /// Counts anew after a member was moved.
    static func settle(_ transaction: Transaction, afterMoving draft: Draft, by viewer: Viewer) throws {
        if let group = draft["grouped_into"].integer { try settle(transaction, group: group, by: viewer) }
    }

    /// Makes a request a group or none, by whether active requests are grouped into it.
    private static func settle(_ transaction: Transaction, group: Int64, by viewer: Viewer) throws {
        guard var target = try Draft.loadUnseen(transaction, .requests, id: group) else { return }
        let hasMembers = try transaction.db.exists(
            """
            SELECT 1 FROM requests WHERE account = \(target.account) AND grouped_into_id = \(group) AND life_cycle = 0
            LIMIT 1
            """)
        target["grouping"] = .integer((hasMembers ? RequestGrouping.group : .none).rawValue)
        try transaction.save(&target, by: viewer.person)
    }

    /// Whatever completes a group completes the open requests in it, for the same reason.
    static func completeMembers(_ transaction: Transaction, of group: Draft, by user: Int64?) throws {
        guard let id = group.id, group["grouping"].code() == RequestGrouping.group, group.changes("status"),
            group["status"].code() == RequestStatus.completed
        else { return }
        let members = try transaction.db.integers(
            """
            SELECT id FROM requests WHERE account = \(group.account) AND life_cycle = 0 AND grouped_into_id = \(id)
            AND status <> \(RequestStatus.completed.rawValue) ORDER BY id
            """)
        for member in members {
            guard var draft = try Draft.loadUnseen(transaction, .requests, id: member),
                draft["grouped_into"].integer == id
            else { continue }
            draft["status"] = group["status"]
            draft["completion_reason"] = group["completion_reason"]
            try Requests.settleAndSave(transaction, &draft, by: user)
        }
    }

    /// A group with active members stays, and nothing comes back into a group that is not active.
    static func checkMove(_ transaction: Transaction, _ draft: Draft, to lifeCycle: LifeCycle) throws {
        if lifeCycle != .active, draft["grouping"] == .integer(RequestGrouping.group.rawValue) {
            throw Refusal.invalid("grouping", "Grouping must be none before a request is archived or trashed")
        }
        if lifeCycle == .active, let group = draft["grouped_into"].integer,
            try Draft.loadUnseen(transaction, .requests, id: group)?.lifeCycle != .active
        {
            throw Refusal.invalid("grouped_into", "Grouped into must be restored first")
        }
    }
}

extension ListSource {
    /// The requests grouped into a request, as far as they are seen.
    public static func requests(groupedInto group: Seen, for perspective: Perspective) -> ListSource {
        .linked(to: group, "t.grouped_into_id = \(group.id)", .request, for: perspective)
    }
}
