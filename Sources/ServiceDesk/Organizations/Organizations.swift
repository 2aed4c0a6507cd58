import Resources
import Store

/// Commands on organizations.
public enum Organizations: Noun {
    public static let writing = Writing(.organizations, editedBy: \.editsDirectory).with { $0.rules = rules }

    /// The deepest chain of parents that is followed when looking for a circle.
    private static let deepestChain = 100

    @Sendable private static func rules(_ draft: Draft, _ change: Change) throws -> [FieldError] {
        guard draft.changes("parent") else { return [] }
        // Two that are put under each other at the same moment would make a circle.
        let accounts = try change.db.all("SELECT number FROM accounts") { $0.integer(0) }
        try change.transaction.lock("accounts", key: "number", accounts)
        return try isOwnAncestor(draft, change.db)
            ? [FieldError("parent", "Parent can't be the organization itself or a part of it")] : []
    }

    private static func isOwnAncestor(_ draft: Draft, _ db: Database) throws -> Bool {
        guard let id = draft.id else { return false }
        var next = draft["parent"].integer
        for _ in 0..<deepestChain {
            guard let parent = next else { return false }
            if parent == id { return true }
            next =
                try db.first("SELECT parent_id FROM organizations WHERE id = \(parent)") { $0.optionalInteger(0) }
                ?? nil
        }
        return true
    }
}
