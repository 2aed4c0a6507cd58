import Logging
import ServiceDesk
import Testing
import Wire

@Suite struct ScheduleTests {
    private func scheduler(_ desk: TestDesk) -> Scheduler {
        Scheduler(desk.installation, log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    @Test("tasks begin at their time and at their workflow's, and waiting ends, once each")
    func due() async throws {
        try await TestDesk.run { desk in
            let scheduler = scheduler(desk)
            let path = try await desk.workflow([("start_at", "2023-02-01T12:00:00Z")])
            let first = try await desk.task(path)
            let later = try await desk.task(path, with: [("start_at", "2023-02-01T13:00:00Z")])
            let other = try await desk.task(try await desk.workflow())
            try await desk.expect(
                200, .workflowManager, .patch, "/v1/tasks/\(other)",
                ["status": "waiting_for", "waiting_until": "2023-02-01T12:30:00Z"])
            #expect(try await scheduler.runDue() == 0)
            #expect(try await desk.statuses(first, later, other) == ["registered", "registered", "waiting_for"])
            desk.clock.advance(milliseconds: 3_600_000)
            #expect(try await scheduler.runDue() == 1)
            #expect(try await desk.statuses(first, later, other) == ["assigned", "registered", "waiting_for"])
            desk.clock.advance(milliseconds: 3_600_000)
            #expect(try await scheduler.runDue() == 2)
            #expect(try await desk.statuses(first, later, other) == ["assigned", "assigned", "assigned"])
            #expect(try await scheduler.runDue() == 0)
            #expect(try await desk.audit("/v1/tasks/\(later)").count == 2)
            #expect(try await desk.get(.specialist, "/v1/tasks/\(other)")["waiting_until"] == .null)
        }
    }

    @Test("what is changed before its time comes due at the new one, or not at all")
    func changed() async throws {
        try await TestDesk.run { desk in
            let scheduler = scheduler(desk)
            let path = try await desk.workflow()
            let task = try await desk.task(path, with: [("start_at", "2023-02-01T12:00:00Z")])
            try await desk.expect(
                200, .workflowManager, .patch, "/v1/tasks/\(task)", ["start_at": "2023-02-02T12:00:00Z"])
            desk.clock.advance(milliseconds: 3_600_000)
            #expect(try await scheduler.runDue() == 0)
            try await desk.expect(200, .workflowManager, .patch, "/v1/tasks/\(task)", ["start_at": .null])
            #expect(try await desk.statuses(task) == ["assigned"])
            desk.clock.advance(milliseconds: 48 * 3_600_000)
            #expect(try await scheduler.runDue() == 0)
        }
    }

    @Test("summaries of approvals that come due are made")
    func summaries() async throws {
        try await TestDesk.run { desk in
            let path = try await desk.workflow([("start_at", "2023-02-01T12:00:00Z")])
            let task = try await desk.task(path, "approval")
            try await desk.ask(task, .analyst)
            desk.clock.advance(milliseconds: 3_600_000)
            #expect(try await scheduler(desk).runDue() == 1)
            let approval = try await desk.get(.specialist, "/v1/tasks/\(task)/approvals").items[0]
            #expect(approval["status"] == "assigned" && approval["attachment"]?["size"] != nil)
        }
    }
}
