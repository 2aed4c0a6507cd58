import Resources
import Store

/// Who sees a request by being named on it: requester, beneficiary, member, watchers, and the members of its team
/// (docs/compatibility.md#who-sees-what).
struct RequestSight {
    private let transaction: Transaction
    private let request: Draft

    init(_ transaction: Transaction, _ request: Draft) {
        self.transaction = transaction
        self.request = request
    }

    /// The fields that name people who thereby see the request.
    static let naming = ["requested_by", "requested_for", "member"]

    /// Brings the grants of some people in line with whether they are still named.
    func refresh(_ people: some Sequence<Int64>) throws {
        guard let id = request.id else { return }
        let grants = Grants(transaction)
        for person in Set(people) {
            if try isNamed(person, on: id) {
                try grants.give(
                    holder: person, .request, id, account: request.account, lifeCycle: request.lifeCycle)
            } else {
                try grants.take(holder: person, .request, id)
            }
        }
    }

    /// The same for everybody a change of the request concerns; call it after the request is saved.
    func refreshAfterSave() throws {
        let people = Self.naming.filter { request.changes($0) }
            .flatMap { [request.previous($0).integer, request[$0].integer] }.compactMap { $0 }
        try refresh(people)
        guard request.changes("team"), let id = request.id else { return }
        let grants = Grants(transaction)
        if let old = request.previous("team").integer {
            try grants.take(holder: Grants.holder(team: old), .request, id)
        }
        if let new = request["team"].integer {
            try grants.give(
                holder: Grants.holder(team: new), .request, id, account: request.account,
                lifeCycle: request.lifeCycle)
        }
    }

    private func isNamed(_ person: Int64, on id: Int64) throws -> Bool {
        if Self.naming.contains(where: { request[$0].integer == person }) { return true }
        return try transaction.db.first(
            """
            SELECT 1 FROM watches WHERE subject_kind = \(RecordKind.request.code) AND subject_id = \(id)
            AND person_id = \(person)
            """
        ) { _ in true } ?? false
    }
}
