import Resources
import Store

/// Who sees a task by being named on it: its member, its approvers, its workflow's manager, and the members of its team
/// (docs/compatibility.md#tasks).
struct TaskSight {
    private let transaction: Transaction
    private let task: Draft

    init(_ transaction: Transaction, _ task: Draft) {
        self.transaction = transaction
        self.task = task
    }

    /// Brings the grants of some people in line with whether they are still named.
    func refresh(_ people: some Sequence<Int64>) throws {
        guard let id = task.id else { return }
        let grants = Grants(transaction)
        for person in Set(people) {
            if try isNamed(person, on: id) {
                try grants.give(holder: person, .task, id, account: task.account, lifeCycle: task.lifeCycle)
            } else {
                try grants.take(holder: person, .task, id)
            }
        }
    }

    /// The same for everybody a change of the task concerns; call it after the task is saved.
    func refreshAfterSave() throws {
        let people = ["member", "manager"].filter { task.changes($0) }
            .flatMap { [task.previous($0).integer, task[$0].integer] }.compactMap { $0 }
        try refresh(people)
        guard task.changes("team"), let id = task.id else { return }
        let grants = Grants(transaction)
        if let old = task.previous("team").integer { try grants.take(holder: Grants.holder(team: old), .task, id) }
        if let new = task["team"].integer {
            try grants.give(
                holder: Grants.holder(team: new), .task, id, account: task.account, lifeCycle: task.lifeCycle)
        }
    }

    private func isNamed(_ person: Int64, on id: Int64) throws -> Bool {
        if ["member", "manager"].contains(where: { task[$0].integer == person }) { return true }
        return try transaction.db.first(
            "SELECT 1 FROM approvals WHERE task_id = \(id) AND approver_id = \(person)"
        ) { _ in true } ?? false
    }
}
