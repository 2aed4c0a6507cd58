import Foundation
import Logging
import ServiceDesk
import Store
import TestSupport
import Testing
import Wire

/// Summaries are made anew when what they say has changed and their approver has not answered.
@Suite struct SummaryRenewalTests {
    private static let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    /// A desk with a workflow whose approval is asked for.
    private struct Scene {
        let desk: TestDesk
        let path: String
        let task: Int64

        init(_ desk: TestDesk, _ people: Who...) async throws {
            self.desk = desk
            path = try await desk.workflow()
            task = try await desk.task(path, "approval", with: [("required_approvals", 2)])
            for who in people { try await desk.ask(task, who) }
            try await settle()
        }

        /// Lets a while pass in which nothing changes, and what is out of date be made anew.
        func settle() async throws {
            desk.clock.advance(seconds: 5)
            try await desk.installation.summaries.renew(log: SummaryRenewalTests.log)
        }

        /// Where the files of the approvers are.
        func addresses() async throws -> [String] {
            try await desk.get(.specialist, "/v1/tasks/\(task)/approvals").items.map {
                String(($0["attachment"]?["uri"]?.text ?? "").prefix { $0 != "?" })
            }
        }

        /// How many of them are other files after a change.
        func renewed(_ change: () async throws -> Void) async throws -> [Bool] {
            let before = try await addresses()
            try await change()
            let meanwhile = try await addresses()
            #expect(meanwhile.starts(with: before), "changes are gathered first")
            try await settle()
            return zip(before, try await addresses()).map { $0 != $1 }
        }

        /// How many workflows wait for that.
        func waiting() async throws -> Int64? {
            try await desk.installation.store.read { db in
                try db.first("SELECT count(*) FROM jobs") { $0.integer(0) }
            }
        }
    }

    @Test("by a change of whatever they tell of")
    func changes() async throws {
        try await TestDesk.run { desk in
            let scene = try await Scene(desk, .analyst)
            let (path, task) = (scene.path, "/v1/tasks/\(scene.task)")
            let other = try await desk.task(path)
            let request = try await desk.request()
            let phase = try await desk.create(.workflowManager, "\(path)/phases", ["name": "Build"])
            try await scene.settle()
            let changes: [(String, Verb, String, JSON?)] = [
                ("the workflow", .patch, path, ["subject": "Replace both"]),
                ("a custom field", .patch, path, ["custom_fields": [["id": "a", "value": "b"]]]),
                ("its note", .post, "\(path)/notes", ["text": "Because"]),
                ("the instructions", .patch, task, ["instructions": "Look twice"]),
                ("another task", .patch, "/v1/tasks/\(other)", ["impact": "high"]),
                ("a note on the task", .post, "/v1/tasks/\(scene.task)/notes", ["text": "Ready"]),
                ("an order", .post, "/v1/tasks/\(other)/successors/\(scene.task)", nil),
                ("a phase", .patch, "\(path)/phases/\(phase)", ["name": "Build it"]),
                ("another approver", .post, "\(task)/approvals", ["approver_id": .integer(desk.id(.endUser))]),
                ("a request", .post, "\(path)/requests/\(request)", nil),
            ]
            for (what, verb, address, body) in changes {
                let renewed = try await scene.renewed {
                    let reply = try await desk.call(.administrator, verb, address, body)
                    #expect(reply.status < 300, "\(what)")
                }
                #expect(renewed.first == true, "\(what)")
            }
            let renewed = try await scene.renewed {
                try await desk.expect(200, .specialist, .patch, "/v1/requests/\(request)", ["subject": "Slow"])
            }
            #expect(renewed == [true, true])
            #expect(try await scene.waiting() == 0)
        }
    }

    @Test("not by what they do not tell")
    func untold() async throws {
        try await TestDesk.run { desk in
            let scene = try await Scene(desk, .analyst)
            let task = "/v1/tasks/\(scene.task)"
            let renewed = try await scene.renewed {
                try await desk.expect(
                    201, .administrator, .post, "\(scene.path)/notes", ["text": "Among us", "internal": true])
                try await desk.expect(200, .administrator, .patch, scene.path, ["source": "elsewhere"])
                try await desk.expect(200, .administrator, .patch, task, ["urgent": true])
                _ = try await desk.task(try await desk.workflow())
            }
            #expect(renewed == [false])
            // What changes nothing leaves no row either.
            let before = try await desk.snapshot()
            try await desk.expect(200, .administrator, .patch, task, ["urgent": true])
            try await desk.expect(200, .administrator, .patch, scene.path, ["source": "elsewhere"])
            #expect(try await desk.snapshot() == before)
        }
    }

    @Test("who has answered keeps what they decided by; the others read of the answer")
    func answered() async throws {
        try await TestDesk.run { desk in
            let scene = try await Scene(desk, .analyst, .endUser, .otherUser)
            let renewed = try await scene.renewed { try await desk.set(scene.task, "approved", by: .endUser) }
            #expect(renewed == [true, false, true])
            let last = try await scene.renewed { try await desk.set(scene.task, "approved", by: .analyst) }
            #expect(last == [false, false, false])
            #expect(try await desk.approvals(scene.task) == ["approved", "approved", "canceled"])
        }
    }

    @Test("many changes are gathered, and one that comes while they are looked at is not lost")
    func gathered() async throws {
        try await TestDesk.run { desk in
            let scene = try await Scene(desk, .analyst)
            let before = try await scene.addresses()
            for number in 0..<5 {
                try await desk.expect(
                    201, .administrator, .post, "\(scene.path)/notes", ["text": .string("Note \(number)")])
                desk.clock.advance(milliseconds: 900)
                try await desk.installation.summaries.renew(log: Self.log)
                #expect(try await scene.addresses() == before)
            }
            #expect(try await scene.waiting() == 1)
            desk.clock.advance(milliseconds: 500)
            try await desk.installation.summaries.renew(log: Self.log)
            #expect(try await scene.addresses() != before)
            #expect(try await scene.waiting() == 0)
            // The file that was there is given up.
            let removals = try await desk.installation.store.read { db in
                try db.first("SELECT count(*) FROM file_removals") { $0.integer(0) }
            }
            #expect(removals == 1)
        }
    }

    @Test("what cannot be made is tried again later")
    func failure() async throws {
        try await TestDesk.run { desk in
            let (heavy, light) = (try await Scene(desk, .analyst), try await Scene(desk, .analyst))
            let before = (try await heavy.addresses(), try await light.addresses())
            for scene in [heavy, light] {
                try await desk.expect(201, .administrator, .post, "\(scene.path)/notes", ["text": "New"])
            }
            // The folder for files is no folder for a while.
            let aside = desk.folder.path + "-aside"
            try FileManager.default.moveItem(atPath: desk.folder.path, toPath: aside)
            #expect(FileManager.default.createFile(atPath: desk.folder.path, contents: nil))
            desk.clock.advance(seconds: 5)
            try await desk.installation.summaries.renew(log: Self.log)
            #expect(try await heavy.addresses() == before.0)
            #expect(try await light.addresses() == before.1)
            try FileManager.default.removeItem(atPath: desk.folder.path)
            try FileManager.default.moveItem(atPath: aside, toPath: desk.folder.path)
            desk.clock.advance(seconds: 5)
            try await desk.installation.summaries.renew(log: Self.log)
            #expect(try await heavy.addresses() == before.0)
            desk.clock.advance(seconds: 60)
            try await desk.installation.summaries.renew(log: Self.log)
            #expect(try await heavy.addresses() != before.0)
            #expect(try await light.addresses() != before.1)
        }
    }
}
