import Resources
import Store
import Wire

/// The phases of a workflow. How far they are follows from their tasks.
public enum Phases: EntryNoun {
    public static let writing = EntryWriting(.phases, of: .workflows).with {
        $0.permit = { try $0.viewer.require(\.editsWorkflows, in: $0.owner.account, "change the phases of workflows") }
        $0.complete = complete
        $0.columns = { [("account", .integer($1.owner.account))] }
        $0.release = release
        $0.follow = follow
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

    /// Its tasks are in no phase then.
    @Sendable private static func release(_ phase: Draft, _ change: EntryChange) throws {
        let id = phase.id ?? 0
        let tasks = try change.db.integers(
            "SELECT id FROM tasks WHERE workflow_id = \(change.owner.id ?? 0) AND phase_id = \(id) ORDER BY id")
        for task in tasks {
            guard var draft = try Draft.loadUnseen(change.transaction, .tasks, id: task) else { continue }
            draft["phase"] = .null
            try change.transaction.save(&draft, by: change.viewer.person)
        }
        change.transaction.invalidate(Invalidation(kind: RecordKind.phase.code, id: id))
    }

    /// What became of phases stands in the history of their workflow; all that were removed at once are one line.
    @Sendable private static func follow(_ outcome: EntryWriting.Outcome, _ change: EntryChange) throws {
        let (before, after): ([JSON], [JSON]) =
            switch outcome {
            case .added(let phase): ([], [shown(phase, { phase[$0] })])
            case .changed(let phase): ([shown(phase, phase.previous)], [shown(phase, { phase[$0] })])
            case .removed(let phases): (phases.map { shown($0, $0.previous) }, [])
            }
        try change.transaction.audit(
            change.owner, "phases", from: .array(before), to: .array(after), by: change.viewer.person)
        try Summaries.outdate(change.transaction, workflow: change.owner.id ?? 0)
    }

    private static func shown(_ phase: Draft, _ value: (String) -> SQLValue) -> JSON {
        [
            "id": .integer(phase.id ?? 0), "name": .string(value("name").text ?? ""),
            "position": .integer(value("position").integer ?? 0),
        ]
    }
}
