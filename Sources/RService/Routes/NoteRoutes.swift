import HTTPTypes
import Resources
import ServiceDesk
import Store
import Wire

/// Notes of a request (rservice-requests §5).
enum NoteRoutes {
    static let list = Endpoint(
        summary: "Lists the notes of a request", access: .scope(.read, on: "request"), response: .collection(.notes)
    ) { call in
        try await call.page(.notes, Notes.source(of: .request, call.id, for: call.viewer), of: .requests)
    }

    /// Answers the id alone, as upstream does.
    static let add = Endpoint(
        summary: "Adds a note to a request", access: .scope(.update, on: "request"),
        response: .other(JSONSchema.idAlone), status: .created, input: .notes
    ) { call in
        let input = try await call.input(.notes)
        let id = try await call.desk.store.write { transaction in
            try Notes.add(transaction, request: call.id, input, by: call.viewer)
        }
        var answer = Answer.json(.object(JSONObject([("id", .integer(id))])), status: .created)
        answer.location = "\(call.origin)\(call.path)?id=\(id)"
        return answer
    }
}
