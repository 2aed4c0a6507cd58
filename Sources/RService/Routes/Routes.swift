import HTTPTypes
import Resources
import ServiceDesk

/// Everything the face answers, on one screen.
enum Routes {
    static let all: [Route] = open + v1.map { Route($0.method, "v1/" + $0.path, $0.endpoint) }

    private static let open: [Route] = [
        Route(.get, "", Welcome.page),
        Route(.get, "healthz", Welcome.health),
        Route(.get, "storage/:rest", AttachmentRoutes.file),
    ]

    private static let v1: [Route] = [
        Route(.get, "", Welcome.api),
        Route(.get, "openapi.json", Welcome.document),
        Route(.get, "rate_limit", Welcome.rateLimit),
        Route(.get, "me", PersonRoutes.me),
        Route(.get, "account", AccountRoutes.account),

        Route(.get, "attachments/storage", AttachmentRoutes.storage),
        Route(.post, "attachments", AttachmentRoutes.upload),

        Route(.get, "people", .list(.people)),
        Route(.get, "people/:list", .list(.people)),
        Route(.get, "people/me", PersonRoutes.me),
        Route(.get, "people/:id", .record(.people)),
        Route(.post, "people", .create(.people, People.create)),
        Route(.patch, "people/:id", .update(.people, People.update)),
        Route(.get, "people/:id/teams", PersonRoutes.teams),
        Route(.get, "people/:id/audit", .audit(.people)),

        Route(.get, "teams", .list(.teams)),
        Route(.get, "teams/:list", .list(.teams)),
        Route(.get, "teams/:id", .record(.teams)),
        Route(.post, "teams", .create(.teams, Teams.create)),
        Route(.patch, "teams/:id", .update(.teams, Teams.update)),
        Route(.get, "teams/:id/members", TeamRoutes.members),
        Route(.post, "teams/:id/members/:id", TeamRoutes.addMember),
        Route(.delete, "teams/:id/members/:id", TeamRoutes.removeMember),
        Route(.delete, "teams/:id/members", TeamRoutes.removeAllMembers),
        Route(.get, "teams/:id/audit", .audit(.teams)),

        Route(.get, "organizations", .list(.organizations)),
        Route(.get, "organizations/:list", .list(.organizations)),
        Route(.get, "organizations/:id", .record(.organizations)),
        Route(.post, "organizations", .create(.organizations, Organizations.create)),
        Route(.patch, "organizations/:id", .update(.organizations, Organizations.update)),
        Route(.get, "organizations/:id/audit", .audit(.organizations)),

        Route(.get, "services", .list(.services)),
        Route(.get, "services/:list", .list(.services)),
        Route(.get, "services/:id", .record(.services)),
        Route(.post, "services", .create(.services, Services.create)),
        Route(.patch, "services/:id", .update(.services, Services.update)),
        Route(.get, "services/:id/audit", .audit(.services)),

        Route(.get, "requests", .list(.requests)),
        Route(.get, "requests/:list", .list(.requests)),
        Route(.get, "requests/:id", .record(.requests)),
        Route(.post, "requests", .create(.requests, Requests.create)),
        Route(.patch, "requests/:id", .update(.requests, Requests.update)),
        Route(.post, "requests/:id/archive", RequestRoutes.move(to: .archived, "Moves a request to the archive")),
        Route(.post, "requests/:id/trash", RequestRoutes.move(to: .trashed, "Moves a request to the trash")),
        Route(.post, "requests/:id/restore", RequestRoutes.move(to: .active, "Takes a request back")),
        Route(.post, "requests/:id/satisfied", RequestRoutes.satisfied),
        Route(.post, "requests/:id/dissatisfied", RequestRoutes.dissatisfied),
        Route(.get, "requests/:id/grouped_requests", RequestRoutes.groupedRequests),
        Route(.get, "requests/:id/audit", .audit(.requests)),

        Route(.get, "requests/:id/notes", NoteRoutes.list),
        Route(.get, "requests/:id/notes/:list", NoteRoutes.list),
        Route(.post, "requests/:id/notes", NoteRoutes.add),
        Route(.get, "requests/:id/note_attachments", AttachmentRoutes.ofNotes),

        Route(.get, "requests/:id/watches", WatchRoutes.list),
        Route(.post, "requests/:id/watches", WatchRoutes.add),
        Route(.delete, "requests/:id/watches", WatchRoutes.removeAll),
        Route(.get, "requests/:id/watches/:id", WatchRoutes.one),
        Route(.patch, "requests/:id/watches/:id", WatchRoutes.update),
        Route(.delete, "requests/:id/watches/:id", WatchRoutes.remove),
    ]
}
