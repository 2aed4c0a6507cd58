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

        Route(.get, "requests/:id/notes", NoteRoutes.list(.requests)),
        Route(.get, "requests/:id/notes/:list", NoteRoutes.list(.requests)),
        Route(.post, "requests/:id/notes", NoteRoutes.add(.requests)),
        Route(.get, "requests/:id/note_attachments", AttachmentRoutes.ofNotes),

        Route(.get, "requests/:id/watches", WatchRoutes.list),
        Route(.post, "requests/:id/watches", WatchRoutes.add),
        Route(.delete, "requests/:id/watches", WatchRoutes.removeAll),
        Route(.get, "requests/:id/watches/:id", WatchRoutes.one),
        Route(.patch, "requests/:id/watches/:id", WatchRoutes.update),
        Route(.delete, "requests/:id/watches/:id", WatchRoutes.remove),

        Route(.get, "workflows", .list(.workflows)),
        Route(.get, "workflows/:list", .list(.workflows)),
        Route(.get, "workflows/:id", .record(.workflows)),
        Route(.post, "workflows", .create(.workflows, Workflows.create)),
        Route(.patch, "workflows/:id", WorkflowRoutes.update),
        Route(.post, "workflows/:id/archive", WorkflowRoutes.move(to: .archived, "Moves a workflow to the archive")),
        Route(.post, "workflows/:id/trash", WorkflowRoutes.move(to: .trashed, "Moves a workflow to the trash")),
        Route(.post, "workflows/:id/restore", WorkflowRoutes.move(to: .active, "Takes a workflow back")),
        Route(.get, "workflows/:id/audit", .audit(.workflows)),

        Route(.get, "workflows/:id/tasks", WorkflowRoutes.tasks),
        Route(.get, "workflows/:id/tasks/:list", WorkflowRoutes.tasks),
        Route(.post, "workflows/:id/tasks", TaskRoutes.createInWorkflow),

        Route(.get, "workflows/:id/notes", NoteRoutes.list(.workflows)),
        Route(.get, "workflows/:id/notes/:list", NoteRoutes.list(.workflows)),
        Route(.post, "workflows/:id/notes", NoteRoutes.add(.workflows)),

        Route(.get, "workflows/:id/phases", WorkflowRoutes.phases),
        Route(.post, "workflows/:id/phases", WorkflowRoutes.addPhase),
        Route(.delete, "workflows/:id/phases", WorkflowRoutes.removeAllPhases),
        Route(.get, "workflows/:id/phases/:id", WorkflowRoutes.phase),
        Route(.patch, "workflows/:id/phases/:id", WorkflowRoutes.updatePhase),
        Route(.delete, "workflows/:id/phases/:id", WorkflowRoutes.removePhase),

        Route(.get, "workflows/:id/requests", WorkflowRoutes.requests),
        Route(.get, "workflows/:id/requests/:list", WorkflowRoutes.requests),
        Route(.post, "workflows/:id/requests/:id", WorkflowRoutes.addRequest),
        Route(.delete, "workflows/:id/requests/:id", WorkflowRoutes.removeRequest),
        Route(.delete, "workflows/:id/requests", WorkflowRoutes.removeAllRequests),

        Route(.get, "tasks", .list(.tasks)),
        Route(.get, "tasks/:list", .list(.tasks)),
        Route(.get, "tasks/:id", .record(.tasks)),
        Route(.post, "tasks", TaskRoutes.create),
        Route(.patch, "tasks/:id", TaskRoutes.update),
        Route(.get, "tasks/:id/audit", .audit(.tasks)),

        Route(.get, "tasks/:id/notes", NoteRoutes.list(.tasks)),
        Route(.get, "tasks/:id/notes/:list", NoteRoutes.list(.tasks)),
        Route(.post, "tasks/:id/notes", NoteRoutes.add(.tasks)),

        Route(.get, "tasks/:id/predecessors", TaskRoutes.linked(.predecessors)),
        Route(.post, "tasks/:id/predecessors/:id", TaskRoutes.link(.predecessors)),
        Route(.delete, "tasks/:id/predecessors/:id", TaskRoutes.unlink(.predecessors)),
        Route(.delete, "tasks/:id/predecessors", TaskRoutes.unlink(.predecessors, all: true)),
        Route(.get, "tasks/:id/successors", TaskRoutes.linked(.successors)),
        Route(.post, "tasks/:id/successors/:id", TaskRoutes.link(.successors)),
        Route(.delete, "tasks/:id/successors/:id", TaskRoutes.unlink(.successors)),
        Route(.delete, "tasks/:id/successors", TaskRoutes.unlink(.successors, all: true)),

        Route(.get, "tasks/:id/approvals", ApprovalRoutes.list),
        Route(.post, "tasks/:id/approvals", ApprovalRoutes.add),
        Route(.delete, "tasks/:id/approvals", ApprovalRoutes.removeAll),
        Route(.get, "tasks/:id/approvals/:id", ApprovalRoutes.one),
        Route(.patch, "tasks/:id/approvals/:id", ApprovalRoutes.update),
        Route(.delete, "tasks/:id/approvals/:id", ApprovalRoutes.remove),
    ]
}
