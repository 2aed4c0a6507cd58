import Resources
import ServiceDesk
import Store

/// Watches of a request (docs/protocol/requests.md#watches): five calls, and `GET` of one.
enum WatchRoutes {
    static let list = Endpoint.entries(.watches, of: .requests)
    static let one = Endpoint.entry(.watches, of: .requests)

    /// 200, not 201, as documented.
    static let add = Endpoint(
        summary: "Adds a watch to a request", access: .scope(.update, on: .request), response: .record(.watches),
        input: .watches
    ) { call in
        let input = try await call.input(.watches)
        return .json(
            try await call.desk.store.write { transaction in
                let id = try Watches.add(transaction, request: call.id, input, by: call.viewer)
                return try call.watch(transaction.db, id)
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
                ) { try call.watch(transaction.db, call.entryID, for: $0) }
                try Watches.update(transaction, request: call.id, watch: call.entryID, input, by: call.viewer)
                return try call.watch(transaction.db, call.entryID)
            })
    }

    static let remove = Endpoint.removal("Removes a watch from a request", on: .request) { transaction, call in
        try call.precondition.check(
            transaction, locking: RecordKind.request.table, call.id, for: call.perspective
        ) { try call.watch(transaction.db, call.entryID, for: $0) }
        try Watches.remove(transaction, request: call.id, watch: call.entryID, by: call.viewer)
    }

    static let removeAll = Endpoint.removal(
        "Removes all watches of a request that the caller may remove", on: .request
    ) { try Watches.removeAll($0, request: $1.id, by: $1.viewer) }
}

extension Call {
    fileprivate func watch(_ db: Database, _ watch: Int64, for eyes: Perspective? = nil) throws -> [UInt8] {
        try entry(db, .watches, of: .requests, watch, for: eyes)
    }
}
