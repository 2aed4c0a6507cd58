import Files
import Logging
import Resources
import Store
import TestSupport
import Testing
import Wire

@testable import ServiceDesk

/// Requests that wait already when a database becomes one of this version.
@Suite struct WaitingRequestsTests {
    @Test(
        "those that wait for a time come due at it, those that wait for nothing any more at once, after a restart too")
    func entered() async throws {
        try await Company.with { company in
            let waiting = try await company.request([
                ("status", .string("waiting_for")), ("waiting_until", .string("2024-06-01T13:00:00Z")),
            ])
            let (open, stuck, going, archived) = (
                try await company.request(), try await company.request(), try await company.request(),
                try await company.request()
            )
            // As an older version left it.
            try await company.store.write { transaction in
                try transaction.execute("DELETE FROM due")
                let organization = try Organizations.create(
                    transaction, Company.input(.organizations, [("name", .string("O"))]), by: company.admin)
                let service = try Services.create(
                    transaction,
                    Company.input(.services, [("name", .string("S")), ("provider_id", .integer(organization))]),
                    by: company.admin)
                func wait(_ request: Int64, forStatus status: WorkflowStatus, in lifeCycle: LifeCycle = .active) throws
                {
                    let workflow = try transaction.insert(
                        """
                        INSERT INTO workflows (account, life_cycle, status, subject, category, impact, justification,
                        manager_id, service_id, planned_effort, prevent_request_completion, custom_fields, created_at,
                        updated_at, completion_reason)
                        VALUES (\(company.account.number), \(lifeCycle.rawValue), \(status.rawValue), 'W', 10, 10, 10,
                        \(company.admin.person), \(service), 0, 1, '[]', 1, 2,
                        \((status == .completed ? 70 : nil as Int64?).sqlValue)) RETURNING id
                        """)
                    try transaction.execute(
                        "UPDATE requests SET status = 70, workflow_id = \(workflow) WHERE id = \(request)")
                }
                try wait(stuck, forStatus: .completed)
                try wait(going, forStatus: .inProgress)
                try wait(archived, forStatus: .completed, in: .archived)
                try WaitingRequests.enter(transaction)
            }
            let entries = try await company.rows("SELECT record_id, at FROM due ORDER BY record_id", columns: 2)
            let now = SQLValue.integer(company.clock.time.microseconds)
            #expect(
                entries == [
                    [.integer(waiting), .integer(1_717_246_800_000_000)], [.integer(stuck), now],
                    [.integer(archived), now],
                ])
            #expect(try await Self.runDue(company) == 2)
            #expect(try await Self.statuses(company, waiting, open, stuck, going, archived) == [50, 20, 20, 70, 20])
            company.clock.advance(seconds: 3_600)
            #expect(try await Self.runDue(company) == 1)
            #expect(try await Self.statuses(company, waiting, open, stuck, going, archived) == [20, 20, 20, 70, 20])
            let notes = try await company.rows(
                "SELECT owner_id, person_id, medium, internal FROM notes ORDER BY id", columns: 4)
            #expect(
                notes
                    == [stuck, archived].map {
                        [
                            .integer($0), .integer(company.admin.person), .integer(NoteMedium.system.rawValue),
                            .integer(0),
                        ]
                    })
        }
    }

    /// Does what is due as a server does that has just begun.
    private static func runDue(_ company: Company) async throws -> Int {
        let folder = try TestFolder()
        var options = Store.Options()
        options.clock = { company.clock.time }
        let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let desk = try await Installation(
            at: company.database.address, options: options,
            attachments: AttachmentOptions(.folder(folder.path, form: .local)), log: log)
        defer { desk.store.close() }
        return try await Scheduler(desk, log: log).runDue()
    }

    private static func statuses(_ company: Company, _ requests: Int64...) async throws -> [Int64?] {
        let rows = try await company.rows("SELECT id, status FROM requests", columns: 2)
        return requests.map { id in rows.first { $0[0] == .integer(id) }?[1].integer }
    }
}
