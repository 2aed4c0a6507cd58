import Resources
import Store

/// Commands on organizations.
public enum Organizations {
    /// The deepest chain of parents that is followed when looking for a circle.
    private static let deepestChain = 100

    /// Creates an organization in the account the call works in.
    public static func create(_ transaction: Transaction, _ input: Input, by viewer: Viewer) throws -> Int64 {
        try viewer.require(\.editsDirectory, "create organizations")
        var draft = Draft(new: .organizations, account: viewer.account.number)
        try draft.take(input)
        viewer.stampSource(&draft, input)
        return try save(transaction, &draft, input, by: viewer)
    }

    /// Changes an organization.
    public static func update(_ transaction: Transaction, id: Int64, _ input: Input, by viewer: Viewer) throws {
        var draft = try Draft.load(transaction, .organizations, id: id, for: viewer.perspective)
        try viewer.require(\.editsDirectory, "change organizations")
        try draft.take(input)
        try save(transaction, &draft, input, by: viewer)
    }

    @discardableResult
    private static func save(
        _ transaction: Transaction, _ draft: inout Draft, _ input: Input, by viewer: Viewer
    ) throws -> Int64 {
        draft.fillFlags()
        var errors = draft.blankFields + (try draft.referenceErrors(transaction.db))
        // Two that are put under each other at the same moment would make a circle.
        if draft.changes("parent") {
            let accounts = try transaction.db.all("SELECT number FROM accounts") { $0.integer(0) }
            try transaction.lock("accounts", key: "number", accounts)
        }
        if errors.isEmpty, draft.changes("parent"), try isOwnAncestor(draft, transaction.db) {
            errors.append(FieldError("parent", "Parent can't be the organization itself or a part of it"))
        }
        if !errors.isEmpty { throw Refusal.invalid(errors) }
        try viewer.checkSource(draft)
        return try transaction.save(&draft, with: input, by: viewer)
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
