import Testing
import Wire

/// What answers must not tell, and what roles must not reach.
@Suite struct DiscretionTests {
    @Test("a watch of a request one does not see is not there, whatever If-Match says")
    func invisibleWatch() async throws {
        try await TestDesk.run { desk in
            let id = try await desk.request()
            let watch = try await desk.create(
                .endUser, "/v1/requests/\(id)/watches", ["person_id": .integer(desk.id(.endUser))])
            for verb in [Verb.delete, .patch] {
                try await desk.expect(
                    404, .otherUser, verb, "/v1/requests/\(id)/watches/\(watch)", [:], headers: ["If-Match": "\"x\""])
            }
            try await desk.expect(
                412, .endUser, .delete, "/v1/requests/\(id)/watches/\(watch)", headers: ["If-Match": "\"x\""])
        }
    }

    @Test("naming somebody one may not name tells nothing of whether they exist")
    func people() async throws {
        try await TestDesk.run { desk in
            var answers: [JSON] = []
            for person in [desk.id(.specialist), desk.id(.disabled), 999_999] {
                let reply = try await desk.expect(
                    422, .endUser, .post, "/v1/requests",
                    ["subject": "For whom?", "category": "other", "requested_for_id": .integer(person)],
                    refused: ["requested_for"])
                answers.append(reply.json)
            }
            #expect(answers.allSatisfy { $0 == answers[0] })
        }
    }

    @Test("the group of a request is shown to those who see the account")
    func group() async throws {
        try await TestDesk.run { desk in
            let own = try await desk.request()
            let group = try await desk.request(.otherUser, [("subject", "A secret of somebody else")])
            try await desk.expect(
                200, .specialist, .patch, "/v1/requests/\(own)", ["grouped_into_id": .integer(group)])
            #expect(try await desk.get(.endUser, "/v1/requests/\(own)")["grouped_into"] == JSON.null)
            let history = try await desk.get(.endUser, "/v1/requests/\(own)/audit")
            #expect(!history.json.compact.contains("secret"))
            #expect(!history.json.compact.contains("grouped_into"))
            let told = try await desk.get(.specialist, "/v1/requests/\(own)/audit")
            #expect(told.json.compact.contains(#""grouped_into":[null,{"id":\#(group)}]"#))
            for filter in ["grouped_into=\(group)", "grouped_into=!", "grouped_into=", "grouped_into!=1"] {
                #expect(try await desk.get(.endUser, "/v1/requests?\(filter)").items.isEmpty)
            }
            #expect(try await desk.get(.specialist, "/v1/requests?grouped_into=\(group)").items.count == 1)
        }
    }

    @Test("how an account administrator signs in is another one's to change, and nobody disables themselves")
    func administrators() async throws {
        try await TestDesk.run { desk in
            let administrator = "/v1/people/\(desk.id(.administrator))"
            for change: JSON in [
                ["disabled": true], ["primary_email": "mine@example.com"], ["authenticationID": "mine"],
            ] {
                try await desk.expect(403, .directoryAdministrator, .patch, administrator, change)
            }
            try await desk.expect(200, .directoryAdministrator, .patch, administrator, ["job_title": "Chief"])
            try await desk.expect(
                422, .administrator, .patch, administrator, ["disabled": true], refused: ["disabled"])
        }
    }

    @Test("a token reads lists of a kind its scopes name, wherever they hang")
    func scopes() async throws {
        try await TestDesk.run { desk in
            let team = try await desk.create(.administrator, "/v1/teams", ["name": "Night shift"])
            for (scopes, path) in [
                ("team:R", "/v1/teams/\(team)/members"), ("person:R", "/v1/people/\(desk.id(.specialist))/teams"),
            ] {
                let narrow = try await desk.token(.specialist, scopes: scopes)
                let wide = try await desk.token(.specialist, scopes: "team:R person:R")
                try await desk.expect(403, nil, .get, path, headers: ["Authorization": "Bearer \(narrow)"])
                try await desk.expect(200, nil, .get, path, headers: ["Authorization": "Bearer \(wide)"])
            }
        }
    }

    @Test("what would cost without bound is refused")
    func bounds() async throws {
        try await TestDesk.run { desk in
            let ids = (1...300).map(String.init).joined(separator: ",")
            try await desk.expect(200, .specialist, .get, "/v1/requests?id=\(ids)")
            try await desk.expect(400, .specialist, .get, "/v1/requests?id=\(ids)&id=\(ids)")
            let reply = try await desk.call(
                .specialist, .post, "/v1/requests", raw: Array(repeating: 45, count: 1_000),
                headers: ["Content-Type": "multipart/form-data; boundary=\(String(repeating: "-", count: 71))"])
            #expect(reply.status == 400)
        }
    }
}
