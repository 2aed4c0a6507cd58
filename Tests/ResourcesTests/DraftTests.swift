import ServiceDesk
import Store
import Testing
import Wire

@testable import Resources

@Suite struct DraftTests {
    private static func input(_ schema: Schema, _ text: String) throws -> Input {
        guard case .object(let body) = try json(text) else { throw Refusal.notFound }
        return try Input(schema, body, zone: .utc)
    }

    @Test(arguments: [
        ("[]", "[{\"id\":\"a\",\"value\":1}]", "[{\"id\":\"a\",\"value\":1}]"),
        (
            "[{\"id\":\"a\",\"value\":1},{\"id\":\"b\",\"value\":2}]",
            "[{\"id\":\"b\",\"value\":\"x\"},{\"id\":\"c\",\"value\":3}]",
            "[{\"id\":\"a\",\"value\":1},{\"id\":\"b\",\"value\":\"x\"},{\"id\":\"c\",\"value\":3}]"
        ),
        (
            "[{\"id\":\"a\",\"value\":1},{\"id\":\"b\",\"value\":2}]", "[{\"id\":\"a\",\"value\":null}]",
            "[{\"id\":\"b\",\"value\":2}]"
        ),
        ("[{\"id\":\"a\",\"value\":1}]", "[]", "[{\"id\":\"a\",\"value\":1}]"),
    ])
    func customFieldsAreMerged(_ before: String, _ sent: String, _ after: String) throws {
        var draft = Draft(new: .requests, account: 1)
        draft["custom_fields"] = .text(before)
        try draft.take(Self.input(.requests, "{\"custom_fields\":\(sent)}"))
        #expect(draft["custom_fields"] == .text(after))
    }

    @Test func customFieldsThatBecomeTooManyAreRefused() throws {
        func list(_ range: Range<Int>) -> String {
            "[" + range.map { "{\"id\":\"f\($0)\",\"value\":1}" }.joined(separator: ",") + "]"
        }
        var draft = Draft(new: .requests, account: 1)
        draft["custom_fields"] = .text(list(0..<CustomFields.maximumCount))
        try draft.take(Self.input(.requests, "{\"custom_fields\":\(list(100..<101))}"))
        #expect(draft.refused == [FieldError("custom_fields", "Custom fields are too many")])
        #expect(draft["custom_fields"] == .text(list(0..<100)))
        try draft.take(Self.input(.requests, "{\"custom_fields\":\(list(0..<1))}"))
        #expect(draft["custom_fields"] == .text(list(0..<100)))
    }

    @Test func onlyWhatMayBeWrittenIsTaken() throws {
        var draft = Draft(new: .requests, account: 1)
        try draft.take(Self.input(.requests, "{\"subject\":\"a\",\"id\":7,\"reopen_count\":9,\"note\":\"x\"}"))
        #expect(draft.changedFields.map(\.name) == ["subject"])
        #expect(draft.isNew && draft.changes("subject") && !draft.changes("reopen_count"))
        #expect(draft.blankFields == [FieldError("category", "Category can't be blank")])
    }

    @Test func anUnchangedSaveWritesNothing() async throws {
        try await Office.with { office in
            let id = try await office.add { office.request(team: office.teams[0]) }
            let before = try await Self.everything(office)
            try await office.withSecondStore { later in
                try await later.write { transaction in
                    guard var draft = try Draft.loadUnseen(transaction, .requests, id: id) else {
                        throw Refusal.notFound
                    }
                    draft["subject"] = .text("other")
                    draft["subject"] = .text("Subject")
                    _ = try transaction.save(&draft, by: office.people[1])
                }
            }
            let after = try await Self.everything(office)
            #expect(after == before)
        }
    }

    /// What a save may touch: the record, its history and the tallies.
    private static func everything(_ office: Office) async throws -> [[[SQLValue]]] {
        [
            try await office.rows("SELECT * FROM requests ORDER BY id", columns: 44),
            try await office.rows("SELECT * FROM audit_lines ORDER BY id", columns: 9),
            try await office.rows("SELECT * FROM tallies ORDER BY 1, 2, 3, 4, 5", columns: 6),
        ]
    }

    @Test func aChangeWritesItsColumnsAndTheStampOnly() async throws {
        try await Office.with { office in
            let id = try await office.add { office.request() }
            let other = try await office.add { office.request("Other") }
            let before = try await office.rows("SELECT * FROM requests ORDER BY id", columns: 44)
            try await office.change(.requests, id, ["subject": .text("New"), "team": .integer(office.teams[1])])
            let after = try await office.rows("SELECT * FROM requests ORDER BY id", columns: 44)
            let changed = zip(before[0], after[0]).filter { $0 != $1 }.map(\.1)
            #expect(changed == [.text("New"), .integer(office.teams[1])])
            #expect(after[1] == before[1], "request \(other) has nothing to do with it")
            let lines = try await office.rows(
                "SELECT action, user_id, changes FROM audit_lines WHERE kind = 6 AND record_id = \(id) ORDER BY id",
                columns: 3)
            #expect(lines.count == 2)
            #expect(
                lines[1] == [
                    .integer(2), .integer(office.people[0]),
                    .text(
                        """
                        {"subject":["Subject","New"],"team":[null,{"id":\(office.teams[1]),"name":"Network"}]}
                        """),
                ])
        }
    }

    @Test func anAuditLineSaysEachValueAsTheWireDoes() async throws {
        try await Office.with { office in
            let id = try await office.add { office.request() }
            try await office.change(
                .requests, id,
                [
                    "status": .integer(RequestStatus.waitingFor.rawValue), "impact": .null, "urgent": true.sqlValue,
                    "waiting_until": .integer(1_717_243_200_123_456), "next_target_at": .integer(Target.noTarget),
                    "planned_effort": .integer(90), "checked_items": .text("[\"a\"]"),
                    "custom_fields": .text("[{\"id\":\"a\",\"value\":1}]"), "member": .integer(office.people[1]),
                ])
            let text = try await office.rows(
                "SELECT changes FROM audit_lines WHERE kind = 6 AND record_id = \(id) AND action = 2", columns: 1)[0][0]
            let expected = """
                {"impact":["low",null],"status":["assigned","waiting_for"],"next_target_at":["best_effort","no_target"],
                "member":[null,{"id":\(office.people[1]),"name":"Ellen"}],"checked_items":[null,["a"]],
                "custom_fields":[[],[{"id":"a","value":1}]],"planned_effort":[null,90],"urgent":[false,true],
                "waiting_until":[null,"2024-06-01T12:00:00Z"]}
                """
            #expect(try json(text.text ?? "") == json(expected))
        }
    }

    @Test func aNewRecordsLineHasItsValuesAndNoStamps() async throws {
        try await Office.with { office in
            let id = try await office.add { office.request("A \"b\"", team: office.teams[0]) }
            let text = try await office.rows(
                "SELECT changes FROM audit_lines WHERE kind = 6 AND record_id = \(id)", columns: 1)[0][0]
            let changes = try json(text.text ?? "")
            #expect(changes["subject"] == .array([.null, .string("A \"b\"")]))
            #expect(try changes["team"] == json("[null,{\"id\":\(office.teams[0]),\"name\":\"Desk\"}]"))
            for name in ["created_at", "updated_at", "completed_at", "id"] { #expect(changes[name] == nil) }
        }
    }

    /// Whether the second save changes what there is or is refused: what is counted stays what there is.
    @Test func aDraftSavedTwiceNeverCountsTwice() async throws {
        try await Office.with { office in
            try? await office.store.write { transaction in
                var draft = office.request()
                _ = try transaction.save(&draft, by: office.people[0])
                draft["status"] = .integer(RequestStatus.accepted.rawValue)
                _ = try transaction.save(&draft, by: office.people[0])
            }
            let tallies = try await office.rows(
                "SELECT status, CAST(sum(total) AS bigint) FROM tallies GROUP BY status HAVING sum(total) <> 0",
                columns: 2)
            let counted = try await office.rows("SELECT status, count(*) FROM requests GROUP BY status", columns: 2)
            #expect(tallies == counted)
        }
    }
}
