import ServiceDesk
import Store
import Testing
import Wire

@testable import Resources

@Suite struct RowEncoderTests {
    private static func record(
        _ office: Office, _ schema: Schema, _ id: Int64, account: Account? = nil, zone: Zone = .utc
    ) async throws -> JSON {
        let perspective = Perspective(
            person: office.people[0], account: (account ?? office.account).number,
            accountID: (account ?? office.account).id, seesAccount: true, holders: [office.people[0]], zone: zone)
        // As what is one's own anyway, whatever account it belongs to.
        let bytes = try await office.store.read { db in
            try Single.read(
                db, schema, id: id, in: .related("t.id = \(id)"), for: perspective, trashedToo: true)
        }
        return try JSON.parse(bytes)
    }

    @Test(arguments: [
        "\"quoted\"", "back\\slash", "\u{1}\u{2}\u{1f}\u{7f}", "line\nbreak\r\ttab\u{8}\u{c}", "\u{2028}\u{2029}",
        "👩‍👩‍👧‍👦 日本",
        "</script><!--", "{\"id\":1}", "'", "seven b\"", "exactly8\"", String(repeating: "a\"", count: 100), "e\u{301}",
    ])
    func nastyStringsComeOutAsTheyWentIn(_ text: String) async throws {
        try await Office.with { office in
            try await office.change(.teams, office.teams[0], ["name": .text(text)])
            let id = try await office.add {
                var draft = office.request(text, team: office.teams[0])
                draft["source"] = .text(text)
                return draft
            }
            let record = try await Self.record(office, .requests, id)
            #expect(record["subject"] == .string(text) && record["source"] == .string(text))
            #expect(record["team"]?["name"] == .string(text))
            let page = try await Pages(office.store, .requests, for: office.perspective()).page()
            #expect(try page.records.map { $0["subject"] } == [.string(text)])
        }
    }

    @Test func everyTypeIsPrintedAsTheWireHasIt() async throws {
        try await Office.with { office in
            let id = try await office.add {
                var draft = office.request(team: office.teams[0])
                draft["completed_at"] = .integer(1_717_243_200_999_999)
                draft["planned_effort"] = .integer(90)
                draft["checked_items"] = .text("[\"a\"]")
                draft["impact"] = .null
                return draft
            }
            let chicago = try #require(Zone.named("America/Chicago"))
            let record = try await Self.record(office, .requests, id, zone: chicago)
            let expected: [(String, JSON?)] = [
                ("id", .integer(id)), ("completed_at", .string("2024-06-01T07:00:00-05:00")),
                ("next_target_at", .string("best_effort")), ("planned_effort", .integer(90)), ("impact", .null),
                ("category", .string("incident")), ("urgent", .bool(false)), ("custom_fields", .array([])),
                ("checked_items", .array([.string("a")])), ("attachments", .array([])), ("workflow", .null),
                ("new_assignment", .bool(true)), ("note", nil), ("internal_note", nil), ("account", nil),
                ("team", .object(JSONObject([("id", .integer(office.teams[0])), ("name", .string("Desk"))]))),
            ]
            for (name, value) in expected { #expect(record[name] == value, "\(name)") }
        }
    }

    @Test func whatIsEmptyOrZeroIsNotNull() async throws {
        try await Office.with { office in
            let id = try await office.add {
                var draft = office.request("")
                draft["completed_at"] = .integer(0)
                draft["planned_effort"] = .integer(0)
                draft["source"] = .text("")
                return draft
            }
            let record = try await Self.record(office, .requests, id)
            #expect(record["subject"] == .string("") && record["source"] == .string(""))
            #expect(record["completed_at"] == .string("1970-01-01T00:00:00Z"))
            #expect(record["planned_effort"] == .integer(0) && record["reopen_count"] == .integer(0))
            for name in ["sourceID", "waiting_until", "resolution_duration", "team", "satisfaction", "checked_items"] {
                #expect(record[name] == .null, "\(name)")
            }
        }
    }

    @Test func aRecordHasEveryReadableFieldAndAPageItsOwn() async throws {
        try await Office.with { office in
            let id = try await office.add { office.request() }
            guard case .object(let record) = try await Self.record(office, .requests, id) else {
                throw Refusal.notFound
            }
            let readable = Schema.requests.fields.filter { $0.access != .writeOnly }.map(\.name)
            #expect(record.members.map(\.key) == readable)
            let page = try await Pages(office.store, .requests, for: office.perspective()).page()
            guard case .object(let entry)? = try page.records.first else { throw Refusal.notFound }
            #expect(entry.members.map(\.key) == Schema.requests.fields.filter(\.isInCollection).map(\.name))
        }
    }

    @Test func aReferenceSaysWhatIsForeignSetOrDisabled() async throws {
        try await Office.with { office in
            try await office.change(.people, office.people[1], ["sourceID": .text("E-1"), "disabled": true.sqlValue])
            let id = try await office.add {
                var draft = office.request()
                draft["member"] = .integer(office.people[1])
                draft["requested_for"] = .integer(office.stranger)
                return draft
            }
            let own = try await Self.record(office, .requests, id)
            #expect(
                try own["member"]
                    == json("{\"id\":\(office.people[1]),\"name\":\"Ellen\",\"sourceID\":\"E-1\",\"disabled\":true}"))
            #expect(
                try own["requested_for"]
                    == json(
                        """
                        {"id":\(office.stranger),"name":"Frank",\
                        "account":{"id":"wdc","name":"Widget Data Center"}}
                        """))
            #expect(own["account"] == nil)
            let foreign = try await Self.record(office, .requests, id, account: office.foreign)
            let account = try json("{\"id\":\"wna\",\"name\":\"Widget North America\"}")
            #expect(foreign["account"] == account && foreign["member"]?["account"] == account)
            #expect(foreign["requested_for"]?["account"] == nil)
        }
    }

    @Test func whatIsDisabledOrArchivedSaysSo() async throws {
        try await Office.with { office in
            try await office.change(.teams, office.teams[1], ["disabled": true.sqlValue])
            let page = try await Pages(office.store, .teams, for: office.perspective(), [("fields", "name")]).page()
            #expect(try page.records[0] == json("{\"id\":\(office.teams[0]),\"name\":\"Desk\"}"))
            #expect(
                try page.records[1] == json("{\"id\":\(office.teams[1]),\"name\":\"Network\",\"disabled\":true}"))
            let id = try await office.add { office.request() }
            for (place, archived, trashed) in [
                (LifeCycle.archived, "true", nil), (.trashed, nil, "true"), (.active, nil, nil),
            ] as [(LifeCycle, String?, String?)] {
                try await office.store.write { transaction in
                    guard var draft = try Draft.loadUnseen(transaction, .requests, id: id) else {
                        throw Refusal.notFound
                    }
                    try transaction.move(&draft, to: place, by: office.people[0])
                }
                let record = try await Self.record(office, .requests, id)
                #expect(record["archived"]?.text == archived && record["trashed"]?.text == trashed)
            }
        }
    }

    @Test func anEntryBelongsWithItsPerson() async throws {
        try await Office.with { office in
            let id = try await office.add { office.request() }
            try await office.store.write { transaction in
                for person in [office.people[1], office.stranger] {
                    _ = try transaction.execute(
                        """
                        INSERT INTO watches
                        (subject_kind, subject_id, person_id, added_by_id, created_at, updated_at)
                        VALUES (6, \(id), \(person), \(office.people[0]), 0, 0)
                        """)
                }
            }
            let pages = Pages(
                office.store, .watches, .owned(by: Seen(kind: .request, id: id)), for: office.perspective())
            let watches = try await pages.page().records
            #expect(watches.map { $0["account"]?["id"]?.text } == [nil, "wdc"])
            #expect(watches.map { $0["person"]?["account"]?["id"]?.text } == [nil, "wdc"])
            #expect(watches.map { $0["added_by"]?["account"] } == [nil, nil])
        }
    }
}
