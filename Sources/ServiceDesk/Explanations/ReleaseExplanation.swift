import Resources
import Store
import Wire

extension Releases {
    /// Why a release is as it is: which workflows make its status, impact, target and reason what they are, and which
    /// tasks and approvals made these.
    /// - Throws: `Refusal.notFound` when the viewer does not see it.
    public static let explain: Explain? = { db, id, viewer, now in
        let seen = try Single.see(db, .releases, id: id, for: viewer.perspective)
        let row = try db.first(
            """
            SELECT status, impact, completion_target_at, completion_reason, account, life_cycle FROM releases
            WHERE id = \(seen.id)
            """
        ) { row in
            (
                ReleaseState(
                    status: ReleaseStatus(rawValue: row.integer(0)) ?? .registered,
                    impact: WorkflowImpact(rawValue: row.integer(1)) ?? .none, target: row.optionalTimestamp(2),
                    reason: WorkflowCompletionReason(rawValue: row.integer(3))), account: row.integer(4),
                isActive: row.integer(5) == LifeCycle.active.rawValue
            )
        }
        guard let (state, account, isActive) = row else { throw Refusal.notFound }
        let reader = ExplanationReader(db: db, viewer: viewer)
        let workflows = isActive ? try ReleaseWorkflows.read(db, id, account: account) : []
        // A workflow may decide several values, and is read once.
        var read: [Int64: WorkflowExplanation] = [:]
        func explain<Value>(
            _ value: JSON, _ decided: Decided<Value>, _ same: (WorkflowExplanation) throws -> Explanation
        ) throws -> JSON {
            guard isActive else {
                return Explanation(value: value, sentence: "It keeps what it had when it was archived.").json
            }
            let records = try reader.records(.workflows, decided.by) { id in
                if read[id] == nil { read[id] = try WorkflowExplanation(reader, id, at: now) }
                return try read[id].map(same)
            }
            return Explanation(value: value, sentence: decided.sentence, records: records).json
        }
        return [
            "status": try explain(state.status.json, ReleaseRules.status(workflows)) { try $0.status },
            "impact": try explain(state.impact.json, ReleaseRules.impact(workflows)) { try $0.worstImpact },
            "completion_target_at": try explain(reader.time(state.target), ReleaseRules.target(workflows)) {
                try $0.completionTarget
            },
            "completion_reason": try explain(state.reason?.json ?? .null, ReleaseRules.reason(workflows)) {
                $0.completionReason
            },
        ]
    }
}

extension Workflows {
    /// Why a workflow is as it is: which tasks and approvals make its status, impact, target and reason what they are.
    /// - Throws: `Refusal.notFound` when the viewer does not see it.
    public static let explain: Explain? = { db, id, viewer, now in
        let seen = try Single.see(db, .workflows, id: id, for: viewer.perspective)
        let reader = ExplanationReader(db: db, viewer: viewer)
        guard let explanation = try WorkflowExplanation(reader, seen.id, at: now) else { throw Refusal.notFound }
        return try explanation.json
    }
}
