import ServiceDesk
import Store
import Wire

/// Members of a team.
enum TeamRoutes {
    static let members = Endpoint(
        summary: "Lists the members of a team", access: .scope(.read, on: .team), response: .collection(.members)
    ) { call in
        try call.viewer.require(.read, on: .person)
        return try await call.page(.members, .members(of: call.id), of: .teams)
    }

    static let addMember = Endpoint(
        summary: "Makes a person a member of a team", access: .scope(.update, on: .team),
        response: .other(JSONSchema.empty)
    ) { call in
        try await call.desk.store.write { transaction in
            try Teams.addMember(transaction, team: call.id, person: call.entryID, by: call.viewer)
        }
        return .json(.object(JSONObject()))
    }

    static let removeMember = Endpoint.removal("Ends a person's membership of a team", on: .team) {
        try Teams.removeMembers($0, team: $1.id, person: $1.entryID, by: $1.viewer)
    }

    static let removeAllMembers = Endpoint.removal("Ends all memberships of a team", on: .team) {
        try Teams.removeMembers($0, team: $1.id, person: nil, by: $1.viewer)
    }
}
