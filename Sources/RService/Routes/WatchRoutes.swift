import HTTPTypes
import Resources
import ServiceDesk
import Store

/// Watches of a request (seed 000): five calls, and `GET` of one.
enum WatchRoutes {
    static let list = Endpoint(
        summary: "Lists the watches of a request", access: .scope(.read, on: .request),
        response: .collection(.watches)
    ) { call in try await call.page(.watches, .owned(by: .request, id: call.id), of: .requests) }

    static let one = Endpoint(
        summary: "Shows a watch of a request", access: .scope(.read, on: .request), response: .record(.watches)
    ) { call in
        .json(try await call.desk.store.read { try call.watch($0, for: call.perspective) })
    }

    /// The seed answers 200, not 201.
    static let add = Endpoint(
        summary: "Adds a watch to a request", access: .scope(.update, on: .request), response: .record(.watches),
        input: .watches
    ) { call in
        let input = try await call.input(.watches)
        return .json(
            try await call.desk.store.write { transaction in
                let id = try Watches.add(transaction, request: call.id, input, by: call.viewer)
                return try Single.read(
                    transaction.db, .watches, id: id, in: .owned(by: .request, id: call.id), for: call.perspective)
            })
    }

    static let update = Endpoint(
        summary: "Changes a watch of a request", access: .scope(.update, on: .request),
        response: .record(.watches), input: .watches
    ) { call in
        let input = try await call.input(.watches)
        return .json(
            try await call.desk.store.write { transaction in
                try call.precondition.check(
                    transaction, locking: RecordKind.request.table, call.id, for: call.perspective
                ) { try call.watch(transaction.db, for: $0) }
                try Watches.update(transaction, request: call.id, watch: call.entryID, input, by: call.viewer)
                return try call.watch(transaction.db, for: call.perspective)
            })
    }

    static let remove = Endpoint.removal("Removes a watch from a request", on: .request) { transaction, call in
        try call.precondition.check(
            transaction, locking: RecordKind.request.table, call.id, for: call.perspective
        ) { try call.watch(transaction.db, for: $0) }
        try Watches.remove(transaction, request: call.id, watch: call.entryID, by: call.viewer)
    }

    static let removeAll = Endpoint.removal(
        "Removes all watches of a request that the caller may remove", on: .request
    ) { try Watches.removeAll($0, request: $1.id, by: $1.viewer) }
}

extension Call {
    /// The watch that the path leads to, if its request is seen.
    fileprivate func watch(_ db: Database, for eyes: Perspective) throws -> [UInt8] {
        guard try Single.exists(db, .requests, id: id, for: eyes) else { throw Refusal.notFound }
        return try Single.read(db, .watches, id: entryID, in: .owned(by: .request, id: id), for: eyes)
    }
}
