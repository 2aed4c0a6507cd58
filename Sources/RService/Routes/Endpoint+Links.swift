import Resources
import ServiceDesk
import Store
import Wire

/// The endpoints that all links between records have in the same way.
extension Endpoint {
    /// The records that one is linked to.
    static func linked(_ links: LinkWriting) -> Endpoint {
        let (schema, linked) = (links.schema, links.linked)
        return Endpoint(
            summary: "Lists the \(links.name) of a \(schema.noun)", access: .scope(.read, on: schema.kind),
            response: .collection(linked)
        ) { call in
            try call.viewer.require(.read, on: linked.kind)
            return try await call.page(linked, of: schema) { links.source($0, call.perspective) }
        }
    }

    /// Links a record to another; doing so twice changes nothing.
    static func link(_ links: LinkWriting) -> Endpoint {
        Endpoint(
            summary: "Adds to the \(links.name) of a \(links.schema.noun)",
            access: .scope(.update, on: links.schema.kind), response: .other(JSONSchema.empty)
        ) { call in
            try await call.desk.store.write { transaction in
                try call.ifMatch(transaction, links.schema, locking: { try links.lock($0, call.id, call.entryID) }) {
                    try links.link(transaction, call.id, to: call.entryID, by: call.viewer)
                }
            }
            return .json([:])
        }
    }

    /// Ends one link of a record, or all.
    static func unlink(_ links: LinkWriting, all: Bool = false) -> Endpoint {
        let summary = "Removes \(all ? "all" : "one of the") \(links.name) of a \(links.schema.noun)"
        return .removal(summary, on: links.schema.kind) { transaction, call in
            let other = all ? nil : call.entryID
            try call.ifMatch(transaction, links.schema, locking: { try links.lock($0, call.id, other) }) {
                try links.unlink(transaction, call.id, from: other, by: call.viewer)
            }
        }
    }
}
