import Resources
import Store
import Wire

/// The watches of a request (docs/protocol/requests.md#watches; who may do what:
/// docs/compatibility.md#requests---watches).
public enum Watches: EntryNoun {
    public static let writing = EntryWriting(.watches, of: .requests).with {
        $0.complete = { watch, change in
            if watch.isNew { watch["added_by"] = .integer(change.viewer.person) }
            if watch["person"].isNull { watch["person"] = watch.previous("person") }
        }
        $0.mayChangeEntry = mayChange
        $0.authorize = authorize
        $0.rules = rules
        $0.follow = follow
    }

    /// Oneself, whoever added the watch, service desk analysts and account administrators.
    @Sendable private static func mayChange(_ watch: Draft, _ change: EntryChange) -> Bool {
        [watch.previous("person"), watch.previous("added_by")].contains(.integer(change.viewer.person))
            || change.viewer.roles(in: change.owner.account).removesWatchers
    }

    @Sendable private static func authorize(_ watch: Draft, _ change: EntryChange) throws {
        guard watch.changes("person"), watch["person"].integer != change.viewer.person else { return }
        try change.viewer.require(\.addsWatchers, in: change.owner.account, "add other people as watchers")
    }

    @Sendable private static func rules(_ watch: Draft, _ change: EntryChange) throws -> [FieldError] {
        guard watch.changes("person"), let person = watch["person"].integer else { return [] }
        if person != change.viewer.person,
            let problem = try Draft.problem(change.db, .person, person, account: change.owner.account)
        {
            return [FieldError("person", "Person \(problem)")]
        }
        let isWatching = try change.db.exists(
            """
            SELECT 1 FROM watches WHERE subject_kind = \(RecordKind.request.code)
            AND subject_id = \((change.owner.id).sqlValue) AND person_id = \(person)
            """)
        return isWatching ? [FieldError("person", "Person has already been taken")] : []
    }

    /// The watches of a request that was archived, trashed or restored say so too.
    static func move(_ transaction: Transaction, with request: Draft) throws {
        try transaction.execute(
            """
            UPDATE watches SET life_cycle = \(request.lifeCycle.rawValue)
            WHERE subject_kind = \(RecordKind.request.code) AND subject_id = \(request.id ?? 0)
            """)
    }

    /// Watchers see the request. All that were removed at once are one line of its history, which also says who stays
    /// since the viewer may not remove them.
    @Sendable private static func follow(_ outcome: EntryWriting.Outcome, _ change: EntryChange) throws {
        let (before, after): ([Int64], [Int64]) =
            switch outcome {
            case .added(let watch): ([], [watch["person"].integer].compactMap { $0 })
            case .changed(let watch):
                ([watch.previous("person").integer].compactMap { $0 }, [watch["person"].integer].compactMap { $0 })
            case .removed(let watches):
                (
                    (watches + change.left).sorted { $0.id ?? 0 < $1.id ?? 0 }.compactMap { $0["person"].integer },
                    change.left.compactMap { $0["person"].integer }
                )
            }
        try Requests.visibility.refresh(change.transaction, change.owner, before + after)
        func list(_ people: [Int64]) throws -> JSON {
            .array(try people.map { try AuditLine.reference(.person, $0, change.db) })
        }
        try change.transaction.audit(
            change.owner, "watches", from: try list(before), to: try list(after), by: change.viewer.person)
    }
}
