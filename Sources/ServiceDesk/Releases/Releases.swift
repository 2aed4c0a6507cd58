import Resources
import Store
import Wire

/// Commands on releases.
public enum Releases: Noun {
    public static let links = [ReleaseWorkflows.writing]

    public static let writing = Writing(.releases, editedBy: \.editsReleases).with {
        $0.lock = { change, id in
            // Who manages a release sees its workflows, and workflows are locked before their release.
            if change.input["manager"] != nil { try ReleaseWorkflows.lock(change.transaction, allOf: id) }
        }
        $0.defaults = { draft, _ in
            draft["status"] = .integer(ReleaseStatus.registered.rawValue)
            draft["impact"] = .integer(WorkflowImpact.none.rawValue)
        }
        $0.visibility = Visibility("manager")
        $0.follow = { draft, change, id in
            if !draft.wasNew, draft.changes("manager") { try ReleaseWorkflows.show(change.transaction, of: draft) }
        }
        $0.notes = [("note", false)]
        $0.moving = Moving(completed: ReleaseStatus.completed).with {
            $0.follow = { draft, _, change in
                // What happened to its workflows meanwhile.
                if let id = draft.id { try settle(change.transaction, [id: nil], by: change.viewer?.person) }
            }
        }
    }.managed(by: .releaseManager)

    /// Brings releases in line with their workflows, which were written before; what is archived or trashed stays as it
    /// is. Each is locked, in the order of their ids.
    /// - Parameter releases: what happened to their workflows, as their histories tell it; nil where that is told
    ///   elsewhere.
    static func settle(_ transaction: Transaction, _ releases: [Int64: JSON?], by user: Int64?) throws {
        for (id, told) in releases.sorted(by: { $0.key < $1.key }) {
            guard var release = try Draft.loadUnseen(transaction, .releases, id: id), release.lifeCycle == .active
            else { continue }
            var state = ReleaseState(release)
            state.settle(try ReleaseWorkflows.read(transaction.db, id, account: release.account), at: transaction.now)
            state.write(to: &release)
            release.further["workflows"] = told
            try transaction.save(&release, by: user)
        }
    }
}

extension ReleaseState {
    /// The state that a draft describes.
    init(_ draft: Draft) {
        self.init(
            status: draft["status"].code() ?? .registered, impact: draft["impact"].code() ?? .none,
            target: draft["completion_target_at"].timestamp, reason: draft["completion_reason"].code(),
            completedAt: draft["completed_at"].timestamp)
    }

    /// Writes back what the rules change.
    func write(to draft: inout Draft) {
        draft["status"] = .integer(status.rawValue)
        draft["impact"] = .integer(impact.rawValue)
        draft["completion_target_at"] = target.sqlValue
        draft["completion_reason"] = (reason?.rawValue).sqlValue
        draft["completed_at"] = completedAt.sqlValue
    }
}
