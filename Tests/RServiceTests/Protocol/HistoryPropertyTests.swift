import Resources
import ServiceDesk
import Store
import TestSupport
import Testing
import Wire

/// Whatever a call changes has a new `updated_at` where it has one, and stands in the history of a record; and a
/// history tells of nothing that did not happen.
@Suite struct HistoryPropertyTests {
    /// All rows that are no bookkeeping, by table and by what names them, and the lines of all histories.
    private struct World: Equatable {
        struct Line: Hashable {
            let kind: Int64
            let record: Int64
        }

        private(set) var tables: [String: [[SQLValue]: [String: SQLValue]]] = [:]
        private(set) var lines: [Int64: Line] = [:]

        /// What is kept so that something else is quick, sure or later: no client ever sees its rows.
        private static let bookkeeping: Set<String> = [
            "accounts", "archive_entries", "due", "epochs", "file_removals", "grants", "heartbeats", "jobs",
            "migrations", "roles", "secrets", "sweeps", "tallies", "tokens", "trusts", "uploads",
        ]

        init(_ db: Database) throws {
            for table in try db.tables() where !Self.bookkeeping.contains(table) && table != "audit_lines" {
                let columns = try db.columns(of: table)
                var rows: [[SQLValue]: [String: SQLValue]] = [:]
                try db.query("SELECT \(raw: columns.joined(separator: ", ")) FROM \(raw: table)") { row in
                    var values: [String: SQLValue] = [:]
                    for (place, column) in columns.enumerated() { values[column] = row.value(Int32(place)) }
                    rows[columns.contains("id") ? [values["id"] ?? .null] : columns.map { values[$0] ?? .null }] =
                        values
                }
                tables[table] = rows
            }
            try db.query("SELECT id, kind, record_id FROM audit_lines") { row in
                lines[row.integer(0)] = Line(kind: row.integer(1), record: row.integer(2))
            }
        }
    }

    private static let records: [String: RecordKind] = [
        "people": .person, "teams": .team, "organizations": .organization, "services": .service, "requests": .request,
        "workflows": .workflow, "tasks": .task, "releases": .release,
    ]

    /// The records in one of whose histories a row of a table belongs.
    private static func owners(_ table: String, _ row: [String: SQLValue], in world: World) -> [World.Line] {
        func line(_ kind: RecordKind, _ column: String) -> World.Line {
            World.Line(kind: kind.code, record: row[column]?.integer ?? 0)
        }
        /// A workflow and its tasks: what follows from one task changes approvals of another, and phases.
        func whole(_ workflow: SQLValue?) -> [World.Line] {
            let tasks = (world.tables["tasks"] ?? [:]).values.filter { $0["workflow_id"] == workflow }
            return tasks.map { World.Line(kind: RecordKind.task.code, record: $0["id"]?.integer ?? 0) }
                + [World.Line(kind: RecordKind.workflow.code, record: workflow?.integer ?? 0)]
        }
        if let kind = records[table] { return [line(kind, "id")] }
        switch table {
        case "team_members": return [line(.team, "team_id")]
        case "task_links": return [line(.task, "task_id"), line(.task, "successor_id")]
        case "watches": return [line(.request, "subject_id")]
        case "phases": return whole(row["workflow_id"])
        case "approvals": return whole(world.tables["tasks"]?[[row["task_id"] ?? .null]]?["workflow_id"])
        default: return []
        }
    }

    /// What differs without a new time or without a line.
    private static func complaints(_ before: World, _ after: World) -> [String] {
        let lines = Set(after.lines.filter { before.lines[$0.key] == nil }.values)
        var complaints: [String] = []
        var isChanged = false
        for (table, rows) in after.tables {
            let old = before.tables[table] ?? [:]
            for key in Set(rows.keys).union(old.keys) where rows[key] != old[key] {
                isChanged = true
                let row = rows[key] ?? old[key] ?? [:]
                // Notes are their own history.
                if table == "notes" { continue }
                // Where its request lies is no value of a watch.
                if table == "watches",
                    rows[key]?.filter({ $0.key != "life_cycle" })
                        == old[key]?.filter({ $0.key != "life_cycle" })
                {
                    continue
                }
                if Set(owners(table, row, in: after)).isDisjoint(with: lines) {
                    complaints.append("\(table) \(key): no line; \(old[key] ?? [:]) → \(rows[key] ?? [:])")
                }
                if let time = rows[key]?["updated_at"], time == old[key]?["updated_at"] {
                    complaints.append("\(table) \(key): the old time; \(old[key] ?? [:]) → \(rows[key] ?? [:])")
                }
            }
        }
        if !lines.isEmpty, !isChanged { complaints.append("lines without a change: \(lines)") }
        return complaints
    }

    // MARK: Calls

    /// The records of a small world, by their paths.
    private struct Places {
        let requests: [String]
        let workflows: [String]
        let releases: [String]
        let tasks: [String]
        let approvals: [String]
        let phases: [String]
        let team: String
    }

    private static func build(_ desk: TestDesk) async throws -> Places {
        let team: [(String, JSON)] = [("team_id", .integer(desk.company.serviceDesk))]
        var requests: [String] = []
        for who in [Who.endUser, .otherUser, .endUser] {
            requests.append("/v1/requests/\(try await desk.request(who))")
        }
        try await desk.grant(.otherUser, Roles(.workflowManager))
        let workflows = [try await desk.workflow(), try await desk.workflow([("start_at", "2023-02-01T06:00")])]
        try await desk.grant(.administrator, Roles(.accountAdministrator, .releaseManager))
        let releases = [try await desk.release(), try await desk.release()]
        var (tasks, approvals, phases): ([String], [String], [String]) = ([], [], [])
        for workflow in workflows {
            let phase = try await desk.create(.workflowManager, "\(workflow)/phases", ["name": "Build"])
            phases.append("\(workflow)/phases")
            let first = try await desk.task(workflow, with: team + [("phase_id", .integer(phase))])
            let second = try await desk.task(workflow, after: [first], with: [("planned_effort", 30)])
            let approval = try await desk.task(workflow, "approval", with: [("phase_id", .integer(phase))])
            tasks += [first, second].map { "/v1/tasks/\($0)" }
            approvals.append("/v1/tasks/\(approval)")
        }
        return Places(
            requests: requests, workflows: workflows, releases: releases, tasks: tasks, approvals: approvals,
            phases: phases,
            team: "/v1/teams/\(desk.company.serviceDesk)")
    }

    /// A random call. Many are refused; then nothing has changed either.
    private static func call(
        _ desk: TestDesk, _ places: Places, _ generator: inout SeededGenerator
    ) -> (Who, Verb, String, JSON?) {
        func any<Value>(_ values: [Value], _ other: Value) -> Value { values.randomElement(using: &generator) ?? other }
        func id(_ path: String) -> JSON { .integer(Int64(path.split(separator: "/").last ?? "") ?? 0) }
        let others: [Who] = [.specialist, .workflowManager, .analyst, .endUser, .auditor]
        let who = Bool.random(using: &generator) ? .administrator : any(others, .auditor)
        let person = JSON.integer(desk.id(any([Who.specialist, .analyst, .endUser, .otherUser, .auditor], .endUser)))
        let request = any(places.requests, "")
        let workflow = any(places.workflows, "")
        let release = any(places.releases, "")
        let task = any(places.tasks, "")
        let approval = any(places.approvals, "")
        let entry = Int.random(in: 1...6, using: &generator)
        let word = JSON.string(any(["One", "Two", "Three"], ""))
        let flag = JSON.bool(Bool.random(using: &generator))
        switch Int.random(in: 0..<37, using: &generator) {
        case 0: return (who, .patch, request, ["subject": word, "urgent": flag, "note": any([.null, "Seen"], .null)])
        case 1: return (who, .patch, request, ["status": any(["assigned", "in_progress", "accepted"], "")])
        case 2, 3: return (who, .patch, request, ["status": "completed", "completion_reason": "solved"])
        case 4: return (who, .patch, request, ["grouped_into_id": any([.null, id(any(places.requests, ""))], .null)])
        case 5: return (.administrator, .post, "\(request)/\(any(["archive", "trash", "restore", "restore"], ""))", nil)
        case 6, 7: return (who, .post, "\(request)/watches", ["person_id": person])
        case 8: return (who, .patch, "\(request)/watches/\(entry)", ["person_id": person])
        case 9: return (who, .delete, "\(request)/watches/\(any(["", "\(entry)"], ""))", nil)
        case 10: return (.endUser, .post, "\(request)/dissatisfied", ["note": "Still", "reopen": flag])
        case 11: return (who, .patch, request, ["workflow_id": any([.null, id(workflow)], .null)])
        case 12: return (who, .post, "\(workflow)/requests/\(id(request).compact)", nil)
        case 13: return (who, .delete, "\(workflow)/requests", nil)
        case 14: return (who, .patch, workflow, ["subject": word, "prevent_request_completion": flag])
        case 15:
            return (who, .patch, workflow, ["manager_id": any([person, .integer(desk.id(.workflowManager))], person)])
        case 16: return (who, .patch, workflow, ["status": "completed", "completion_reason": "withdrawn"])
        case 17: return (.administrator, .post, "\(workflow)/\(any(["archive", "restore", "restore"], ""))", nil)
        case 18: return (who, .post, "\(workflow)/phases", ["name": word])
        case 19: return (who, .patch, "\(any(places.phases, ""))/\(entry)", ["name": word, "position": 7])
        case 20: return (who, .delete, "\(any(places.phases, ""))/\(any(["", "\(entry)"], ""))", nil)
        case 21: return (who, .patch, task, ["phase_id": any([.null, .integer(Int64(entry % 4))], .null)])
        case 22: return (who, .patch, task, ["subject": word, "planned_duration": any([30, 60], 60)])
        case 23, 24: return (who, .patch, task, ["status": any(["assigned", "completed", "failed", "accepted"], "")])
        case 25: return (who, .post, "\(task)/successors/\(id(any(places.tasks, "")).compact)", nil)
        case 26: return (who, .delete, "\(task)/\(any(["successors", "predecessors"], ""))", nil)
        case 27: return (who, .post, "\(approval)/approvals", ["approver_id": person])
        case 28: return (who, .delete, "\(approval)/approvals/\(any(["", "\(entry)"], ""))", nil)
        case 29:
            return (
                who, .patch, approval,
                ["status": any(["approved", "rejected", "assigned"], ""), "required_approvals": 2]
            )
        case 31: return (who, .post, "\(release)/workflows/\(id(workflow).compact)", nil)
        case 32: return (who, .delete, "\(release)/workflows", nil)
        case 33: return (who, .patch, workflow, ["release_id": any([.null, id(release)], .null)])
        case 34: return (who, .patch, release, ["subject": word, "note": any([.null, "Seen"], .null)])
        case 35: return (.administrator, .post, "\(release)/\(any(["archive", "restore", "restore"], ""))", nil)
        case 30: return (who, any([.post, .delete], .post), "\(places.team)/members/\(person.compact)", nil)
        default: return (who, .patch, places.team, ["name": word, "coordinator_id": any([.null, person], .null)])
        }
    }

    @Test("every change has its time and its line", arguments: [1, 2, 3] as [UInt64])
    func everyChange(seed: UInt64) async throws {
        try await TestDesk.run { desk in
            let places = try await Self.build(desk)
            var generator = SeededGenerator(seed: seed)
            var before = try await desk.installation.store.read { try World($0) }
            var done = 0
            for step in 0..<150 {
                desk.clock.advance(seconds: 61)
                let (who, verb, path, body) = Self.call(desk, places, &generator)
                let reply = try await desk.call(who, verb, path, body)
                let after = try await desk.installation.store.read { try World($0) }
                let hint = "step \(step): \(who) \(verb) \(path) \(body?.compact ?? "") → \(reply.status)"
                #expect(Self.complaints(before, after) == [], "\(hint)")
                if reply.status >= 300 { #expect(before == after, "\(hint)") }
                if before != after { done += 1 }
                before = after
            }
            #expect(done > 30, "many calls did something")
        }
    }
}
