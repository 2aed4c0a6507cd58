import Resources
import Store
import TestSupport
import Testing
import Wire

@testable import ServiceDesk

@Suite struct TidyTextsTests {
    /// Puts what input would refuse into rows as older programs left them, and tidies it.
    private static func tidy(_ company: Company, _ statements: [SQL]) async throws {
        try await company.store.write { transaction in
            for statement in statements { try transaction.execute(statement) }
            try TidyTexts.apply(transaction, transaction.db.dialect)
        }
    }

    private static func value(_ company: Company, _ sql: SQL) async throws -> SQLValue? {
        try await company.rows(sql, columns: 1).first?.first
    }

    /// A row in every table that holds texts of one line.
    private static func fill(_ company: Company) async throws {
        let request = try await company.request()
        try await company.store.write { transaction in
            let admin = company.admin
            let organization = try Organizations.create(
                transaction, Company.input(.organizations, [("name", .string("O"))]), by: admin)
            let service = try Services.create(
                transaction,
                Company.input(.services, [("name", .string("S")), ("provider_id", .integer(organization))]), by: admin)
            let workflow = try transaction.insert(
                """
                INSERT INTO workflows (account, life_cycle, status, subject, category, impact, justification,
                manager_id, service_id, planned_effort, prevent_request_completion, custom_fields, created_at,
                updated_at)
                VALUES (\(company.account.number), 0, 10, 'W', 10, 10, 10, \(admin.person), \(service), 0, 0,
                '[]', 1, 2)
                RETURNING id
                """)
            try transaction.execute(
                """
                INSERT INTO tasks (account, life_cycle, status, workflow_id, subject, category, impact, team_id,
                manager_id, planned_duration, required_approvals, rejection_count, urgent, provider_not_accountable,
                work_hours_are_24x7, custom_fields, created_at, updated_at)
                VALUES (\(company.account.number), 0, 10, \(workflow), 'T', 10, 10, \(company.teams[0]),
                \(admin.person), 60, 1, 0, 0, 0, 0, '[]', 1, 2)
                """)
            try transaction.execute(
                """
                INSERT INTO phases (account, workflow_id, name, position, status, created_at, updated_at)
                VALUES (\(company.account.number), \(workflow), 'P', 1, 10, 1, 2)
                """)
            try transaction.execute(
                """
                INSERT INTO attachments (account, owner_kind, owner_id, field, key, name, inline, size, created_by_id,
                created_at) VALUES (\(company.account.number), 6, \(request), 'note', 'a/b', 'b', 0, 1,
                \(admin.person), 1)
                """)
            _ = try Tokens.create(
                transaction, person: admin.person, name: "T", scopes: .everything, expiresAt: nil)
        }
    }

    /// Table and column of every field that is one line, or an address.
    private static func columns(_ isWanted: (FieldType) -> Bool) -> [(table: String, field: Field)] {
        let schemas: [Schema] = [
            .people, .organizations, .teams, .services, .requests, .workflows, .tasks, .phases, .attachments, .notes,
            .watches, .approvals,
        ]
        return schemas.flatMap { schema in
            schema.fields.filter { $0.column != nil && isWanted($0.type) }.map { (schema.kind.table, $0) }
        }
    }

    @Test func everyTextOfOneLineIsFolded() async throws {
        try await Company.with { company in
            try await Self.fill(company)
            // What tells people apart must not become what another has, and a key leads to a file.
            let special = ["primary_email", "authentication_id", "key"]
            var columns = Self.columns { if case .string = $0 { true } else { false } }
                .compactMap { field in field.field.column.map { (field.table, $0) } }
                .filter { !special.contains($0.1) }
            columns += [("accounts", "name"), ("tokens", "name"), ("people", "support_folded")]
            #expect(columns.count > 40)
            for (table, column) in columns {
                let text = " a \r\n\t b\u{85}c\u{2028}\u{1}"
                try await Self.tidy(company, ["UPDATE \(raw: table) SET \(raw: column) = \(text)"])
                let kept = try await company.rows("SELECT DISTINCT \(raw: column) FROM \(raw: table)", columns: 1)
                #expect(kept == [[.text("a b c")]], "\(table).\(column)")
            }
        }
    }

    @Test func whatNothingIsLeftOfIsNoTextAnyMore() async throws {
        try await Company.with { company in
            try await Self.fill(company)
            try await Self.tidy(
                company, ["UPDATE requests SET subject = \("\r\n"), closure_code = \("\u{2029}"), rfc_type = \(" ")"])
            #expect(
                try await company.rows("SELECT subject, closure_code, rfc_type FROM requests", columns: 3)
                    == [[.text("?"), .null, .text(" ")]])
        }
    }

    @Test func linksThatLeadNowhereOnTheWebAreCleared() async throws {
        try await Company.with { company in
            try await Self.fill(company)
            for (stored, kept) in [
                ("https://a.example/x.png?b=%20#c", "https://a.example/x.png?b=%20#c"), ("HTTP://A", "HTTP://A"),
                (" https://a.example/x\n.png ", "https://a.example/x.png"),
                ("https://a.example/Ann Ü.png", "https://a.example/Ann%20%C3%9C.png"),
                ("https://a.example/?b[c]=\"<d>\"", "https://a.example/?b%5Bc%5D=%22%3Cd%3E%22"),
                ("https://[2001:db8::1]/x", "https://[2001:db8::1]/x"), ("javascript:alert(1)", nil),
                ("java\nscript:alert(1)", nil), (" javascript:alert(1)", nil), ("data:text/html,<b>", nil),
                ("//a.example/x.png", nil), ("x.png", nil), ("https://", nil), ("https:///x.png", nil), ("\u{1}", nil),
                ("https://a.example/" + String(repeating: "ü", count: 1_000), nil),
            ] as [(String, String?)] {
                for (table, field) in Self.columns({ if case .url = $0 { true } else { false } }) {
                    let column = try #require(field.column)
                    try await Self.tidy(company, ["UPDATE \(raw: table) SET \(raw: column) = \(stored)"])
                    let found = try await company.rows("SELECT DISTINCT \(raw: column) FROM \(raw: table)", columns: 1)
                    #expect(found == [[kept.sqlValue]], "\(table): \(stored)")
                }
            }
        }
    }

    @Test func nobodyGetsWhatTellsAnotherApart() async throws {
        try await Company.with { company in
            let people = [company.users[0], company.users[1], company.stranger].map(\.person)
            var statements: [SQL] = zip(people, ["Odd\u{1}@wna", "Odd\u{2}@wna", "odd?@wna"]).map { id, address in
                """
                UPDATE people SET primary_email = \(address), email_folded = \(address.lowercased()) WHERE id = \(id)
                """
            }
            statements.append("UPDATE people SET authentication_id = \("ann") WHERE id = \(people[1])")
            statements.append("UPDATE people SET authentication_id = \("ann\n") WHERE id = \(people[0])")
            try await Self.tidy(company, statements)
            let found = try await company.rows(
                """
                SELECT primary_email, email_folded, authentication_id FROM people WHERE id IN (\(list: people))
                ORDER BY id
                """, columns: 3)
            #expect(
                found == [
                    [.text("?Odd?@wna"), .text("?odd?@wna"), .null],
                    [.text("??Odd?@wna"), .text("??odd?@wna"), .text("ann")],
                    [.text("odd?@wna"), .text("odd?@wna"), .null],
                ])
        }
    }

    @Test func manyRowsAreTidiedAndEveryOtherStaysAsItIs() async throws {
        try await Company.with { company in
            try await Self.fill(company)
            let request = try await company.request([("subject", .string("One line")), ("note", .string("two\nlines"))])
            let untouched = try await company.everything()
            try await company.store.write { try TidyTexts.apply($0, $0.db.dialect) }
            #expect(try await company.everything() == untouched)

            // More than are held at a time.
            try await company.store.write { transaction in
                for number in 1...2_100 {
                    try transaction.execute(
                        """
                        INSERT INTO teams (account, name, custom_fields, created_at, updated_at)
                        VALUES (\(company.account.number), \("Team\n\(number)"), '[]', 1, 2)
                        """)
                }
                try TidyTexts.apply(transaction, transaction.db.dialect)
            }
            #expect(
                try await company.rows(
                    "SELECT count(*), max(updated_at) FROM teams WHERE created_at = 1 AND name LIKE 'Team %'",
                    columns: 2) == [[.integer(2_100), .integer(2)]])
            #expect(
                try await Self.value(company, "SELECT text FROM notes WHERE owner_id = \(request)")
                    == .text("two\nlines"))
        }
    }
}
