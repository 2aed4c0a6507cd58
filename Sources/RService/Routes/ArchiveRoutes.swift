import HTTPTypes
import Resources
import ServiceDesk
import Store
import Web

/// What was archived and what was trashed, of all kinds of records.
enum ArchiveRoutes {
    static let all: [Route] = [(Schema.archive, LifeCycle.archived), (.trash, .trashed)].flatMap { schema, lifeCycle in
        [
            Route(.get, schema.name, list(schema, lifeCycle)),
            Route(.get, "\(schema.name)/:id", one(schema, lifeCycle)),
        ]
    }

    private static func list(_ schema: Schema, _ lifeCycle: LifeCycle) -> Endpoint {
        Endpoint(
            summary: "Lists what is in the \(schema.name)", access: .known, response: .collection(schema)
        ) { call in try await call.page(schema, Archive.source(lifeCycle, for: call.viewer)) }
    }

    private static func one(_ schema: Schema, _ lifeCycle: LifeCycle) -> Endpoint {
        Endpoint(summary: "Shows what is in the \(schema.name)", access: .known, response: .record(schema)) { call in
            let source = try Archive.source(lifeCycle, for: call.viewer)
            return .json(
                try await call.desk.store.read {
                    try Single.read($0, schema, id: call.id, in: source, for: call.perspective)
                })
        }
    }
}
