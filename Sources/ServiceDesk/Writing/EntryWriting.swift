import Resources
import Store

/// One change of the entries that hang on a record.
struct EntryChange {
    let transaction: Transaction
    /// The record they hang on: loaded among what the viewer sees, and locked.
    let owner: Draft
    let input: Input
    let viewer: Viewer
    /// What removing all left where it is, since the viewer may not remove it.
    var left: [Draft] = []

    var db: Database { transaction.db }
}

/// How entries that hang on a record are added, changed and removed: the steps that all kinds take, and what this kind
/// adds to each. There is no way to an entry but through its record, loaded among what the viewer sees.
public struct EntryWriting: Sendable {
    /// What was done, once it is saved.
    enum Outcome {
        case added(Draft)
        case changed(Draft)
        /// One, or several at once.
        case removed([Draft])
    }

    /// Of the entries.
    public let schema: Schema
    /// Of the record they hang on.
    public let owner: Schema
    /// Keeps what must be locked before the record.
    var lock: @Sendable (Transaction, _ owner: Int64) throws -> Void = { _, _ in }
    /// Refuses whoever may change no entry of this record.
    var permit: @Sendable (EntryChange) throws -> Void = { _ in }
    /// Whether the viewer may change this entry, or remove it; removing all leaves it when they may not.
    var mayChangeEntry: @Sendable (Draft, EntryChange) -> Bool = { _, _ in true }
    /// Refuses values that this viewer may not set.
    var authorize: @Sendable (Draft, EntryChange) throws -> Void = { _, _ in }
    /// Sets values that follow from others, and keeps what may not be cleared.
    var complete: @Sendable (inout Draft, EntryChange) throws -> Void = { _, _ in }
    /// What is wrong with the values, once none is blank.
    var rules: @Sendable (Draft, EntryChange) throws -> [FieldError] = { _, _ in [] }
    /// Columns beside the fields.
    var columns: @Sendable (Draft, EntryChange) -> [(column: String, value: SQLValue)] = { _, _ in [] }
    /// Gives up what an entry leads to before it is removed.
    var release: @Sendable (Draft, EntryChange) throws -> Void = { _, _ in }
    /// What follows.
    var follow: @Sendable (Outcome, EntryChange) throws -> Void = { _, _ in }
    /// Whether what is answered is only known after the commit, since work is asked for.
    public var isReadAfterCommit = false
    /// Whether adding one is answered by 201 and where it is, rather than by 200.
    public var saysWhere = false

    init(_ schema: Schema, of owner: Schema) {
        self.schema = schema
        self.owner = owner
    }

    /// The same with more.
    func with(_ more: (inout EntryWriting) -> Void) -> EntryWriting {
        var writing = self
        more(&writing)
        return writing
    }

    // MARK: Steps

    /// Adds an entry.
    /// - Returns: its id.
    /// - Throws: `Refusal.notFound` when the record is not seen, `Refusal.forbidden`, `Refusal.invalid`.
    func add(_ transaction: Transaction, to id: Int64, _ input: Input, by viewer: Viewer) throws -> Int64 {
        let change = try load(transaction, id, input, by: viewer)
        try permit(change)
        var draft = Draft(new: schema, account: change.owner.account)
        draft.take(input)
        try complete(&draft, change)
        try authorize(draft, change)
        try change.owner.requireActive()
        try check(draft, change)
        let columns = schema.scope.owner(owner.kind, id) + columns(draft, change)
        let entry = try transaction.save(&draft, by: viewer.person, extra: columns)
        try follow(.added(draft), change)
        return entry
    }

    /// Changes an entry.
    /// - Throws: as `add`; `Refusal.notFound` also when there is no such entry.
    func update(
        _ transaction: Transaction, of id: Int64, entry: Int64, _ input: Input, by viewer: Viewer
    ) throws {
        let change = try load(transaction, id, input, by: viewer)
        guard var draft = try Draft.entries(transaction, schema, of: change.owner, id: entry).first else {
            throw Refusal.notFound
        }
        try permit(change)
        draft.take(input)
        try complete(&draft, change)
        let isChange = draft.hasChanges || !input.errors.isEmpty
        if isChange, !mayChangeEntry(draft, change) { throw refusal(by: viewer) }
        try authorize(draft, change)
        try change.owner.requireActive()
        try check(draft, change)
        guard draft.hasChanges else { return }
        try transaction.save(&draft, by: viewer.person)
        try follow(.changed(draft), change)
    }

    /// Removes one entry, or all that the viewer may remove.
    /// - Throws: as `update`; `Refusal.forbidden` also when there are entries and the viewer may remove none.
    func remove(_ transaction: Transaction, of id: Int64, entry: Int64?, by viewer: Viewer) throws {
        var change = try load(transaction, id, .nothing, by: viewer)
        let found = try Draft.entries(transaction, schema, of: change.owner, id: entry)
        if entry != nil, found.isEmpty { throw Refusal.notFound }
        try permit(change)
        let removed = found.filter { mayChangeEntry($0, change) }
        if removed.isEmpty, !found.isEmpty { throw refusal(by: viewer) }
        try change.owner.requireActive()
        if removed.isEmpty { return }
        let ids = removed.compactMap(\.id)
        change.left = found.filter { !ids.contains($0.id ?? 0) }
        for draft in removed { try release(draft, change) }
        try transaction.execute("DELETE FROM \(raw: schema.kind.table) WHERE id IN (\(list: ids))")
        try follow(.removed(removed), change)
    }

    private func refusal(by viewer: Viewer) -> Refusal {
        .forbidden("\(viewer.name) may not change or remove this \(schema.noun)")
    }

    private func load(
        _ transaction: Transaction, _ id: Int64, _ input: Input, by viewer: Viewer
    ) throws -> EntryChange {
        try lock(transaction, id)
        let record = try Draft.load(transaction, owner, id: id, for: viewer.perspective)
        return EntryChange(transaction: transaction, owner: record, input: input, viewer: viewer)
    }

    private func check(_ draft: Draft, _ change: EntryChange) throws {
        let wrong = change.input.errors + draft.refused
        if !wrong.isEmpty { throw Refusal.invalid(wrong) }
        var errors = draft.blankFields
        if errors.isEmpty { errors = try rules(draft, change) }
        if !errors.isEmpty { throw Refusal.invalid(errors) }
    }
}

/// A kind of entry that hangs on records and is added, changed and removed by the steps of all.
public protocol EntryNoun: SendableMetatype {
    static var writing: EntryWriting { get }
}

extension EntryNoun {
    /// Adds an entry to a record.
    /// - Returns: its id.
    /// - Throws: `Refusal.notFound` when the record is not seen, `Refusal.forbidden`, `Refusal.invalid`.
    public static func add(
        _ transaction: Transaction, to record: Int64, _ input: Input, by viewer: Viewer
    ) throws -> Int64 {
        try writing.add(transaction, to: record, input, by: viewer)
    }

    /// Changes an entry of a record.
    /// - Throws: as `add`; `Refusal.notFound` also when there is no such entry.
    public static func update(
        _ transaction: Transaction, of record: Int64, entry: Int64, _ input: Input, by viewer: Viewer
    ) throws {
        try writing.update(transaction, of: record, entry: entry, input, by: viewer)
    }

    /// Removes one entry of a record, or all that the viewer may remove.
    /// - Parameter entry: nil for all.
    /// - Throws: as `update`.
    public static func remove(
        _ transaction: Transaction, of record: Int64, entry: Int64?, by viewer: Viewer
    ) throws {
        try writing.remove(transaction, of: record, entry: entry, by: viewer)
    }

    /// Keeps what must be locked before the record its entries hang on.
    public static func lock(_ transaction: Transaction, record: Int64) throws {
        try writing.lock(transaction, record)
    }
}
