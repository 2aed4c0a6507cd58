import Files
import Resources
import Store
import Wire

/// Files that are put on records and taken off them. What a change comes to is found before the record is saved, and
/// done after.
struct Attachments {
    private let transaction: Transaction
    private let viewer: Viewer
    private let input: Input
    private let account: Int64
    private var changes: [Change] = []

    private enum Change {
        case add(field: String, AttachmentKey, size: Int64, isInline: Bool)
        case update(id: Int64, isInline: Bool)
        case remove(id: Int64, key: String)
    }

    /// What is on a record already.
    private struct Present {
        let id: Int64
        let key: String
        let name: String
        let isInline: Bool

        var shown: String { Attachments.shown(name, isInline: isInline) }
    }

    init(_ transaction: Transaction, account: Int64, _ input: Input, by viewer: Viewer) {
        self.transaction = transaction
        self.account = account
        self.input = input
        self.viewer = viewer
    }

    /// Finds what files sent for a field come to.
    /// - Parameters:
    ///   - field: the field that took them, such as `information_attachments`.
    ///   - owner: the record they are to be on; nil for a new one.
    /// - Returns: the names before and after, for the history; nil when nothing changes.
    /// - Throws: `Refusal.invalid` naming the field.
    mutating func plan(_ field: Field, on owner: (kind: RecordKind, id: Int64)?) throws -> (JSON, JSON)? {
        guard let sent = input.attachments[field.name], !sent.isEmpty else { return nil }
        let present = try owner.map { try self.present($0.kind, $0.id, field.attachmentPlace) } ?? []
        let done = changes.count
        // What there is to be, by the bytes of keys.
        var after = present.map { (key: Array($0.key.utf8), name: $0.shown) }
        let before = after.map(\.name)
        for change in sent {
            let bytes = Array(change.key.utf8)
            let here = present.first { $0.key.utf8.elementsEqual(bytes) }
            let place = after.firstIndex { $0.key == bytes }
            if change.isRemoval {
                guard let here, let place else {
                    throw Refusal.invalid([FieldError(field, "do not hold the file '\(change.key.shortened)'")])
                }
                changes.append(.remove(id: here.id, key: here.key))
                after.remove(at: place)
            } else if let here, let place {
                guard here.isInline != change.isInline else { continue }
                changes.append(.update(id: here.id, isInline: change.isInline))
                after[place].name = Self.shown(here.name, isInline: change.isInline)
            } else if place == nil {
                let (key, size) = try check(field, change)
                changes.append(.add(field: field.attachmentPlace, key, size: size, isInline: change.isInline))
                after.append((bytes, Self.shown(key.name, isInline: change.isInline)))
            }
        }
        guard changes.count > done else { return nil }
        func list(_ names: [String]) -> JSON { names.isEmpty ? .null : .array(names.map { .string($0) }) }
        return (list(before), list(after.map(\.name)))
    }

    /// A file as the history tells of it.
    private static func shown(_ name: String, isInline: Bool) -> String { isInline ? "\(name) (inline)" : name }

    /// Does what was planned.
    func apply(to kind: RecordKind, _ id: Int64) throws {
        for change in changes {
            switch change {
            case .add(let field, let key, let size, let isInline):
                try transaction.execute(
                    """
                    INSERT INTO attachments (account, owner_kind, owner_id, field, key, name, inline, size,
                    created_by_id, created_at) VALUES (\(account), \(kind.code), \(id), \(field), \(key.file.text),
                    \(key.name), \(isInline), \(size), \(viewer.person), \(transaction.now))
                    """)
                try Uploads.count(transaction, key.file, size: size, account: account, person: viewer.person)
            case .update(let id, let isInline):
                try transaction.execute("UPDATE attachments SET inline = \(isInline) WHERE id = \(id)")
            case .remove(let id, let key):
                try transaction.execute("DELETE FROM attachments WHERE id = \(id)")
                try Self.giveUp(transaction, key)
            }
        }
    }

    /// Says that a file is no longer needed here. Whether it is still on another record is asked when it is swept.
    static func giveUp(_ transaction: Transaction, _ key: String) throws {
        try transaction.execute(
            """
            INSERT INTO file_removals (key, created_at) VALUES (\(key), \(transaction.now))
            ON CONFLICT (key) DO UPDATE SET created_at = excluded.created_at
            """)
    }

    private func present(_ kind: RecordKind, _ id: Int64, _ place: String) throws -> [Present] {
        try transaction.db.all(
            """
            SELECT id, key, name, inline FROM attachments
            WHERE owner_kind = \(kind.code) AND owner_id = \(id) AND field = \(place) ORDER BY id
            """
        ) { Present(id: $0.integer(0), key: $0.text(1), name: $0.text(2), isInline: $0.flag(3)) }
    }

    /// A key is as good as the file behind it: stored whole, in the account that the call works in, not long ago.
    /// Whoever works there may use it, on records that they see of other accounts too.
    private func check(_ field: Field, _ change: AttachmentChange) throws -> (AttachmentKey, Int64) {
        func refuse(_ problem: String) -> Refusal { .invalid([FieldError(field, problem)]) }
        guard let key = AttachmentKey(change.key), key.account == viewer.account.number,
            let size = input.storedSizes[Array(change.key.utf8)],
            try !isBeingRemoved(change.key)
        else { throw refuse("name a file that has not been uploaded: '\(change.key.shortened)'") }
        guard !key.folder.isOlder(than: AttachmentKey.useSeconds, at: transaction.now) else {
            throw refuse("name a file that was uploaded more than 24 hours ago: '\(change.key.shortened)'")
        }
        if let claimed = change.size, claimed != size {
            throw refuse("name a file of \(size) bytes as one of \(claimed): '\(change.key.shortened)'")
        }
        return (key, size)
    }

    private func isBeingRemoved(_ key: String) throws -> Bool {
        try transaction.db.first(
            """
            SELECT 1 FROM file_removals r WHERE r.key = \(key)
            AND NOT EXISTS (SELECT 1 FROM attachments a WHERE a.key = r.key)
            """
        ) { _ in true } ?? false
    }
}

extension Field {
    /// Where the files of a field such as `information_attachments` lie: `information`.
    fileprivate var attachmentPlace: String {
        name.hasSuffix("_attachments") ? String(name.dropLast("_attachments".count)) : name
    }

    /// The fields of a schema that take files for the record itself, rather than for a note that comes with it.
    fileprivate static func takingFiles(_ schema: Schema) -> [Field] {
        schema.fields.filter { field in
            guard case .attachments = field.type, field.access != .readOnly else { return false }
            return schema.field(field.attachmentPlace)?.column != nil
        }
    }
}

extension String {
    /// For a message.
    fileprivate var shortened: Substring { prefix(200) }
}

extension Transaction {
    /// Saves a draft together with the files that were sent for its fields.
    @discardableResult
    func save(
        _ draft: inout Draft, with input: Input, by viewer: Viewer, extra: [(column: String, value: SQLValue)] = []
    ) throws -> Int64 {
        let files = try planFiles(&draft, with: input, by: viewer)
        let id = try save(&draft, by: viewer.person, extra: extra)
        try files.apply(to: draft.schema.kind, id)
        return id
    }

    /// Adds and takes off the files of a record that is saved later, with what follows from its other changes.
    func saveFiles(_ draft: inout Draft, with input: Input, by viewer: Viewer) throws {
        let files = try planFiles(&draft, with: input, by: viewer)
        if let id = draft.id { try files.apply(to: draft.schema.kind, id) }
    }

    private func planFiles(_ draft: inout Draft, with input: Input, by viewer: Viewer) throws -> Attachments {
        var files = Attachments(self, account: draft.account, input, by: viewer)
        let kind = draft.schema.kind
        for field in Field.takingFiles(draft.schema) {
            guard let (before, after) = try files.plan(field, on: draft.id.map { (kind, $0) }) else { continue }
            draft.further[field.name] = [before, after]
        }
        return files
    }
}
