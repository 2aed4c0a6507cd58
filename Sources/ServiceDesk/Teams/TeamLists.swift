import Resources
import Store

extension Schema {
    /// People as the members of a team: what a collection shows of them and no more, since whoever sees the team sees
    /// its members, but not thereby all that is known of them.
    public static let members = Schema("members", kind: .person, noun: "member", sortedBy: "name") {
        Schema.people.fields.filter { $0.isInCollection || $0.name == "disabled" }
        Predefined("disabled", "t.disabled = 1")
        Predefined("enabled", "t.disabled = 0")
    }
}

extension ListSource {
    /// The teams a person is a member of.
    public static func teams(of person: Int64) -> ListSource {
        .related("t.id IN (SELECT team_id FROM team_members WHERE person_id = \(person))")
    }

    /// The teams of an account that a person is a member of.
    public static func teams(of person: Int64, in account: Int64) -> ListSource {
        .related("t.account = \(account) AND t.id IN (SELECT team_id FROM team_members WHERE person_id = \(person))")
    }

    /// The members of a team.
    public static func members(of team: Int64) -> ListSource {
        .related("t.id IN (SELECT person_id FROM team_members WHERE team_id = \(team))")
    }

    /// One person, whatever account they belong to: for what is theirs anyway.
    public static func person(_ id: Int64) -> ListSource { .related("t.id = \(id)") }
}
