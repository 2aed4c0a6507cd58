import Resources
import Store
import Wire

/// Commands on notes.
public enum Notes {
    /// The notes of a record that a viewer sees: internal ones only by role (docs/protocol/requests.md#notes).
    public static func source(of record: Seen, for viewer: Viewer) -> ListSource {
        guard let visible = visible("t", for: viewer) else { return .owned(by: record) }
        return .related(
            "t.owner_kind = \(record.kind.code) AND t.owner_id = \(record.id) AND \(visible)", isIndexed: true)
    }

    /// The condition that a viewer sees a note: internal ones where a role of theirs in the account of the record says
    /// so. Nil where it says so of all records they see.
    /// - Parameter note: what the note is called.
    fileprivate static func visible(_ note: String, for viewer: Viewer) -> SQL? {
        let accounts = viewer.roles.filter(\.value.readsInternalNotes).keys.sorted()
        if accounts.contains(viewer.account.number), !viewer.perspective.mayHoldForeignGrants { return nil }
        if accounts.isEmpty { return "\(raw: note).internal = 0" }
        return "(\(raw: note).internal = 0 OR \(raw: note).internal_account_id IN (\(list: accounts)))"
    }

    /// Adds a note to a record the viewer sees.
    /// - Parameter schema: of the record.
    /// - Throws: `Refusal.notFound`; `Refusal.forbidden` for those who only read and are not named on the record, and
    ///   for an internal note without the role; `Refusal.invalid`.
    public static func add(
        _ transaction: Transaction, to schema: Schema, _ id: Int64, _ input: Input, by viewer: Viewer
    ) throws -> Int64 {
        var draft = try Draft.load(transaction, schema, id: id, for: viewer.perspective)
        let isInternal = input["internal"]?.flag ?? false
        if try !Grants.hold(transaction.db, viewer.perspective.holders, schema.kind, id) {
            try viewer.require(\.writesNotes, in: draft.account, "write notes on what they are not named on")
        }
        if isInternal { try viewer.require(\.writesInternalNotes, in: draft.account, "write internal notes") }
        try draft.requireActive()
        if !input.errors.isEmpty { throw Refusal.invalid(input.errors) }
        guard let text = input["text"]?.text else { throw Refusal.invalid("text", "Text can't be blank") }
        let note = try add(
            transaction, to: schema.kind, id, account: draft.account, text: text, files: "attachments", of: input,
            isInternal: isInternal, by: viewer)
        if schema.kind == .request, !isInternal, Requester.answer(&draft, by: viewer.person) {
            try Requests.settleAndSave(transaction, &draft, by: viewer.person)
        }
        return note
    }

    /// Adds a note in which the server says what it did; everybody who sees the record reads it.
    /// - Parameter person: who made it happen.
    static func tell(_ transaction: Transaction, on record: Draft, _ text: String, by person: Int64) throws {
        try transaction.execute(
            """
            INSERT INTO notes (owner_kind, owner_id, person_id, text, internal, medium, created_at)
            VALUES (\(record.schema.kind.code), \(record.id ?? 0), \(person), \(text), \(false), \
            \(NoteMedium.system.rawValue), \(transaction.now))
            """)
    }

    /// Adds the notes that a call brings beside its record, each with its files.
    /// - Parameter fields: the fields that become notes, and whether these are internal.
    static func add(
        _ transaction: Transaction, to kind: RecordKind, _ id: Int64, account: Int64, from input: Input,
        _ fields: [(name: String, isInternal: Bool)], by viewer: Viewer
    ) throws {
        for (name, isInternal) in fields {
            let text = input[name]?.text ?? ""
            let files = name + "_attachments"
            if !text.allSatisfy(\.isWhitespace) {
                _ = try add(
                    transaction, to: kind, id, account: account, text: text, files: files, of: input,
                    isInternal: isInternal, by: viewer)
            } else if input.attachments[files]?.isEmpty == false {
                var attachments = Attachments(transaction, account: account, input, by: viewer)
                _ = try attachments.plan(Field(files, .attachments), on: nil)
                throw Refusal.invalid([
                    FieldError(Field(name, .text), "can't be blank when files are added to it")
                ])
            }
        }
    }

    /// Adds a note to a record that was loaded through what the viewer may see, by somebody who may write it, and
    /// copies it to where the record says.
    /// - Parameter files: the field whose files the note gets.
    static func add(
        _ transaction: Transaction, to kind: RecordKind, _ id: Int64, account: Int64, text: String, files: String,
        of input: Input, isInternal: Bool, by viewer: Viewer
    ) throws -> Int64 {
        var attachments = Attachments(transaction, account: account, input, by: viewer)
        _ = try attachments.plan(Field(files, .attachments), on: nil)
        let note = try transaction.insert(
            """
            INSERT INTO notes (owner_kind, owner_id, person_id, text, internal, internal_account_id, medium, created_at)
            VALUES (\(kind.code), \(id), \(viewer.person), \(text), \(isInternal), \
            \((isInternal ? account : nil).sqlValue), \(NoteMedium.default.rawValue), \(transaction.now)) RETURNING id
            """)
        try attachments.apply(to: .note, note)
        for place in try NoteCopies.places(transaction, of: kind, id) {
            _ = try add(
                transaction, to: place.kind, place.id, account: account, text: text, files: files, of: input,
                isInternal: isInternal, by: viewer)
        }
        if !isInternal { try Summaries.outdate(transaction, byNoteOn: kind, id) }
        return note
    }
}

extension ListSource {
    /// The files of all notes of a record that a viewer sees.
    public static func files(ofNotesOn record: Seen, for viewer: Viewer) -> ListSource {
        let visible: SQL = Notes.visible("n", for: viewer).map { " AND \($0)" } ?? ""
        return .related(
            """
            t.owner_kind = \(RecordKind.note.code) AND t.owner_id IN (SELECT n.id FROM notes n \
            WHERE n.owner_kind = \(record.kind.code) AND n.owner_id = \(record.id)\(visible))
            """)
    }
}
