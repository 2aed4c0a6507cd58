import Resources
import Store
import Wire

/// Commands on notes.
public enum Notes {
    /// The notes of a record that a viewer sees: internal ones only by role (rservice-requests §5).
    public static func source(of kind: RecordKind, _ id: Int64, for viewer: Viewer) -> ListSource {
        if viewer.roles.readsInternalNotes { return .owned(by: kind, id: id) }
        return .related("t.owner_kind = \(kind.code) AND t.owner_id = \(id) AND t.internal = 0")
    }

    /// Adds a note to a request the viewer sees.
    /// - Throws: `Refusal.notFound`, `Refusal.invalid`, and `Refusal.forbidden` for an internal note without the role.
    public static func add(
        _ transaction: Transaction, request: Int64, _ input: Input, by viewer: Viewer
    ) throws -> Int64 {
        let draft = try Draft.load(transaction, .requests, id: request, for: viewer.perspective)
        try draft.requireActive()
        if input["text"]?.text == nil { throw Refusal.invalid("text", "Text can't be blank") }
        return try add(
            transaction, to: .request, request, account: draft.account, text: input["text"]?.text ?? "",
            isInternal: input["internal"]?.flag ?? false, by: viewer)
    }

    /// Adds a note to a record that was loaded through what the viewer may see.
    static func add(
        _ transaction: Transaction, to kind: RecordKind, _ id: Int64, account: Int64, text: String, isInternal: Bool,
        by viewer: Viewer
    ) throws -> Int64 {
        if isInternal { try viewer.require(\.writesInternalNotes, "write internal notes") }
        return try transaction.insert(
            """
            INSERT INTO notes (owner_kind, owner_id, person_id, text, internal, internal_account_id, medium, created_at)
            VALUES (\(kind.code), \(id), \(viewer.person), \(text), \(isInternal), \
            \((isInternal ? account : nil).sqlValue), \(NoteMedium.default.rawValue), \(transaction.now)) RETURNING id
            """)
    }
}
