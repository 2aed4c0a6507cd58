import Resources
import Store
import Wire

/// Commands on teams and their members.
public enum Teams: Noun {
    public static let writing = Writing(.teams, editedBy: \.editsDirectory).with { $0.rules = rules }
    public static let links = [members]

    @Sendable private static func rules(_ draft: Draft, _ change: Change) throws -> [FieldError] {
        guard draft.changes("coordinator"), let coordinator = draft["coordinator"].integer,
            try draft.id.map({ try !isMember(change.db, coordinator, of: $0) }) ?? true
        else { return [] }
        return [FieldError("coordinator", "Coordinator must be a member of the team")]
    }

    /// Whether a person is a member; nobody is one of no team.
    static func isMember(_ db: Database, _ person: Int64?, of team: Int64?) throws -> Bool {
        guard let person, let team else { return false }
        return try db.exists("SELECT 1 FROM team_members WHERE team_id = \(team) AND person_id = \(person)")
    }

    /// Members see the team and what it is assigned.
    public static let members = LinkWriting(
        schema: .teams, linked: .members, name: "members",
        permit: { try $0.viewer.require(\.editsDirectory, in: $0.record.account, "change teams") },
        find: { try $0.db.integers("SELECT person_id FROM team_members WHERE team_id = \($0.id)") },
        add: { person, change in
            switch try Draft.problem(change.db, .person, person, account: change.record.account) {
            case "must exist": throw Refusal.notFound
            case let problem?: throw Refusal.invalid("person", "Person \(problem)")
            case nil: break
            }
            if try isMember(change.db, person, of: change.id) { return }
            try change.transaction.execute(
                "INSERT INTO team_members (team_id, person_id) VALUES (\(change.id), \(person))")
            try Grants(change.transaction).grant(holder: person, .team, change.id, account: change.record.account)
            try changed(change, from: nil, to: person)
        },
        remove: { person, change in
            try change.transaction.execute(
                "DELETE FROM team_members WHERE team_id = \(change.id) AND person_id = \(person)")
            try Grants(change.transaction).revoke(holder: person, .team, change.id)
            try changed(change, from: person, to: nil)
            // Its coordinator is a member.
            var team = change.record
            guard team["coordinator"] == .integer(person) else { return }
            team["coordinator"] = .null
            try change.transaction.save(&team, by: change.viewer.person)
        },
        source: { team, _ in .members(of: team) })

    private static func changed(_ change: LinkChange, from old: Int64?, to new: Int64?) throws {
        // Whose holders a signed-in person has is out of date.
        for person in [old, new].compactMap({ $0 }) {
            change.transaction.invalidate(Invalidation(kind: RecordKind.person.code, id: person))
        }
        try change.transaction.audit(
            change.record, "members", of: .person, from: old, to: new, by: change.viewer.person)
    }
}
