import Resources

extension Schema {
    /// All resources, each described once. Reference pages and tests go through them; a new one is added here.
    public static let all: [Schema] = [
        .requests, .notes, .attachments, .watches, .auditLines, .workflows, .tasks, .approvals, .phases, .people,
        .teams, .organizations, .services,
    ]
}
