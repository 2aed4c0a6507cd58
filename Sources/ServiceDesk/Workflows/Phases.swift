import Resources
import Store
import Wire

/// The phases of a workflow. How far they are follows from their tasks.
public enum Phases: EntryNoun {
    public static let writing = EntryWriting(.phases, of: .workflows).with {
        $0.permit = { try $0.viewer.require(\.editsWorkflows, "change the phases of workflows") }
        $0.complete = complete
        $0.columns = { [("account", .integer($1.owner.account))] }
        $0.release = { phase, change in
            let id = phase.id ?? 0
            try change.transaction.execute("UPDATE tasks SET phase_id = NULL WHERE phase_id = \(id)")
            change.transaction.invalidate(Invalidation(kind: RecordKind.phase.code, id: id))
        }
        $0.follow = { try Summaries.outdate($1.transaction, workflow: $1.owner.id ?? 0) }
        $0.saysWhere = true
    }

    /// A new phase is the last, unless its position says otherwise.
    @Sendable private static func complete(_ phase: inout Draft, _ change: EntryChange) throws {
        if phase.isNew { phase["status"] = .integer(PhaseStatus.registered.rawValue) }
        guard phase["position"].isNull else { return }
        guard phase.isNew else {
            phase["position"] = phase.previous("position")
            return
        }
        let last = try change.db.first(
            "SELECT max(position) FROM phases WHERE workflow_id = \(change.owner.id ?? 0)"
        ) { $0.optionalInteger(0) }
        phase["position"] = .integer(((last ?? nil) ?? 0) + 1)
    }
}
