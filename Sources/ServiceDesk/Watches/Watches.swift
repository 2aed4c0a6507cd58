import Resources
import Store
import Wire

/// Commands on the watches of a request (docs/protocol/requests.md#watches; who may do what:
/// docs/compatibility.md#requests---watches).
public enum Watches {
    /// Adds a watcher.
    /// - Returns: the watch's id.
    /// - Throws: `Refusal.notFound` when the request is not seen; `Refusal.forbidden` when somebody else is added
    ///   without the role; `Refusal.invalid` naming `person`.
    public static func add(
        _ transaction: Transaction, request id: Int64, _ input: Input, by viewer: Viewer
    ) throws -> Int64 {
        let request = try Draft.load(transaction, .requests, id: id, for: viewer.perspective)
        try request.requireActive()
        guard let person = input["person"]?.integer else {
            throw Refusal.invalid("person", "Person can't be blank")
        }
        try check(transaction, person, on: request, by: viewer)
        var watch = Draft(new: .watches, account: request.account)
        watch["person"] = .integer(person)
        watch["added_by"] = .integer(viewer.person)
        let added = try transaction.save(
            &watch, by: viewer.person,
            extra: [("subject_kind", .integer(RecordKind.request.code)), ("subject_id", .integer(id))])
        try RequestSight(transaction, request).refresh([person])
        try audit(transaction, request, before: [], after: [person], by: viewer)
        return added
    }

    /// Changes who watches.
    public static func update(
        _ transaction: Transaction, request id: Int64, watch: Int64, _ input: Input, by viewer: Viewer
    ) throws {
        let request = try Draft.load(transaction, .requests, id: id, for: viewer.perspective)
        var draft = try Draft.load(
            transaction, .watches, id: watch, in: .owned(by: .request, id: id), for: viewer.perspective)
        try request.requireActive()
        try draft.take(input)
        guard draft.changes("person"), let person = draft["person"].integer,
            let previous = draft.previous("person").integer
        else { return }
        guard mayRemove(person: previous, addedBy: draft["added_by"].integer, viewer) else {
            throw Refusal.forbidden("\(viewer.name) may not change this watch")
        }
        try check(transaction, person, on: request, by: viewer)
        try transaction.save(&draft, by: viewer.person)
        try RequestSight(transaction, request).refresh([previous, person])
        try audit(transaction, request, before: [previous], after: [person], by: viewer)
    }

    /// Removes one watch.
    public static func remove(
        _ transaction: Transaction, request id: Int64, watch: Int64, by viewer: Viewer
    ) throws {
        let request = try Draft.load(transaction, .requests, id: id, for: viewer.perspective)
        let draft = try Draft.load(
            transaction, .watches, id: watch, in: .owned(by: .request, id: id), for: viewer.perspective)
        guard let person = draft["person"].integer,
            mayRemove(person: person, addedBy: draft["added_by"].integer, viewer)
        else { throw Refusal.forbidden("\(viewer.name) may not remove this watch") }
        try remove(transaction, request, watches: [watch], people: [person], by: viewer)
    }

    /// Removes all watches that the viewer may remove, with one audit line.
    public static func removeAll(_ transaction: Transaction, request id: Int64, by viewer: Viewer) throws {
        let request = try Draft.load(transaction, .requests, id: id, for: viewer.perspective)
        let all = try transaction.db.all(
            """
            SELECT id, person_id, added_by_id FROM watches
            WHERE subject_kind = \(RecordKind.request.code) AND subject_id = \(id) ORDER BY id
            """
        ) { (watch: $0.integer(0), person: $0.integer(1), addedBy: $0.integer(2)) }
        let removable = all.filter { mayRemove(person: $0.person, addedBy: $0.addedBy, viewer) }
        guard !removable.isEmpty else { return }
        try remove(
            transaction, request, watches: removable.map(\.watch), people: removable.map(\.person), by: viewer)
    }

    // MARK: Rules

    /// Oneself, whoever added the watch, service desk analysts and account administrators.
    private static func mayRemove(person: Int64, addedBy: Int64?, _ viewer: Viewer) -> Bool {
        person == viewer.person || addedBy == viewer.person || viewer.roles.removesWatchers
    }

    private static func check(
        _ transaction: Transaction, _ person: Int64, on request: Draft, by viewer: Viewer
    ) throws {
        if person != viewer.person {
            try viewer.require(\.addsWatchers, "add other people as watchers")
            if let complaint = try Draft.complaint(transaction.db, .person, person, account: request.account) {
                throw Refusal.invalid("person", "Person \(complaint)")
            }
        }
        let isWatching = try transaction.db.first(
            """
            SELECT 1 FROM watches WHERE subject_kind = \(RecordKind.request.code)
            AND subject_id = \((request.id).sqlValue) AND person_id = \(person)
            """
        ) { _ in true }
        if isWatching != nil { throw Refusal.invalid("person", "Person has already been taken") }
    }

    // MARK: Changes

    private static func remove(
        _ transaction: Transaction, _ request: Draft, watches: [Int64], people: [Int64], by viewer: Viewer
    ) throws {
        for watch in watches { try transaction.execute("DELETE FROM watches WHERE id = \(watch)") }
        try RequestSight(transaction, request).refresh(people)
        try audit(transaction, request, before: people, after: [], by: viewer)
    }

    private static func audit(
        _ transaction: Transaction, _ request: Draft, before: [Int64], after: [Int64], by viewer: Viewer
    ) throws {
        func list(_ people: [Int64]) throws -> JSON {
            .array(try people.map { try AuditLine.reference(.person, $0, transaction.db) })
        }
        try transaction.audit(
            AuditLine(
                kind: .request, id: request.id ?? 0, account: request.account, action: .update, user: viewer.person,
                changes: JSONObject([("watches", .array([try list(before), try list(after)]))])))
    }
}
