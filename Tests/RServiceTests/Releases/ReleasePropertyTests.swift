import ServiceDesk
import Store
import TestSupport
import Testing
import Wire

/// Releases, their workflows and the tasks of these in random sequences of calls: whatever happens, a release is what
/// its workflows make it, and who is to see them does.
@Suite struct ReleasePropertyTests {
    private struct Places {
        var releases: [String] = []
        var workflows: [String] = []
        var tasks: [Int64] = []
    }

    /// A workflow as the model sees it.
    private struct Row {
        let status: String
        let impact: String
        let reason: String?
        let target: Int64?
        let isArchived: Bool
    }

    @Test("a release is what its workflows make it, whatever happens", arguments: [1, 2, 3, 4] as [UInt64])
    func agree(seed: UInt64) async throws {
        try await TestDesk.run { desk in
            try await desk.grant(.workflowManager, Roles(.workflowManager, .releaseManager, .accountAdministrator))
            let managers = [desk.id(.releaseManager), desk.id(.workflowManager)]
            var chance = Chance(seed: seed)
            var places = Places()
            for _ in 0..<3 {
                places.releases.append(try await desk.release())
                let path = try await desk.workflow()
                places.workflows.append(path)
                places.tasks.append(try await desk.task(path))
            }
            var story: [String] = []
            var statuses: Set<String> = []
            for _ in 0..<120 {
                let call = Self.call(&chance, places, managers)
                desk.clock.advance(seconds: 1)
                let reply = try await desk.call(.workflowManager, call.verb, call.path, call.body)
                story.append("\(call.verb) \(call.path) \(call.body?.compact ?? "") \(reply.status)")
                #expect([200, 201, 204, 404, 422].contains(reply.status), "\(story.last ?? "")")
                let wrong = try await Self.wrong(desk) + Self.astray(desk)
                #expect(wrong == [], "seed \(seed): \(story.suffix(12))")
                if !wrong.isEmpty { return }
                statuses.formUnion(
                    try await desk.get(.specialist, "/v1/releases").items.compactMap { $0["status"]?.text })
            }
            #expect(statuses.count == 4, "the calls lead everywhere: \(statuses)")
        }
    }

    private static func call(
        _ chance: inout Chance, _ places: Places, _ managers: [Int64]
    ) -> (verb: Verb, path: String, body: JSON?) {
        let release = chance.pick(places.releases)
        let workflow = chance.pick(places.workflows)
        let task = "/v1/tasks/\(chance.pick(places.tasks))"
        switch Int.random(in: 0..<15, using: &chance.generator) {
        case 0, 1, 2: return (.post, "\(release)\(workflow.dropFirst(3))", nil)
        case 3: return (.delete, "\(release)\(workflow.dropFirst(3))", nil)
        case 4:
            return chance.isRare ? (.delete, "\(release)/workflows", nil) : (.patch, workflow, ["release_id": .null])
        case 5: return (.patch, workflow, ["release_id": .integer(release.number)])
        case 6:
            let reason = chance.pick(["withdrawn", "failed", "partial", "complete"])
            return (.patch, workflow, ["status": "completed", "completion_reason": .string(reason)])
        case 7: return (.post, "\(workflow)/\(chance.pick(["archive", "trash", "restore", "restore"]))", nil)
        case 8: return (.post, "\(release)/\(chance.pick(["archive", "trash", "restore", "restore"]))", nil)
        case 9:
            return (.patch, task, ["impact": .string(chance.pick(["none", "low", "top"]))])
        case 10: return (.patch, release, ["manager_id": .integer(chance.pick(managers))])
        default:
            return (
                .patch, task,
                ["status": .string(chance.pick(["completed", "completed", "failed", "assigned", "canceled"]))]
            )
        }
    }

    /// The grants of releases and workflows that are not what their rows say.
    private static func astray(_ desk: TestDesk) async throws -> [String] {
        try await desk.installation.store.read { db in
            func lines(_ sql: SQL) throws -> Set<String> {
                Set(try db.all(sql) { row in (0..<4).map { String(row.integer($0)) }.joined(separator: " ") })
            }
            let kept = try lines("SELECT holder, kind, life_cycle, record_id FROM grants WHERE kind IN (12, 16)")
            let due = try lines(
                """
                SELECT manager_id, 16, life_cycle, id FROM releases
                UNION ALL SELECT manager_id, 12, life_cycle, id FROM workflows
                UNION ALL SELECT r.manager_id, 12, w.life_cycle, w.id FROM workflows w
                JOIN releases r ON r.id = w.release_id
                """)
            return kept.symmetricDifference(due).map { "grant \($0)" }
        }
    }

    /// What of the releases is not what the model says.
    private static func wrong(_ desk: TestDesk) async throws -> [String] {
        try await desk.installation.store.read { db in
            let names = Dictionary(uniqueKeysWithValues: WorkflowStatusNames.all)
            let rows = try db.all(
                """
                SELECT release_id, status, impact, completion_reason, completion_target_at, life_cycle FROM workflows
                WHERE release_id IS NOT NULL AND life_cycle <> 2
                """
            ) { row in
                (
                    release: row.integer(0),
                    Row(
                        status: names[row.integer(1)] ?? "?", impact: String(row.integer(2)),
                        reason: row.isNull(3) ? nil : String(row.integer(3)), target: row.optionalInteger(4),
                        isArchived: row.integer(5) == 1)
                )
            }
            let linked = Dictionary(grouping: rows, by: \.release).mapValues { $0.map(\.1) }
            return try db.all(
                """
                SELECT id, status, impact, completion_reason, completion_target_at, completed_at FROM releases
                WHERE life_cycle = 0
                """
            ) { row -> [String] in
                let workflows = linked[row.integer(0)] ?? []
                let model = Self.model(workflows)
                var wrong: [String] = []
                if names[row.integer(1)] != model.status { wrong.append("status of \(row.integer(0))") }
                if String(row.integer(2)) != model.impact { wrong.append("impact of \(row.integer(0))") }
                if (row.isNull(3) ? nil : String(row.integer(3))) != model.reason {
                    wrong.append("reason of \(row.integer(0))")
                }
                if row.optionalInteger(4) != workflows.compactMap(\.target).max() {
                    wrong.append("target of \(row.integer(0))")
                }
                if row.isNull(5) == (model.status == "completed") { wrong.append("end of \(row.integer(0))") }
                return wrong
            }.flatMap { $0 }
        }
    }

    /// The documents' words, in the plainest way.
    private static func model(_ workflows: [Row]) -> (status: String, impact: String, reason: String?) {
        let statuses = Set(workflows.map(\.status))
        let status =
            if statuses.isEmpty || statuses == ["registered"] {
                "registered"
            } else if statuses == ["completed"] {
                "completed"
            } else if statuses.contains("halted") { "halted" } else { "going" }
        let active = workflows.filter { !$0.isArchived }
        let reasons = (active.isEmpty ? workflows : active).compactMap(\.reason).compactMap { Int($0) }
        return (
            status, String(workflows.compactMap { Int($0.impact) }.max() ?? 10),
            status == "completed" ? reasons.min().map(String.init) : nil
        )
    }
}

/// What the stored codes of statuses mean to the model.
private enum WorkflowStatusNames {
    static let all: [(Int64, String)] = [
        (10, "registered"), (20, "registered"), (30, "going"), (40, "halted"), (50, "completed"),
    ]
}

/// Draws that come out the same on every run.
private struct Chance {
    var generator: SeededGenerator

    init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

    var isRare: Bool { mutating get { Int.random(in: 0..<4, using: &generator) == 0 } }

    mutating func pick<Value>(_ values: [Value]) -> Value {
        values[Int.random(in: 0..<values.count, using: &generator)]
    }
}
