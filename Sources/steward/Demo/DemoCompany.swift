import Resources
import ServiceDesk
import Store
import Wire

/// The company itself: its organizations, teams, services, and what is going on at the service desk.
struct DemoCompany {
    let desk: Installation

    init(_ desk: Installation) { self.desk = desk }

    /// Builds everything, each piece as one of the people would.
    func build(_ viewer: (Persona, String) async throws -> Viewer) async throws {
        let howard = try await viewer(.howard, "wna")
        let directory = try await makeDirectory(as: howard)
        // Who is in which team has changed, so the people sign in anew.
        let ellen = try await viewer(.ellen, "wna")
        let mark = try await viewer(.mark, "wna")
        let tom = try await viewer(.tom, "wna")
        let frank = try await viewer(.frank, "pro-product")
        try await makeRequests(directory, ellen: ellen, mark: mark, tom: tom, frank: frank)
        let points = try await makeWorkflow(directory, mark: mark, approvers: [howard.person, tom.person])
        try await makeReleases(directory, mark: mark, points: points)
    }

    struct Directory {
        let network: Int64
        let email: Int64
        let laptops: Int64
        let serviceDesk: Int64
        let engineers: Int64
    }

    private func makeDirectory(as howard: Viewer) async throws -> Directory {
        let tom = try await person(.tom)
        let ellen = try await person(.ellen)
        let mark = try await person(.mark)
        let sales = try await create(
            .organizations, ["name": "Widget North America, Sales"], howard, Organizations.create)
        let it = try await create(
            .organizations, ["name": "Widget North America, IT"], howard, Organizations.create)
        let serviceDesk = try await create(
            .teams, ["name": "Service Desk", "manager_id": .integer(howard.person)], howard, Teams.create)
        let engineers = try await create(
            .teams, ["name": "Network Engineering", "manager_id": .integer(mark)], howard, Teams.create)
        try await desk.store.write { transaction in
            for (team, people) in [(serviceDesk, [howard.person, ellen]), (engineers, [mark])] {
                for person in people { try Teams.members.link(transaction, team, to: person, by: howard) }
            }
            for (person, organization) in [(tom, sales), (ellen, it), (mark, it), (howard.person, it)] {
                let input = try Input(.people, ["organization_id": .integer(organization)], zone: .utc)
                try People.update(transaction, id: person, input, by: howard)
            }
            try Accounts.setDefaultTeam(transaction, howard.account, team: serviceDesk)
        }
        func service(_ name: String, _ team: Int64) async throws -> Int64 {
            try await create(
                .services,
                [
                    "name": .string(name), "provider_id": .integer(it), "first_line_team_id": .integer(serviceDesk),
                    "support_team_id": .integer(team),
                ], howard, Services.create)
        }
        return Directory(
            network: try await service("Company Network", engineers), email: try await service("E-mail", engineers),
            laptops: try await service("Laptops and Desktops", serviceDesk), serviceDesk: serviceDesk,
            engineers: engineers)
    }

    private func makeRequests(
        _ directory: Directory, ellen: Viewer, mark: Viewer, tom: Viewer, frank: Viewer
    ) async throws {
        let printer = try await create(
            .requests,
            [
                "subject": "The printer on the second floor jams", "category": "incident",
                "impact": "low", "service_id": .integer(directory.laptops),
                "note": "It takes three sheets at once since this morning.",
            ], tom, Requests.create)
        let wifi = try await create(
            .requests,
            [
                "subject": "No wireless network in the meeting rooms", "category": "incident",
                "impact": "high", "service_id": .integer(directory.network),
                "team_id": .integer(directory.engineers), "member_id": .integer(mark.person),
                "status": "in_progress", "requested_by_id": .integer(tom.person),
                "internal_note": "Access point AP-12 does not answer since the firmware update.",
            ], ellen, Requests.create)
        let laptop = try await create(
            .requests,
            [
                "subject": "A laptop for a new colleague", "category": "order",
                "service_id": .integer(directory.laptops), "requested_for_id": .integer(tom.person),
                "desired_completion_at": "2030-01-15T09:00", "member_id": .integer(ellen.person),
                "status": "accepted",
            ], ellen, Requests.create)
        let mailbox = try await create(
            .requests,
            [
                "subject": "How do I share my calendar?", "category": "rfi",
                "service_id": .integer(directory.email),
            ], tom, Requests.create)
        try await desk.store.write { transaction in
            for (request, person, viewer) in [
                (wifi, frank.person, ellen), (wifi, ellen.person, ellen), (laptop, mark.person, ellen),
                (printer, mark.person, mark),
            ] {
                let watch = try Input(.watches, ["person_id": .integer(person)], zone: .utc)
                _ = try Watches.add(transaction, to: request, watch, by: viewer)
            }
            let note = try Input(.notes, ["text": "A technician comes by this afternoon."], zone: .utc)
            _ = try Notes.add(transaction, to: .requests, printer, note, by: ellen)
            let answer = try Input(
                .requests,
                [
                    "status": "completed", "completion_reason": "solved", "member_id": .integer(ellen.person),
                    "note": "Open the calendar, choose Share, and name your colleague.",
                ], zone: .utc)
            try Requests.update(transaction, id: mailbox, answer, by: ellen)
        }
    }

    private func person(_ persona: Persona) async throws -> Int64 {
        try await desk.store.read { try PeopleDirectory.find($0, email: persona.email).id }
    }

    func create(
        _ schema: Schema, _ fields: JSONObject, _ viewer: Viewer,
        _ command: @escaping @Sendable (Transaction, Input, Viewer) throws -> Int64
    ) async throws -> Int64 {
        let input = try Input(schema, fields, zone: .utc)
        return try await desk.store.write { try command($0, input, viewer) }
    }
}
