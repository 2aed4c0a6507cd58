import Resources
import Store
import Testing
import Wire

@testable import ServiceDesk

@Suite struct RequestCommandTests {
    /// What is sent, and the refusal; whatever is refused leaves nothing.
    private static func check(
        _ company: Company, _ body: () async throws -> Void, _ expected: [(String, String)],
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let (refusal, leftNothing) = try await company.refusal(body)
        #expect(refusal == .invalid(expected.map { FieldError($0, $1) }), sourceLocation: sourceLocation)
        #expect(leftNothing, sourceLocation: sourceLocation)
    }

    @Test func aRefusedRegistrationLeavesNothing() async throws {
        try await Company.with { company in
            let (user, stranger) = (company.users[0], company.stranger.person)
            for (sent, expected) in [
                ([("subject", .null)], [("subject", "Subject can't be blank")]),
                ([("impact", .null)], [("impact", "Impact can't be blank")]),
                ([("category", .string("joke"))], [("category", "Category is not included in the list")]),
                ([("team_id", .integer(99))], [("team", "Team must exist")]),
                ([("requested_for_id", .integer(stranger))], [("requested_for", "Requested for must exist")]),
                ([("status", .string("completed"))], [("completion_reason", "Completion reason can't be blank")]),
                ([("status", .string("waiting_for"))], [("waiting_until", "Waiting until can't be blank")]),
                ([("workflow_id", .integer(5))], [("workflow", "Workflow must exist")]),
                (
                    [("member_id", .integer(user.person)), ("team_id", .integer(company.teams[0]))],
                    [("member", "Member must be a member of the team")]
                ),
                ([("grouped_into_id", .integer(99))], [("grouped_into", "Grouped into must exist")]),
            ] as [([(String, JSON)], [(String, String)])] {
                try await Self.check(company, { _ = try await company.request(sent) }, expected)
            }
        }
    }

    @Test func anEndUserRegistersForHerselfAndLeavesTheRestToTheDesk() async throws {
        try await Company.with { company in
            let user = company.users[0]
            for (sent, expected) in [
                ([("status", .string("accepted"))], [("status", "Status can only be set by the service desk")]),
                (
                    [("team_id", .integer(company.teams[0])), ("internal_note", .string("x"))],
                    [
                        ("team", "Team can only be set by the service desk"),
                        ("internal_note", "Internal note can only be set by the service desk"),
                    ]
                ),
                (
                    [("requested_for_id", .integer(company.users[1].person))],
                    [("requested_for", "Requested for must be yourself")]
                ),
            ] as [([(String, JSON)], [(String, String)])] {
                try await Self.check(company, { _ = try await company.request(sent, by: user) }, expected)
            }
            let id = try await company.request(
                [("note", .string("Please")), ("status", .string("assigned")), ("urgent", .bool(false))], by: user)
            let row = try await company.rows(
                """
                SELECT status, requested_by_id, requested_for_id, created_by_id, source FROM requests
                WHERE id = \(id)
                """, columns: 5)
            #expect(
                row == [
                    [
                        .integer(20), .integer(user.person), .integer(user.person), .integer(user.person),
                        .text("R-Service API"),
                    ]
                ])
            #expect(
                try await company.rows("SELECT text, internal FROM notes", columns: 2) == [
                    [.text("Please"), .integer(0)]
                ])
        }
    }

    @Test func whoSeesARequestMayNotTherebyChangeIt() async throws {
        try await Company.with { company in
            let id = try await company.request(by: company.users[0])
            let (seen, seenLeft) = try await company.refusal {
                try await company.update(id, [("subject", .string("x"))], by: company.users[0])
            }
            let refusal = """
                Ann holds no role that may change requests, and may only withdraw an open one, or assign a completed one \
                again
                """
            #expect(seen == .forbidden(refusal) && seenLeft)
            for viewer in [company.users[1], company.stranger] {
                let (unseen, unseenLeft) = try await company.refusal {
                    try await company.update(id, [("subject", .string("x"))], by: viewer)
                }
                #expect(unseen == .notFound && unseenLeft)
            }
        }
    }

    @Test func aRefusedChangeLeavesNothing() async throws {
        try await Company.with { company in
            let id = try await company.request()
            let group = try await company.request()
            let member = try await company.request([("grouped_into_id", .integer(group))])
            for (sent, expected) in [
                ([("subject", .string(" "))], [("subject", "Subject can't be blank")]),
                ([("requested_by_id", .null)], [("requested_by", "Requested by can't be blank")]),
                ([("grouped_into_id", .integer(id))], [("grouped_into", "Grouped into can't be the request itself")]),
                (
                    [("grouped_into_id", .integer(member))],
                    [("grouped_into", "Grouped into can't be a request that is grouped itself")]
                ),
                (
                    [("note", .string("n")), ("status", .string("completed"))],
                    [("completion_reason", "Completion reason can't be blank")]
                ),
            ] as [([(String, JSON)], [(String, String)])] {
                try await Self.check(company, { try await company.update(id, sent) }, expected)
            }
            try await Self.check(
                company, { try await company.update(group, [("grouped_into_id", .integer(id))]) },
                [("grouped_into", "Grouped into can't be set for a request that is a group itself")])
        }
    }

    @Test func aGroupIsOneAsLongAsItHasMembers() async throws {
        try await Company.with { company in
            let group = try await company.request()
            let member = try await company.request([("grouped_into_id", .integer(group))])
            func grouping() async throws -> [[SQLValue]] {
                try await company.rows("SELECT grouping FROM requests ORDER BY id", columns: 1)
            }
            #expect(try await grouping() == [[.integer(20)], [.integer(30)]])
            try await company.update(member, [("grouped_into_id", .null)])
            #expect(try await grouping() == [[.integer(10)], [.integer(10)]])
        }
    }

    @Test func onlyWhatIsCompletedIsArchivedAndOnlyByThoseWhoMay() async throws {
        try await Company.with { company in
            let id = try await company.request()
            for place in [LifeCycle.archived, .trashed] {
                try await Self.check(
                    company,
                    { try await company.store.write { try Requests.move($0, id: id, to: place, by: company.admin) } },
                    [("status", "Status must be completed before a request is archived or trashed")])
            }
            try await company.complete(id)
            for viewer in [company.specialist, company.analyst] {
                let (refusal, leftNothing) = try await company.refusal {
                    try await company.store.write { try Requests.move($0, id: id, to: .archived, by: viewer) }
                }
                #expect(
                    refusal == .forbidden("\(viewer.name) holds no role that may archive, trash and restore requests"))
                #expect(leftNothing)
            }
            try await company.store.write { try Requests.move($0, id: id, to: .archived, by: company.admin) }
            try await Self.check(
                company, { try await company.update(id, [("subject", .string("x"))]) },
                [("archived", "Request is archived; restore it before it is changed")])
            try await company.store.write { try Requests.move($0, id: id, to: .trashed, by: company.admin) }
            let (refusal, _) = try await company.refusal { try await company.update(id, [("subject", .string("x"))]) }
            #expect(refusal == .notFound, "what is trashed is gone")
            try await company.store.write { try Requests.move($0, id: id, to: .active, by: company.admin) }
            try await company.update(id, [("subject", .string("x"))])
        }
    }

    @Test func theRequesterRatesOnce() async throws {
        try await Company.with { company in
            let user = company.users[0]
            let id = try await company.request(by: user)
            func rate(_ viewer: Viewer, _ satisfaction: Satisfaction, note: String? = nil, reopen: Bool = false)
                async throws -> Bool
            {
                let body = JSONObject([("note", note.map { .string($0) } ?? .null), ("reopen", .bool(reopen))])
                let input = try Input(.ratings, body, zone: .utc)
                return try await company.store.write {
                    try Requests.rate($0, id: id, satisfaction, input, by: viewer)
                }
            }
            #expect(try await !rate(user, .satisfied), "not completed")
            try await company.complete(id)
            #expect(try await !rate(company.admin, .satisfied), "somebody else's")
            for note in [nil, "", " \n"] {
                try await Self.check(
                    company, { _ = try await rate(user, .dissatisfied, note: note) },
                    [("note", "Note can't be blank")])
            }
            #expect(try await rate(user, .dissatisfied, note: "Still broken", reopen: true))
            let row = try await company.rows(
                "SELECT status, satisfaction, reopen_count, completed_at FROM requests", columns: 4)
            #expect(row == [[.integer(20), .integer(20), .integer(1), .null]])
            try await company.complete(id)
            #expect(try await rate(user, .satisfied), "another outcome is rated anew")
            #expect(try await !rate(user, .dissatisfied, note: "No"), "rated already")
        }
    }
}
