import HTTPTypes
import ServiceDesk
import Web

/// Everything the face answers, on one screen.
enum Routes {
    static let all: [Route] = open + v1.map { Route($0.method, "v1/" + $0.path, $0.endpoint) }

    private static let open: [Route] = [
        Route(.get, "", Welcome.page),
        Route(.get, "healthz", Welcome.health),
        Route(.get, "storage/:rest", AttachmentRoutes.file),
    ]

    private static let v1 = welcome + Nouns.all.flatMap { Route.noun($0) } + tasks + ArchiveRoutes.all + further

    private static let welcome: [Route] = [
        Route(.get, "", Welcome.api),
        Route(.get, "openapi.json", Welcome.document),
        Route(.get, "rate_limit", Welcome.rateLimit),
        Route(.get, "me", PersonRoutes.me),
        Route(.get, "account", AccountRoutes.account),
        Route(.get, "attachments/storage", AttachmentRoutes.storage),
        Route(.post, "attachments", AttachmentRoutes.upload),
    ]

    private static let tasks =
        Route.resource(.tasks, create: TaskRoutes.create, update: TaskRoutes.update) + Route.notes(.tasks)
        + Route.links(TaskLinks.predecessors) + Route.links(TaskLinks.successors) + Route.entries(Approvals.self)

    /// What only one kind of record has.
    private static let further: [Route] = [
        Route(.get, "people/me", PersonRoutes.me),
        Route(.get, "people/:id/teams", PersonRoutes.teams),
        Route(.get, "requests/:id/note_attachments", AttachmentRoutes.ofNotes),
        Route(.post, "requests/:id/satisfied", RequestRoutes.satisfied),
        Route(.post, "requests/:id/dissatisfied", RequestRoutes.dissatisfied),
        Route(.get, "requests/:id/grouped_requests", RequestRoutes.groupedRequests),
        Route(.get, "workflows/:id/tasks", TaskRoutes.ofWorkflow),
        Route(.get, "workflows/:id/tasks/:list", TaskRoutes.ofWorkflow),
        Route(.post, "workflows/:id/tasks", TaskRoutes.createInWorkflow),
    ]
}
