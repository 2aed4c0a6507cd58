import Resources

/// The kinds of records that stand by themselves and are created and changed by the steps of all. A new one is entered
/// here; its routes, its scope and its reference page follow.
public enum Nouns {
    public static let all: [any Noun.Type] = [
        Requests.self, Workflows.self, Releases.self, People.self, Teams.self, Organizations.self, Services.self,
    ]
}

extension Schema {
    /// All resources, each described once. Scopes, reference pages and tests go through them.
    public static let all: [Schema] =
        Nouns.all.flatMap { noun in [noun.writing.schema] + noun.entries.map { $0.writing.schema } }
        + [.tasks, .approvals, .notes, .attachments, .auditLines, .archive, .trash]
}
