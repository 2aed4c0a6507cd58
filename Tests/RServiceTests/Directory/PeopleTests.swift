import Foundation
import Testing
import Wire

@Suite struct PeopleTests {
    @Test("administrators create and change people; the answer is the whole person")
    func createAndChange() async throws {
        try await TestDesk.run { desk in
            for who in [Who.administrator, .directoryAdministrator] {
                let reply = try await desk.expect(
                    201, who, .post, "/v1/people",
                    [
                        "name": "Nina New", "primary_email": .string("\(who)@new.example"),
                        "time_zone": "Europe/Amsterdam",
                        "cost_per_hour": "120.50", "cost_per_hour_currency": "EUR",
                        "organization_id": .integer(desk.company.organization),
                        "custom_fields": [["id": "badge", "value": 7]],
                    ])
                let id = try #require(reply["id"]?.integer)
                #expect(reply.header("Location")?.hasSuffix("/v1/people/\(id)") == true)
                #expect(reply["time_zone"] == "Amsterdam" && reply["cost_per_hour"] == "120.5")
                #expect(reply["cost_per_hour_currency"] == "eur" && reply["disabled"] == false)
                #expect(reply["organization"]?["name"] == "Widget IT")
                let changed = try await desk.expect(
                    200, who, .patch, "/v1/people/\(id)", ["name": "Nina Newer", "cost_per_hour": .null, "vip": "T"])
                #expect(changed["name"] == "Nina Newer" && changed["vip"] == true && changed["cost_per_hour"] == .null)
                #expect(changed["custom_fields"] == [["id": "badge", "value": 7]])
                #expect(try await desk.audit("/v1/people/\(id)").map { $0["action"] } == ["create", "update"])
            }
        }
    }

    @Test("who sees the person without the role is refused; who does not see them finds nothing")
    func roles() async throws {
        try await TestDesk.run { desk in
            let path = "/v1/people/\(desk.id(.endUser))"
            for who in [Who.specialist, .analyst, .manager, .auditor, .endUser] {
                try await desk.expect(403, who, .patch, path, ["name": "X"])
                try await desk.expect(403, who, .post, "/v1/people", ["name": "X", "primary_email": "x@y.example"])
            }
            for who in [Who.otherUser, .outsider, .foreigner] {
                try await desk.expect(404, who, .patch, path, ["name": "X"])
                try await desk.expect(404, who, .get, path)
            }
            try await desk.expect(404, .administrator, .get, "/v1/people/\(desk.id(.outsider))")
        }
    }

    @Test(
        "an e-mail address is unique whatever its case, and looks like one",
        arguments: [
            "enduser@wna.example", "ENDUSER@WNA.example", "outsider@wdc.example", "nobody", "a b@c.example", "a@b@c",
            "",
        ])
    func email(address: String) async throws {
        try await TestDesk.run { desk in
            let body: JSON = ["name": "Nina New", "primary_email": .string(address)]
            try await desk.expect(422, .administrator, .post, "/v1/people", body, refused: ["primary_email"])
            let path = "/v1/people/\(desk.id(.otherUser))"
            let change: JSON = ["primary_email": .string(address)]
            try await desk.expect(422, .administrator, .patch, path, change, refused: ["primary_email"])
        }
    }

    @Test(
        "values that break the rules of their fields are refused by name",
        arguments: [
            ("name", .string(String(repeating: "x", count: 129))), ("name", "a\u{0}b"), ("manager_id", 999_999),
            ("organization_id", 999_999), ("time_zone", "Mars/Olympus"), ("cost_per_hour", "much"),
            ("cost_per_hour_currency", "gold"), ("locale", "english"), ("send_email_notifications", "sometimes"),
            ("custom_fields", "x"), ("custom_fields", [["id": 1]]), ("do_not_translate_languages", "en"),
            ("information_attachments", [["key": "a"]]), ("vip", []),
        ] as [(String, JSON)])
    func values(key: String, value: JSON) async throws {
        try await TestDesk.run { desk in
            let field = key.hasSuffix("_id") ? String(key.dropLast(3)) : key
            let body = JSON.object(JSONObject([(key, value)]))
            let path = "/v1/people/\(desk.id(.endUser))"
            try await desk.expect(422, .administrator, .patch, path, body, refused: [field])
        }
    }

    @Test("a disabled person stays readable, is marked in references and lists, and cannot be chosen anew")
    func disabled() async throws {
        try await TestDesk.run { desk in
            let id = try await desk.request(.otherUser)
            let path = "/v1/people/\(desk.id(.otherUser))"
            _ = try await desk.get(.specialist, "/v1/requests/\(id)")
            try await desk.expect(200, .administrator, .patch, path, ["disabled": true])
            let reference: JSON = ["id": .integer(desk.id(.otherUser)), "name": "Otto Byrne", "disabled": true]
            #expect(try await desk.get(.specialist, "/v1/requests/\(id)")["requested_by"] == reference)
            #expect(try await desk.get(.specialist, path)["disabled"] == true)
            let list = try await desk.get(.specialist, "/v1/people/disabled?fields=name")
            let dora: JSON = ["id": .integer(desk.id(.disabled)), "name": "Dora Past", "disabled": true]
            #expect(list.items == [dora, reference])
            #expect(try await desk.get(.specialist, "/v1/people/enabled?name=Otto+Byrne").total == 0)
            try await desk.expect(
                422, .specialist, .patch, "/v1/requests/\(id)", ["requested_for_id": .integer(desk.id(.disabled))],
                refused: ["requested_for"])
            // What was chosen before stays.
            try await desk.expect(200, .specialist, .patch, "/v1/requests/\(id)", ["subject": "Still"])
        }
    }

    @Test("me is the caller under both paths, with or without a role, wherever they work")
    func me() async throws {
        try await TestDesk.run { desk in
            for path in ["/v1/me", "/v1/people/me"] {
                for who in [Who.endUser, .administrator, .foreigner] {
                    let me = try await desk.get(who, path)
                    #expect(me["id"] == .integer(desk.id(who)) && me["account"] == nil)
                }
                let away = try await desk.get(.foreigner, path, headers: ["X-4me-Account": "wna"])
                #expect(away["account"] == ["id": "pro-product", "name": "Widget International"])
                try await desk.expect(401, nil, .get, path)
            }
        }
    }

    @Test("an end user's lists hold themselves alone; those with a role see everybody of the account")
    func lists() async throws {
        try await TestDesk.run { desk in
            #expect(try await desk.get(.endUser, "/v1/people").itemIDs == [desk.id(.endUser)])
            let all = try await desk.get(.auditor, "/v1/people")
            #expect(all.total == Who.allCases.count { $0.account == "wna" })
            #expect(all.items.compactMap { $0["name"]?.text } == all.items.compactMap { $0["name"]?.text }.sorted())
            #expect(
                all.items.first?.keys == [
                    "id", "sourceID", "name", "primary_email", "organization", "site", "manager", "created_at",
                    "updated_at",
                ])
            #expect(try await desk.get(.auditor, "/v1/people/internal").total == all.total)
            let found = try await desk.get(.auditor, "/v1/people?primary_email=EndUser@WNA.example")
            #expect(found.itemIDs == [desk.id(.endUser)])
        }
    }

    @Test("an address is one however its letters are composed, and whatever their case")
    func foldedEmail() async throws {
        try await TestDesk.run { desk in
            let path = "/v1/people/\(desk.id(.endUser))"
            let sent = "Ren\u{E9}.STRASSE@x.example"
            let spellings = ["RENE\u{301}.stra\u{DF}e@X.example", "ren\u{E9}.strasse@x.example", sent]
            let reply = try await desk.expect(200, .administrator, .patch, path, ["primary_email": .string(sent)])
            #expect(
                Array(reply["primary_email"]?.text?.utf8 ?? "".utf8) == Array(sent.utf8), "it is shown as it was sent")
            for spelling in spellings {
                try await desk.expect(
                    422, .administrator, .post, "/v1/people",
                    ["name": "Nina New", "primary_email": .string(spelling)], refused: ["primary_email"])
                let query = try #require(spelling.addingPercentEncoding(withAllowedCharacters: .alphanumerics))
                let found = try await desk.get(.auditor, "/v1/people?primary_email=\(query)")
                #expect(found.itemIDs == [desk.id(.endUser)], "\(spelling)")
            }
            try await desk.expect(
                201, .administrator, .post, "/v1/people",
                ["name": "Nina New", "primary_email": "rene.strasse@x.example"])
        }
    }

    @Test("a new or cleared address of the identity provider is unique too")
    func authenticationID() async throws {
        try await TestDesk.run { desk in
            let (one, two) = ("/v1/people/\(desk.id(.endUser))", "/v1/people/\(desk.id(.otherUser))")
            try await desk.expect(200, .administrator, .patch, one, ["authenticationID": "eva"])
            try await desk.expect(
                422, .administrator, .patch, two, ["authenticationID": "eva"], refused: ["authenticationID"])
            try await desk.expect(200, .administrator, .patch, one, ["authenticationID": .null])
            try await desk.expect(200, .administrator, .patch, two, ["authenticationID": "eva"])
        }
    }
}
