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
    /// The teams whoever looks is a member of, in whatever account.
    public static func teams(of viewer: Viewer) -> ListSource {
        .related("t.id IN (SELECT team_id FROM team_members WHERE person_id = \(viewer.person))")
    }

    /// The teams of an account that a person is a member of.
    public static func teams(of person: Seen, in account: Int64) -> ListSource {
        .related(
            "t.account = \(account) AND t.id IN (SELECT team_id FROM team_members WHERE person_id = \(person.id))")
    }

    /// The members of a team.
    public static func members(of team: Seen) -> ListSource {
        .related("t.id IN (SELECT person_id FROM team_members WHERE team_id = \(team.id))")
    }

    /// Whoever looks, whatever account they belong to.
    public static func oneself(_ viewer: Viewer) -> ListSource { .related("t.id = \(viewer.person)") }
}
