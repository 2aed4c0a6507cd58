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

    private static let v1 = [
        welcome, people, teams, Route.resource(Organizations.self), Route.resource(Services.self), requests, workflows,
        tasks,
    ].flatMap { $0 }

    private static let welcome: [Route] = [
        Route(.get, "", Welcome.api),
        Route(.get, "openapi.json", Welcome.document),
        Route(.get, "rate_limit", Welcome.rateLimit),
        Route(.get, "me", PersonRoutes.me),
        Route(.get, "account", AccountRoutes.account),
        Route(.get, "attachments/storage", AttachmentRoutes.storage),
        Route(.post, "attachments", AttachmentRoutes.upload),
    ]

    private static let people =
        Route.resource(People.self) + [
            Route(.get, "people/me", PersonRoutes.me),
            Route(.get, "people/:id/teams", PersonRoutes.teams),
        ]

    private static let teams =
        Route.resource(Teams.self) + [
            Route(.get, "teams/:id/members", TeamRoutes.members),
            Route(.post, "teams/:id/members/:id", TeamRoutes.addMember),
            Route(.delete, "teams/:id/members/:id", TeamRoutes.removeMember),
            Route(.delete, "teams/:id/members", TeamRoutes.removeAllMembers),
        ]

    private static let requests =
        Route.resource(Requests.self) + Route.lifeCycle(Requests.self) + Route.notes(.requests) + [
            Route(.get, "requests/:id/note_attachments", AttachmentRoutes.ofNotes),
            Route(.post, "requests/:id/satisfied", RequestRoutes.satisfied),
            Route(.post, "requests/:id/dissatisfied", RequestRoutes.dissatisfied),
            Route(.get, "requests/:id/grouped_requests", RequestRoutes.groupedRequests),
            Route(.get, "requests/:id/watches", WatchRoutes.list),
            Route(.post, "requests/:id/watches", WatchRoutes.add),
            Route(.delete, "requests/:id/watches", WatchRoutes.removeAll),
            Route(.get, "requests/:id/watches/:id", WatchRoutes.one),
            Route(.patch, "requests/:id/watches/:id", WatchRoutes.update),
            Route(.delete, "requests/:id/watches/:id", WatchRoutes.remove),
        ]

    private static let workflows =
        Route.resource(Workflows.self) + Route.lifeCycle(Workflows.self) + Route.notes(.workflows) + [
            Route(.get, "workflows/:id/tasks", WorkflowRoutes.tasks),
            Route(.get, "workflows/:id/tasks/:list", WorkflowRoutes.tasks),
            Route(.post, "workflows/:id/tasks", TaskRoutes.createInWorkflow),
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
        ]

    private static let tasks =
        Route.resource(.tasks, create: TaskRoutes.create, update: TaskRoutes.update) + Route.notes(.tasks)
        + [TaskLinks.Side.predecessors, .successors].flatMap { side in
            [
                Route(.get, "tasks/:id/\(side)", TaskRoutes.linked(side)),
                Route(.post, "tasks/:id/\(side)/:id", TaskRoutes.link(side)),
                Route(.delete, "tasks/:id/\(side)/:id", TaskRoutes.unlink(side)),
                Route(.delete, "tasks/:id/\(side)", TaskRoutes.unlink(side, all: true)),
            ]
        } + [
            Route(.get, "tasks/:id/approvals", ApprovalRoutes.list),
            Route(.post, "tasks/:id/approvals", ApprovalRoutes.add),
            Route(.delete, "tasks/:id/approvals", ApprovalRoutes.removeAll),
            Route(.get, "tasks/:id/approvals/:id", ApprovalRoutes.one),
            Route(.patch, "tasks/:id/approvals/:id", ApprovalRoutes.update),
            Route(.delete, "tasks/:id/approvals/:id", ApprovalRoutes.remove),
        ]
}
