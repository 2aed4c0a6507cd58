import Resources
import Store

/// Who sees a record of a kind by being named on it (docs/compatibility.md#who-sees-what): some of its fields name
/// people, another table may name more, and the members of its team see it too. What is said here is kept in `grants`,
/// from which all reading goes.
struct Visibility: Sendable {
    /// The fields that name people who thereby see the record.
    let naming: [String]
    /// Whether a person is named on the record somewhere else, as a statement that finds a row then.
    var elsewhere: (@Sendable (_ record: Int64, _ person: Int64) -> SQL)?

    init(_ naming: String..., elsewhere: (@Sendable (_ record: Int64, _ person: Int64) -> SQL)? = nil) {
        self.naming = naming
        self.elsewhere = elsewhere
    }

    /// Brings the grants of some people in line with whether they are still named.
    func refresh(_ transaction: Transaction, _ record: Draft, _ people: some Sequence<Int64>) throws {
        guard let id = record.id else { return }
        let grants = Grants(transaction)
        let kind = record.schema.kind
        for person in Set(people) {
            if try isNamed(person, on: record, id, transaction.db) {
                try grants.grant(
                    holder: person, kind, id, account: record.account, lifeCycle: record.lifeCycle)
            } else {
                try grants.revoke(holder: person, kind, id)
            }
        }
    }

    /// The same for everybody whom a change of the record concerns, and for its team; call it after the record is
    /// saved.
    func refreshAfterSave(_ transaction: Transaction, _ record: Draft) throws {
        let people = naming.filter { record.changes($0) }
            .flatMap { [record.previous($0).integer, record[$0].integer] }.compactMap { $0 }
        try refresh(transaction, record, people)
        guard record.schema.field("team") != nil, record.changes("team"), let id = record.id else { return }
        let grants = Grants(transaction)
        let kind = record.schema.kind
        if let old = record.previous("team").integer { try grants.revoke(holder: Grants.holder(team: old), kind, id) }
        if let new = record["team"].integer {
            try grants.grant(
                holder: Grants.holder(team: new), kind, id, account: record.account, lifeCycle: record.lifeCycle)
        }
    }

    private func isNamed(_ person: Int64, on record: Draft, _ id: Int64, _ db: Database) throws -> Bool {
        if naming.contains(where: { record[$0].integer == person }) { return true }
        guard let elsewhere else { return false }
        return try db.exists(elsewhere(id, person))
    }
}
