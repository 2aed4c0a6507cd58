import HTTPTypes
import Resources
import ServiceDesk
import Store
import Web
import Wire

/// The endpoints that every resource has in the same way.
extension Endpoint {
    /// A collection of the account.
    static func list(_ schema: Schema) -> Endpoint {
        Endpoint(
            summary: "Lists \(schema.name)", access: .scope(.read, on: schema.kind),
            response: .collection(schema)
        ) { call in try await call.page(schema) }
    }

    /// A single record.
    static func record(_ schema: Schema) -> Endpoint {
        Endpoint(
            summary: "Shows one of the \(schema.name)", access: .scope(.read, on: schema.kind),
            response: .record(schema)
        ) { call in
            .json(
                try await call.desk.store.read(isolation: .statement) {
                    try Single.read($0, schema, id: call.id, for: call.perspective)
                })
        }
    }

    /// Creates a record: 201 with `Location` and the whole record.
    static func create(
        _ schema: Schema, _ command: @escaping @Sendable (Transaction, Input, Viewer) throws -> Int64
    ) -> Endpoint {
        Endpoint(
            summary: "Creates one of the \(schema.name)", access: .scope(.create, on: schema.kind),
            response: .record(schema), status: .created, input: schema
        ) { call in
            let input = try await call.checked(schema)
            return try await call.create(schema, at: call.path) { try command($0, input, call.viewer) }
        }
    }

    /// Changes a record and answers it whole.
    /// - Parameter lock: locks what the command locks before the record.
    static func update(
        _ schema: Schema, locking lock: @escaping @Sendable (Transaction, Int64, Input, Viewer) throws -> Void,
        _ command: @escaping @Sendable (Transaction, Int64, Input, Viewer) throws -> Void
    ) -> Endpoint {
        Endpoint(
            summary: "Changes one of the \(schema.name)", access: .scope(.update, on: schema.kind),
            response: .record(schema), input: schema
        ) { call in
            let input = try await call.checked(schema)
            return try await call.change(
                schema, locking: { try lock($0, call.id, input, call.viewer) }
            ) { try command($0, call.id, input, call.viewer) }
        }
    }

    /// Takes something off a record: 204.
    static func removal(
        _ summary: String, on kind: RecordKind, _ command: @escaping @Sendable (Transaction, Call) throws -> Void
    ) -> Endpoint {
        Endpoint(summary: summary, access: .anyScope(.removal, on: kind), response: .nothing, status: .noContent) {
            call in
            try await call.desk.store.write { try command($0, call) }
            return .noContent
        }
    }

    /// Why what follows from rules is as it is on a record.
    static func explanation(_ schema: Schema, _ explain: @escaping Explain) -> Endpoint {
        Endpoint(
            summary: "Says why one of the \(schema.name) is as it is", access: .scope(.read, on: schema.kind),
            response: .other(JSONSchema.explanations)
        ) { call in
            .json(
                try await call.desk.store.read(cost: .open) { [now = call.desk.store.now] in
                    try explain($0, call.id, call.viewer, now)
                })
        }
    }

    /// The history of a record.
    static func audit(_ schema: Schema) -> Endpoint {
        Endpoint(
            summary: "Lists who changed one of the \(schema.name)", access: .scope(.read, on: schema.kind),
            response: .collection(.auditLines)
        ) { call in
            try await call.page(.auditLines, of: schema) { .audit(of: $0) }
        }
    }
}

extension Call {
    /// A page of the records that are seen.
    func page(_ schema: Schema) async throws -> Answer {
        try await page(
            Listing.seen(schema, try query(schema), for: perspective, cursors: desk.cursors, in: desk.store))
    }

    /// A page of what is the caller's own anyway.
    func page(_ schema: Schema, _ source: ListSource) async throws -> Answer {
        try await page(Listing(schema, source, try query(schema), for: perspective, cursors: desk.cursors))
    }

    /// A page of what hangs on the record that `id` names.
    /// - Parameters:
    ///   - owner: the schema of that record, which must be seen.
    ///   - source: what of it is listed.
    func page(_ schema: Schema, of owner: Schema, _ source: (Seen) -> ListSource) async throws -> Answer {
        try await page(
            Listing(schema, of: (owner, id), try query(schema), for: perspective, cursors: desk.cursors, source))
    }

    private func query(_ schema: Schema) throws -> ListQuery {
        try ListQuery(
            schema, predefined: list, parameters: query.parameters, for: perspective, cursors: desk.cursors)
    }

    private func page(_ listing: Listing) async throws -> Answer {
        let presence = listing.cost == .open ? await ClientPresence.at(channel) : nil
        let caller = Caller(id: viewer.person) { presence?.isGone ?? false }
        let page = try await listing.read(desk.store, for: caller)
        return Answer(body: page.bytes, page: page)
    }

    /// Creates a record, and answers it and where it is.
    /// - Parameters:
    ///   - path: of its resource.
    ///   - command: answers its id.
    func create(
        _ schema: Schema, at path: String, _ command: @escaping @Sendable (Transaction) throws -> Int64
    ) async throws -> Answer {
        let (id, bytes) = try await desk.store.write { transaction in
            let id = try command(transaction)
            return (id, try self.shown(schema.kind, id) { try Single.read(transaction.db, schema, id: id, for: $0) })
        }
        var answer = Answer.json(bytes, status: .created)
        answer.location = "\(origin)\(path)/\(id)"
        return answer
    }

    /// Runs a command on the record that `id` names, if `If-Match` allows it, and answers the record as it then is.
    /// - Parameter lock: locks what the command locks before the record.
    func change(
        _ schema: Schema, trashedToo: Bool = false,
        locking lock: @escaping @Sendable (Transaction) throws -> Void = { _ in },
        _ command: @escaping @Sendable (Transaction) throws -> Void
    ) async throws -> Answer {
        .json(
            try await desk.store.write { transaction in
                try ifMatch(transaction, schema, trashedToo: trashedToo, locking: lock) { try command(transaction) }
                return try shown(schema.kind, id) { eyes in
                    do {
                        return try Single.read(transaction.db, schema, id: id, for: eyes, trashedToo: trashedToo)
                    } catch Refusal.notFound {
                        // Whoever gives a record away hears how it then is, though they see it no more.
                        return try Single.read(
                            transaction.db, schema, id: id, in: .related("t.id = \(id)"), for: eyes,
                            trashedToo: trashedToo)
                    }
                }
            })
    }

    /// What is answered of something that was written: its id alone where the token may not read it.
    /// - Parameter kind: the kind of record that scopes name.
    func shown(
        _ kind: RecordKind, _ id: Int64, _ read: (Perspective) throws -> [UInt8]
    ) rethrows -> [UInt8] {
        if viewer.scopes.allow(.read, on: kind) { return try read(perspective) }
        return (["id": .integer(id)] as JSON).bytes
    }
}
