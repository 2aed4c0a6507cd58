import HTTPTypes
import Resources
import ServiceDesk
import Store
import Wire

/// Members of a team.
enum TeamRoutes {
    static let members = Endpoint(
        summary: "Lists the members of a team", access: .scope(.read, on: "team"), response: .collection(.members)
    ) { call in
        try call.viewer.require(.read, on: "person")
        return try await call.page(.members, .members(of: call.id), of: .teams)
    }

    static let addMember = Endpoint(
        summary: "Makes a person a member of a team", access: .scope(.update, on: "team"),
        response: .other(JSONSchema.empty)
    ) { call in
        try await call.desk.store.write { transaction in
            try Teams.addMember(transaction, team: call.id, person: call.entryID, by: call.viewer)
        }
        return .json(.object(JSONObject()))
    }

    static let removeMember = Endpoint(
        summary: "Ends a person's membership of a team", access: .scope(.update, on: "team"), response: .nothing,
        status: .noContent
    ) { call in
        try await call.desk.store.write { transaction in
            try Teams.removeMembers(transaction, team: call.id, person: call.entryID, by: call.viewer)
        }
        return .noContent
    }

    static let removeAllMembers = Endpoint(
        summary: "Ends all memberships of a team", access: .scope(.update, on: "team"), response: .nothing,
        status: .noContent
    ) { call in
        try await call.desk.store.write { transaction in
            try Teams.removeMembers(transaction, team: call.id, person: nil, by: call.viewer)
        }
        return .noContent
    }
}
