import Resources
import Store
import Wire

/// One change that somebody makes: what was sent, and by whom.
struct Change {
    let transaction: Transaction
    let input: Input
    /// Who makes it; nil for the operator at the command line, who may do everything.
    let viewer: Viewer?

    var db: Database { transaction.db }

    /// Whether a field is to change, or was sent with a value that is wrong by itself: whoever may not change it hears
    /// that first.
    func touches(_ field: String, of draft: Draft) -> Bool { draft.changes(field) || sendsWrong(field) }

    /// Whether a text came that becomes a note, or files for it.
    func brings(note field: String) -> Bool {
        let files = field + "_attachments"
        return input[field]?.text?.allSatisfy(\.isWhitespace) == false || input.attachments[files]?.isEmpty == false
            || sendsWrong(field) || sendsWrong(files)
    }

    /// Whether a field was sent with a value that is wrong by itself.
    func sendsWrong(_ field: String) -> Bool { input.errors.contains { $0.field == field } }
}

/// How one kind of record is created and changed: the steps that all kinds take, and what this kind adds to each.
///
/// The steps are the lines of `create`, `update`, `check` and `conclude`. A right that is missing is said before what
/// is wrong with the values, and nothing is written before all is known to be right.
public struct Writing: Sendable {
    /// Refuses whoever may not create a record, or change this one.
    typealias Permit = @Sendable (Change, Draft?) throws -> Void
    /// Sets values that follow from others.
    typealias Fill = @Sendable (inout Draft, Change) throws -> Void
    /// What is wrong with the values.
    typealias Rules = @Sendable (Draft, Change) throws -> [FieldError]
    /// What follows from the saved record.
    typealias Follow = @Sendable (Draft, Change, _ id: Int64) throws -> Void
    /// Columns beside the fields.
    typealias Columns = @Sendable (Draft) -> [(column: String, value: SQLValue)]

    public let schema: Schema
    let permit: Permit
    /// Keeps what must be locked before the record, by its id and what was sent.
    var lock: @Sendable (Change, _ id: Int64) throws -> Void = { _, _ in }
    /// Gives a new record what nobody said.
    var defaults: Fill = { _, _ in }
    /// Keeps what may not be cleared, and sets what follows from other values, before they are judged.
    var complete: Fill = { _, _ in }
    /// Refuses values that this viewer may not set.
    var authorize: @Sendable (Draft, Change) throws -> Void = { _, _ in }
    /// Whether whoever changes a record may name themselves, wherever they come from.
    var namesOneself = false
    var rules: Rules = { _, _ in [] }
    /// Applies the rules that change values, once all are right by themselves.
    var settle: Fill = { _, _ in }
    var columns: Columns = { _ in [] }
    /// Writes the record; nil where nothing is particular about it.
    var save: (@Sendable (inout Draft, Change) throws -> Int64)?
    /// Who sees the record by being named on it; nil where nobody does.
    var visibility: Visibility?
    /// What else follows.
    var follow: Follow = { _, _, _ in }
    /// The fields whose texts become notes, and whether those are internal.
    var notes: [(field: String, isInternal: Bool)] = []
    /// Whether notes can be added to records.
    public var takesNotes: Bool { !notes.isEmpty }
    /// How records are archived, trashed and restored; nil where they are not.
    public internal(set) var moving: Moving?

    init(_ schema: Schema, permit: @escaping Permit) {
        self.schema = schema
        self.permit = permit
    }

    /// Records that all who hold a role may create and change.
    init(_ schema: Schema, editedBy role: any KeyPath<Roles, Bool> & Sendable) {
        self.init(schema) { change, record in
            guard let viewer = change.viewer else { return }
            try viewer.require(
                role, in: record?.account ?? viewer.account.number,
                "\(record == nil ? "create" : "change") \(schema.name)")
        }
    }

    /// The same with more.
    func with(_ more: (inout Writing) -> Void) -> Writing {
        var writing = self
        more(&writing)
        return writing
    }

    // MARK: Steps

    /// Creates a record in the account the call works in.
    /// - Returns: its id.
    /// - Throws: `Refusal.forbidden`, `Refusal.invalid` naming each field that breaks a rule.
    func create(_ transaction: Transaction, _ input: Input, by viewer: Viewer) throws -> Int64 {
        let change = Change(transaction: transaction, input: input, viewer: viewer)
        try permit(change, nil)
        var draft = Draft(new: schema, account: viewer.account.number)
        draft.take(input)
        try defaults(&draft, change)
        viewer.stampSource(&draft, input)
        return try finish(&draft, change)
    }

    /// Changes a record among those the viewer sees.
    /// - Throws: `Refusal.notFound`, `Refusal.forbidden`, `Refusal.invalid` naming each field that breaks a rule.
    func update(_ transaction: Transaction, id: Int64, _ input: Input, by viewer: Viewer) throws {
        let change = Change(transaction: transaction, input: input, viewer: viewer)
        try lock(change, id)
        var draft = try Draft.load(transaction, schema, id: id, for: viewer.perspective)
        try permit(change, draft)
        draft.take(input)
        try finish(&draft, change)
    }

    /// Checks a draft and saves it, with what follows.
    @discardableResult
    func finish(_ draft: inout Draft, _ change: Change) throws -> Int64 {
        try check(&draft, change)
        try settle(&draft, change)
        let id = try save?(&draft, change) ?? write(&draft, change)
        try visibility?.refreshAfterSave(change.transaction, draft)
        try conclude(draft, change, id)
        return id
    }

    /// Refuses values that may not be set, or are wrong; fills in what follows from others.
    func check(_ draft: inout Draft, _ change: Change) throws {
        draft.fillFlags()
        try complete(&draft, change)
        try change.viewer?.checkSource(draft, change)
        try checkNotes(draft, change)
        try authorize(draft, change)
        try draft.requireActive()
        let wrong = change.input.errors + draft.refused
        if !wrong.isEmpty { throw Refusal.invalid(wrong) }
        let errors =
            draft.blankFields
            + (try draft.referenceErrors(
                change.db, known: namesOneself ? change.viewer?.person : nil,
                tellsDisabled: change.viewer?.roles(in: draft.account).seesAccount ?? true))
            + (try rules(draft, change))
        if !errors.isEmpty { throw Refusal.invalid(errors) }
    }

    /// Refuses internal notes of those who may not write them.
    private func checkNotes(_ draft: Draft, _ change: Change) throws {
        if notes.contains(where: { $0.isInternal && change.brings(note: $0.field) }) {
            try change.viewer?.require(\.writesInternalNotes, in: draft.account, "write internal notes")
        }
    }

    /// What follows from a saved record, and its notes.
    func conclude(_ draft: Draft, _ change: Change, _ id: Int64) throws {
        try follow(draft, change, id)
        if let viewer = change.viewer, !notes.isEmpty {
            try Notes.add(
                change.transaction, to: schema.kind, id, account: draft.account, from: change.input,
                notes.map { ($0.field, $0.isInternal) }, by: viewer)
        }
    }
}

extension Writing {
    /// Writes the record with the files that were sent for it.
    func write(_ draft: inout Draft, _ change: Change) throws -> Int64 {
        guard let viewer = change.viewer else {
            return try change.transaction.save(&draft, by: nil, extra: columns(draft))
        }
        return try change.transaction.save(&draft, with: change.input, by: viewer, extra: columns(draft))
    }
}

/// A kind of record that is created and changed by the steps of all.
public protocol Noun: SendableMetatype {
    static var writing: Writing { get }
    /// The entries that hang on a record; none by default.
    static var entries: [any EntryNoun.Type] { get }
    /// The links of a record to others; none by default.
    static var links: [LinkWriting] { get }
    /// Says why what follows from rules is as it is; nil, the default, where nothing does.
    static var explain: Explain? { get }
}

/// Says why what follows from rules is as it is on one record, to somebody, at some time.
/// - Throws: `Refusal.notFound` when they do not see it.
public typealias Explain = @Sendable (Database, _ id: Int64, Viewer, _ now: Timestamp) throws -> JSON

extension Noun {
    public static var entries: [any EntryNoun.Type] { [] }
    public static var links: [LinkWriting] { [] }
    public static var explain: Explain? { nil }

    /// Creates a record in the account the call works in.
    /// - Returns: its id.
    /// - Throws: `Refusal.forbidden`, `Refusal.invalid` naming each field that breaks a rule.
    public static func create(_ transaction: Transaction, _ input: Input, by viewer: Viewer) throws -> Int64 {
        try writing.create(transaction, input, by: viewer)
    }

    /// Keeps what must be locked before a record that is to be changed.
    public static func lock(_ transaction: Transaction, id: Int64, _ input: Input, by viewer: Viewer) throws {
        try writing.lock(Change(transaction: transaction, input: input, viewer: viewer), id)
    }

    /// Changes a record.
    /// - Throws: `Refusal.notFound`, `Refusal.forbidden`, `Refusal.invalid` naming each field that breaks a rule.
    public static func update(_ transaction: Transaction, id: Int64, _ input: Input, by viewer: Viewer) throws {
        try writing.update(transaction, id: id, input, by: viewer)
    }
}
