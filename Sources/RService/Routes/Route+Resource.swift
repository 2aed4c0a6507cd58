import HTTPTypes
import Resources
import ServiceDesk
import Web

/// The routes that every resource has in the same way.
extension Route {
    /// Those of a kind of record that is created and changed by the steps of all, with all that hangs on it.
    static func noun(_ noun: any Noun.Type) -> [Route] {
        let schema = noun.writing.schema
        return resource(
            schema, create: .create(schema) { try noun.create($0, $1, by: $2) },
            update: .update(schema, locking: { try noun.lock($0, id: $1, $2, by: $3) }) {
                try noun.update($0, id: $1, $2, by: $3)
            })
            + (noun.writing.moving == nil ? [] : lifeCycle(noun))
            + (noun.writing.takesNotes ? notes(schema) : [])
            + (noun.explain.map { [Route(.get, "\(schema.name)/:id/explanation", .explanation(schema, $0))] } ?? [])
            + noun.entries.flatMap { entries($0) } + noun.links.flatMap { links($0) }
    }

    /// Lists, one, create, change, and the history.
    static func resource(_ schema: Schema, create: Endpoint, update: Endpoint) -> [Route] {
        [
            Route(.get, schema.name, .list(schema)),
            Route(.get, "\(schema.name)/:list", .list(schema)),
            Route(.get, "\(schema.name)/:id", .record(schema)),
            Route(.post, schema.name, create),
            Route(.patch, "\(schema.name)/:id", update),
            Route(.get, "\(schema.name)/:id/audit", .audit(schema)),
        ]
    }

    /// To the archive, to the trash, and back.
    private static func lifeCycle(_ noun: any Noun.Type) -> [Route] {
        let schema = noun.writing.schema
        return [
            ("archive", LifeCycle.archived, "Moves a \(schema.noun) to the archive"),
            ("trash", .trashed, "Moves a \(schema.noun) to the trash"),
            ("restore", .active, "Takes a \(schema.noun) back"),
        ].map { verb, lifeCycle, summary in
            let endpoint = Endpoint(
                summary: summary, access: .scope(.update, on: schema.kind), response: .record(schema)
            ) { call in
                try await call.change(schema, trashedToo: lifeCycle != .archived) { transaction in
                    try noun.move(transaction, id: call.id, to: lifeCycle, by: call.viewer)
                }
            }
            return Route(.post, "\(schema.name)/:id/\(verb)", endpoint)
        }
    }

    /// The notes of a record.
    static func notes(_ schema: Schema) -> [Route] {
        [
            Route(.get, "\(schema.name)/:id/notes", NoteRoutes.list(schema)),
            Route(.get, "\(schema.name)/:id/notes/:list", NoteRoutes.list(schema)),
            Route(.post, "\(schema.name)/:id/notes", NoteRoutes.add(schema)),
        ]
    }

    /// The entries that hang on a record: list, one, add, change, remove one and all.
    static func entries(_ noun: any EntryNoun.Type) -> [Route] {
        let (schema, owner) = (noun.writing.schema, noun.writing.owner)
        let path = "\(owner.name)/:id/\(schema.name)"
        return [
            Route(.get, path, .entries(schema, of: owner)),
            Route(.post, path, .addEntry(noun)),
            Route(.delete, path, .removeEntries(noun)),
            Route(.get, "\(path)/:id", .entry(schema, of: owner)),
            Route(.patch, "\(path)/:id", .updateEntry(noun)),
            Route(.delete, "\(path)/:id", .removeEntry(noun)),
        ]
    }

    /// The links of a record to others: list, link, end one and all.
    static func links(_ links: LinkWriting) -> [Route] {
        let path = "\(links.schema.name)/:id/\(links.name)"
        return [
            Route(.get, path, .linked(links)),
            Route(.post, "\(path)/:id", .link(links)),
            Route(.delete, "\(path)/:id", .unlink(links)),
            Route(.delete, path, .unlink(links, all: true)),
        ] + (links.hasLists ? [Route(.get, "\(path)/:list", .linked(links))] : [])
    }
}
