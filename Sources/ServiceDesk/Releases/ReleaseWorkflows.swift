import Resources
import Store
import Wire

/// The workflows that a release bundles; each belongs to one at most. Such a link is the release's: by whichever call
/// it is made or ended, it takes a release manager and a token that may change releases.
public enum ReleaseWorkflows {
    /// A workflow of another release moves.
    public static let writing = LinkWriting(
        .workflows, naming: .releases, in: "release",
        lock: { transaction, release, workflow in
            if let workflow {
                try lock(transaction, [workflow], and: release)
            } else {
                try lock(transaction, allOf: release)
            }
        },
        permit: { try mayLink($0.viewer, in: $0.record.account) },
        link: { workflow, change in
            if let problem = try obstacle(change.transaction, workflow) { throw Refusal.invalid("release", problem) }
            workflow["release"] = .integer(change.id)
        },
        unlink: { $0["release"] = .null },
        save: { workflow, change in
            try change.transaction.save(&workflow, by: change.viewer.person)
            try follow(change.transaction, workflow, by: change.viewer.person)
        })

    /// What of a workflow its release follows from.
    private static let inputs = ["status", "impact", "completion_target_at", "completion_reason"]

    /// What follows for releases from a workflow that was saved.
    static func follow(_ transaction: Transaction, _ workflow: Draft, by user: Int64?) throws {
        let (old, new) = (workflow.previous("release").integer, workflow["release"].integer)
        guard old != new else {
            if let new, inputs.contains(where: { workflow.changes($0) }) {
                try Releases.settle(transaction, [new: nil], by: user)
            }
            return
        }
        // The link stands in the histories of both: in the workflow's as a field of it.
        var releases: [Int64: JSON?] = [:]
        if let old { releases[old] = try told(transaction.db, workflow, isAdded: false) }
        if let new { releases[new] = try told(transaction.db, workflow, isAdded: true) }
        try Workflows.visibility.refresh(transaction, workflow, managers(transaction.db, of: releases.keys.sorted()))
        try Releases.settle(transaction, releases, by: user)
    }

    /// The same once a workflow was archived, trashed or restored: in the trash it is none of its release's.
    static func follow(_ transaction: Transaction, _ workflow: Draft, movedFrom old: LifeCycle, by user: Int64?) throws
    {
        guard let release = workflow["release"].integer else { return }
        let isTold = (old == .trashed) != (workflow.lifeCycle == .trashed)
        let told = isTold ? try told(transaction.db, workflow, isAdded: old == .trashed) : nil
        try Releases.settle(transaction, [release: told], by: user)
    }

    /// A workflow that came or went, as the history of its release has it.
    private static func told(_ db: Database, _ workflow: Draft, isAdded: Bool) throws -> JSON {
        let reference = try AuditLine.reference(.workflow, workflow.id, db)
        return isAdded ? [.null, reference] : [reference, .null]
    }

    // MARK: On the workflow itself

    /// Refuses whoever may not make a link on the workflow itself, or end it.
    static func authorize(_ workflow: Draft, _ change: Change) throws {
        guard let viewer = change.viewer, change.touches("release", of: workflow) else { return }
        try mayLink(viewer, in: workflow.account)
        try viewer.require(anyOf: workflow["release"].isNull ? .removal : .update, on: .release)
    }

    /// What is wrong with the release that a workflow is to have.
    static func errors(_ workflow: Draft, _ change: Change) throws -> [FieldError] {
        guard workflow.changes("release") else { return [] }
        if let problem = try obstacle(change.transaction, workflow) { return [FieldError("release", problem)] }
        // Of one that could not be named at all it was said.
        guard let id = workflow["release"].integer,
            try Draft.problem(change.db, .release, id, account: workflow.account) == nil,
            let release = try Draft.loadUnseen(change.transaction, .releases, id: id)
        else { return [] }
        if release.account != workflow.account { return [FieldError("release", "Release must exist")] }
        switch release.lifeCycle {
        case .active: return []
        case .archived: return [FieldError("release", "Release is archived; restore it first")]
        case .trashed: return [FieldError("release", "Release must exist")]
        }
    }

    private static func mayLink(_ viewer: Viewer, in account: Int64) throws {
        try viewer.require(\.editsReleases, in: account, "change the workflows of releases")
    }

    /// Why a workflow cannot leave the release it has.
    private static func obstacle(_ transaction: Transaction, _ workflow: Draft) throws -> String? {
        guard let old = workflow.previous("release").integer,
            let lifeCycle = try Draft.loadUnseen(transaction, .releases, id: old)?.lifeCycle, lifeCycle != .active
        else { return nil }
        let place = lifeCycle == .trashed ? "in the trash" : "archived"
        return "Release \(old) is \(place); restore it before its workflow leaves it"
    }

    // MARK: Locks

    /// Keeps workflows from other writers, and then the releases they belong to and are to belong to: always in this
    /// order, so that nobody waits crosswise.
    static func lock(_ transaction: Transaction, _ workflows: [Int64], and release: Int64?) throws {
        var releases: Set<Int64> = []
        if let release { releases.insert(release) }
        for start in stride(from: 0, to: workflows.count, by: Limits.filterSet) {
            let some = Array(workflows[start..<min(start + Limits.filterSet, workflows.count)])
            try transaction.lock(RecordKind.workflow.table, some)
            releases.formUnion(
                try transaction.db.integers(
                    "SELECT release_id FROM workflows WHERE id IN (\(list: some)) AND release_id IS NOT NULL"))
        }
        try transaction.lock(RecordKind.release.table, releases.sorted())
    }

    /// The same for all workflows of a release.
    static func lock(_ transaction: Transaction, allOf release: Int64) throws {
        try lock(
            transaction,
            transaction.db.integers("SELECT id FROM workflows WHERE release_id = \(release) ORDER BY id"), and: release)
    }

    // MARK: Reading

    /// The workflows that count for a release.
    static func read(_ db: Database, _ release: Int64, account: Int64) throws -> [ReleaseRules.Workflow] {
        // The life cycles are named since the index begins with them.
        try db.all(
            """
            SELECT id, status, impact, completion_target_at, completion_reason, life_cycle FROM workflows
            WHERE account = \(account) AND life_cycle IN (\(LifeCycle.active.rawValue), \(LifeCycle.archived.rawValue))
            AND release_id = \(release) ORDER BY id
            """
        ) { row in
            ReleaseRules.Workflow(
                id: row.integer(0), status: WorkflowStatus(rawValue: row.integer(1)) ?? .registered,
                impact: WorkflowImpact(rawValue: row.integer(2)) ?? .none, target: row.optionalTimestamp(3),
                reason: WorkflowCompletionReason(rawValue: row.integer(4)),
                isArchived: row.integer(5) == LifeCycle.archived.rawValue)
        }
    }

    /// Who manages one of these releases.
    private static func managers(_ db: Database, of releases: [Int64]) throws -> [Int64] {
        try db.integers("SELECT manager_id FROM releases WHERE id IN (\(list: releases))")
    }

    /// Shows the workflows of a release to its new manager, and not to the old one any more.
    static func show(_ transaction: Transaction, of release: Draft) throws {
        let people = [release.previous("manager").integer, release["manager"].integer].compactMap { $0 }
        let workflows = try transaction.db.integers(
            "SELECT id FROM workflows WHERE release_id = \(release.id ?? 0) ORDER BY id")
        for id in workflows {
            guard let workflow = try Draft.loadUnseen(transaction, .workflows, id: id) else { continue }
            try Workflows.visibility.refresh(transaction, workflow, people)
        }
    }
}
