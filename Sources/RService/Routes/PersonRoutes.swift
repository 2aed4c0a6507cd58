import Resources
import ServiceDesk
import Store

/// What people have beyond every resource.
enum PersonRoutes {
    /// The caller, whatever their token may do otherwise.
    static let me = Endpoint(summary: "Shows the person who calls", access: .known, response: .record(.people)) {
        call in
        .json(
            try await call.desk.store.read { db in
                try Single.read(
                    db, .people, id: call.viewer.person, in: .oneself(call.viewer),
                    for: call.perspective)
            })
    }

    /// The teams of a person one sees; one's own wherever one works.
    static let teams = Endpoint(
        summary: "Lists the teams of a person", access: .scope(.read, on: .person), response: .collection(.teams)
    ) { call in
        try call.viewer.require(.read, on: .team)
        if call.id == call.viewer.person { return try await call.page(.teams, .teams(of: call.viewer)) }
        return try await call.page(.teams, of: .people) { .teams(of: $0, in: call.perspective.account) }
    }
}
