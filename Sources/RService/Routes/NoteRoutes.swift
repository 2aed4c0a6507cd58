import HTTPTypes
import Resources
import ServiceDesk
import Store
import Wire

/// Notes of a record (docs/protocol/requests.md#notes).
enum NoteRoutes {
    static func list(_ owner: Schema) -> Endpoint {
        Endpoint(
            summary: "Lists the notes of a \(owner.noun)", access: .scope(.read, on: owner.kind),
            response: .collection(.notes)
        ) { call in
            try await call.page(.notes, of: owner) { Notes.source(of: $0, for: call.viewer) }
        }
    }

    /// Answers the id alone, as upstream does.
    static func add(_ owner: Schema) -> Endpoint {
        Endpoint(
            summary: "Adds a note to a \(owner.noun)", access: .scope(.update, on: owner.kind),
            response: .other(JSONSchema.idAlone), status: .created, input: .notes
        ) { call in
            let input = try await call.checked(.notes)
            let id = try await call.desk.store.write { transaction in
                try call.ifMatch(transaction, owner) {
                    try Notes.add(transaction, to: owner, call.id, input, by: call.viewer)
                }
            }
            var answer = Answer.json(["id": .integer(id)], status: .created)
            answer.location = "\(call.origin)\(call.path)?id=\(id)"
            return answer
        }
    }
}
