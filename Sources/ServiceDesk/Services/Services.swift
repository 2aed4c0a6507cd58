import Resources
import Store

/// Commands on services.
public enum Services {
    /// Creates a service in the account the call works in.
    public static func create(_ transaction: Transaction, _ input: Input, by viewer: Viewer) throws -> Int64 {
        try viewer.require(\.editsServices, "create services")
        var draft = Draft(new: .services, account: viewer.account.number)
        try draft.take(input)
        viewer.stampSource(&draft, input)
        return try save(transaction, &draft, input, by: viewer)
    }

    /// Changes a service.
    public static func update(_ transaction: Transaction, id: Int64, _ input: Input, by viewer: Viewer) throws {
        var draft = try Draft.load(transaction, .services, id: id, for: viewer.perspective)
        try viewer.require(\.editsServices, "change services")
        try draft.take(input)
        try save(transaction, &draft, input, by: viewer)
    }

    @discardableResult
    private static func save(
        _ transaction: Transaction, _ draft: inout Draft, _ input: Input, by viewer: Viewer
    ) throws -> Int64 {
        draft.fillFlags()
        let errors = draft.blankFields + (try draft.referenceErrors(transaction.db))
        if !errors.isEmpty { throw Refusal.invalid(errors) }
        try viewer.checkSource(draft)
        return try transaction.save(&draft, with: input, by: viewer)
    }

    /// The team a request for a service goes to: the first line, else the support team.
    static func team(_ db: Database, _ service: Int64) throws -> Int64? {
        try db.first(
            """
            SELECT coalesce(f.id, u.id) FROM services s
            LEFT JOIN teams f ON f.id = s.first_line_team_id AND f.disabled = 0
            LEFT JOIN teams u ON u.id = s.support_team_id AND u.disabled = 0 WHERE s.id = \(service)
            """
        ) { $0.optionalInteger(0) } ?? nil
    }
}
