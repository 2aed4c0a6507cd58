import Resources
import Store
import Wire

/// Commands on teams and their members.
public enum Teams: Noun {
    public static let writing = Writing(.teams, editedBy: \.editsDirectory).with { $0.rules = rules }

    @Sendable private static func rules(_ draft: Draft, _ change: Change) throws -> [FieldError] {
        guard draft.changes("coordinator"), let coordinator = draft["coordinator"].integer,
            try draft.id.map({ try !isMember(change.db, coordinator, of: $0) }) ?? true
        else { return [] }
        return [FieldError("coordinator", "Coordinator must be a member of the team")]
    }

    /// Whether a person is a member.
    static func isMember(_ db: Database, _ person: Int64, of team: Int64) throws -> Bool {
        try db.first("SELECT 1 FROM team_members WHERE team_id = \(team) AND person_id = \(person)") { _ in true }
            ?? false
    }

    /// Makes a person a member; doing so twice changes nothing. Members see the team and what it is assigned.
    /// - Throws: `Refusal.notFound` for a team or person that is not seen, `Refusal.forbidden`, `Refusal.invalid`.
    public static func addMember(
        _ transaction: Transaction, team: Int64, person: Int64, by viewer: Viewer
    ) throws {
        let draft = try Draft.load(transaction, .teams, id: team, for: viewer.perspective)
        try viewer.require(\.editsDirectory, "change teams")
        switch try Draft.complaint(transaction.db, .person, person, account: draft.account) {
        case "must exist": throw Refusal.notFound
        case let complaint?: throw Refusal.invalid("person", "Person \(complaint)")
        case nil: break
        }
        if try isMember(transaction.db, person, of: team) { return }
        try transaction.execute("INSERT INTO team_members (team_id, person_id) VALUES (\(team), \(person))")
        try Grants(transaction).give(holder: person, .team, team, account: draft.account)
        try changed(transaction, team, draft.account, person, added: true, by: viewer.person)
    }

    /// Ends memberships: one person's, or everybody's.
    public static func removeMembers(
        _ transaction: Transaction, team: Int64, person: Int64?, by viewer: Viewer
    ) throws {
        let draft = try Draft.load(transaction, .teams, id: team, for: viewer.perspective)
        try viewer.require(\.editsDirectory, "change teams")
        let members = try transaction.db.all("SELECT person_id FROM team_members WHERE team_id = \(team)") {
            $0.integer(0)
        }.filter { person == nil || $0 == person }
        if person != nil, members.isEmpty { throw Refusal.notFound }
        for member in members {
            try transaction.execute("DELETE FROM team_members WHERE team_id = \(team) AND person_id = \(member)")
            try Grants(transaction).take(holder: member, .team, team)
            try changed(transaction, team, draft.account, member, added: false, by: viewer.person)
        }
    }

    private static func changed(
        _ transaction: Transaction, _ team: Int64, _ account: Int64, _ person: Int64, added: Bool, by user: Int64?
    ) throws {
        // Whose holders a signed-in person has is out of date.
        transaction.invalidate(Invalidation(kind: RecordKind.person.code, id: person))
        let member = try AuditLine.reference(.person, person, transaction.db)
        try transaction.audit(
            AuditLine(
                kind: .team, id: team, account: account, action: .update, user: user,
                changes: JSONObject([("members", .array(added ? [.null, member] : [member, .null]))])))
    }
}
