import Logging
import ServiceDesk
import Testing
import Wire

/// Requests that wait until a time are worked on again once it has come.
@Suite struct RequestWaitingTests {
    private static func runDue(_ desk: TestDesk) async throws -> Int {
        try await Scheduler(desk.installation, log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }).runDue()
    }

    private static func wait(
        _ desk: TestDesk, _ path: String, until time: JSON, at location: SourceLocation = #_sourceLocation
    ) async throws {
        try await desk.expect(
            200, .specialist, .patch, path, ["status": "waiting_for", "waiting_until": time], at: location)
    }

    @Test("a request that waits is assigned once its time has come, and not before")
    func due() async throws {
        try await TestDesk.run { desk in
            let path = "/v1/requests/\(try await desk.request())"
            try await Self.wait(desk, path, until: "2023-02-01T12:00:00Z")
            #expect(try await Self.runDue(desk) == 0)
            #expect(try await desk.status(path) == "waiting_for")
            desk.clock.advance(seconds: 3_600)
            #expect(try await Self.runDue(desk) == 1)
            let request = try await desk.get(.specialist, path)
            #expect(request["status"] == "assigned" && request["waiting_until"] == .null)
            #expect(request["updated_at"] == "2023-02-01T06:14:45-06:00")
            let line = try #require(try await desk.audit(path).last)
            #expect(line["user"] == .null)
            #expect(
                line["changes"]
                    == ["status": ["waiting_for", "assigned"], "waiting_until": ["2023-02-01T12:00:00Z", .null]])
            #expect(try await Self.runDue(desk) == 0)
        }
    }

    @Test("a time that has passed already is one that has come; a new request may wait too")
    func past() async throws {
        try await TestDesk.run { desk in
            let id = try await desk.request(
                .specialist, [("status", "waiting_for"), ("waiting_until", "2020-01-01T00:00:00Z")])
            #expect(try await desk.status("/v1/requests/\(id)") == "waiting_for")
            #expect(try await Self.runDue(desk) == 1)
            #expect(try await desk.status("/v1/requests/\(id)") == "assigned")
        }
    }

    @Test("whoever ends the waiting before its time, or puts it off, has their way")
    func changed() async throws {
        try await TestDesk.run { desk in
            let (ended, later) = (
                "/v1/requests/\(try await desk.request())", "/v1/requests/\(try await desk.request())"
            )
            for path in [ended, later] { try await Self.wait(desk, path, until: "2023-02-01T12:00:00Z") }
            try await desk.expect(200, .specialist, .patch, ended, ["status": "in_progress"])
            try await desk.expect(200, .specialist, .patch, later, ["waiting_until": "2023-02-01T13:00:00Z"])
            desk.clock.advance(seconds: 3_600)
            #expect(try await Self.runDue(desk) == 0)
            #expect(try await [desk.status(ended), desk.status(later)] == ["in_progress", "waiting_for"])
            desk.clock.advance(seconds: 3_600)
            #expect(try await Self.runDue(desk) == 1)
            #expect(try await [desk.status(ended), desk.status(later)] == ["in_progress", "assigned"])
        }
    }

    @Test("what was completed meanwhile, by itself or with its group, does not come due")
    func completed() async throws {
        try await TestDesk.run { desk in
            let (group, member) = (try await desk.request(), try await desk.request())
            try await desk.expect(
                200, .specialist, .patch, "/v1/requests/\(member)",
                ["grouped_into_id": .integer(group), "status": "waiting_for", "waiting_until": "2023-02-01T12:00:00Z"])
            try await desk.complete(group)
            desk.clock.advance(seconds: 3_600)
            #expect(try await Self.runDue(desk) == 0)
            #expect(try await desk.status("/v1/requests/\(member)") == "completed")
        }
    }
}

/// A request that waits for its requester hears them.
@Suite struct RequestAnswerTests {
    private static func ask(_ desk: TestDesk, _ who: Who = .endUser) async throws -> String {
        let path = "/v1/requests/\(try await desk.request(who))"
        try await desk.expect(200, .specialist, .patch, path, ["status": "waiting_for_customer"])
        return path
    }

    @Test("a note by whoever asked, or for whom was asked, assigns it again")
    func answered() async throws {
        try await TestDesk.run { desk in
            let path = try await Self.ask(desk)
            try await desk.expect(
                200, .specialist, .patch, path, ["requested_for_id": .integer(desk.id(.otherUser))])
            for who in [Who.endUser, .otherUser] {
                try await desk.expect(200, .specialist, .patch, path, ["status": "waiting_for_customer"])
                desk.clock.advance(seconds: 60)
                try await desk.expect(201, who, .post, "\(path)/notes", ["text": "It is the red one"])
                let request = try await desk.get(.specialist, path)
                #expect(request["status"] == "assigned")
                #expect(
                    request["updated_at"]
                        == (who == .endUser ? "2023-02-01T05:15:45-06:00" : "2023-02-01T05:16:45-06:00"))
                let line = try #require(try await desk.audit(path).last)
                #expect(line["user"] == desk.reference(who))
                #expect(line["changes"] == ["status": ["waiting_for_customer", "assigned"]])
            }
        }
    }

    @Test("a note by anybody else does not, nor one in another status")
    func others() async throws {
        try await TestDesk.run { desk in
            let path = try await Self.ask(desk)
            try await desk.expect(
                200, .specialist, .post, "\(path)/watches", ["person_id": .integer(desk.id(.otherUser))])
            for who in [Who.specialist, .otherUser] {
                try await desk.expect(201, who, .post, "\(path)/notes", ["text": "Still waiting"])
                #expect(try await desk.status(path) == "waiting_for_customer")
            }
            try await desk.expect(200, .specialist, .patch, path, ["status": "in_progress"])
            try await desk.expect(201, .endUser, .post, "\(path)/notes", ["text": "It is the red one"])
            #expect(try await desk.status(path) == "in_progress")
        }
    }

    @Test("a refused note, and one that the requester cannot read, assigns nothing")
    func unread() async throws {
        try await TestDesk.run { desk in
            let path = try await Self.ask(desk)
            try await desk.expect(422, .endUser, .post, "\(path)/notes", ["text": ""], refused: ["text"])
            try await desk.expect(403, .endUser, .post, "\(path)/notes", ["text": "x", "internal": true])
            let own = try await Self.ask(desk, .specialist)
            try await desk.expect(201, .specialist, .post, "\(own)/notes", ["text": "To us", "internal": true])
            #expect(try await desk.status(own) == "waiting_for_customer")
        }
    }

    @Test("a note that comes with a change of the request counts, unless the status is set too")
    func withChange() async throws {
        try await TestDesk.run { desk in
            let path = try await Self.ask(desk, .specialist)
            let asked = try await desk.expect(
                200, .specialist, .patch, path, ["status": "waiting_for_customer", "note": "Which one?"])
            #expect(asked["status"] == "waiting_for_customer")
            let other = try await desk.expect(200, .analyst, .patch, path, ["note": "Please answer"])
            #expect(other["status"] == "waiting_for_customer")
            let blank = try await desk.expect(200, .specialist, .patch, path, ["urgent": true, "note": " "])
            #expect(blank["status"] == "waiting_for_customer")
            #expect(try await desk.expect(200, .specialist, .patch, path, ["note": "Red"])["status"] == "assigned")
        }
    }
}
