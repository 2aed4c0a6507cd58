import Resources
import ServiceDesk
import Store

/// The endpoints that all entries which hang on a record have in the same way.
extension Endpoint {
    /// The entries of a record.
    static func entries(_ schema: Schema, of owner: Schema) -> Endpoint {
        Endpoint(
            summary: "Lists the \(schema.name) of a \(owner.noun)", access: .scope(.read, on: owner.kind),
            response: .collection(schema)
        ) { call in try await call.page(schema, .owned(by: owner.kind, id: call.id), of: owner) }
    }

    /// One entry of a record.
    static func entry(_ schema: Schema, of owner: Schema) -> Endpoint {
        Endpoint(
            summary: "Shows one of the \(schema.name) of a \(owner.noun)", access: .scope(.read, on: owner.kind),
            response: .record(schema)
        ) { call in
            .json(try await call.desk.store.read { try call.entry($0, schema, of: owner, call.entryID) })
        }
    }
}

extension Call {
    /// An entry of the record that `id` names, if that record is seen.
    /// - Parameter eyes: from where to look; from where the caller looks if nothing else is said.
    /// - Throws: `Refusal.notFound`.
    func entry(
        _ db: Database, _ schema: Schema, of owner: Schema, _ entry: Int64, for eyes: Perspective? = nil
    ) throws -> [UInt8] {
        let eyes = eyes ?? perspective
        guard try Single.exists(db, owner, id: id, for: eyes) else { throw Refusal.notFound }
        return try Single.read(db, schema, id: entry, in: .owned(by: owner.kind, id: id), for: eyes)
    }
}
