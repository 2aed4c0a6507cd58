import Testing
import Wire

/// The addresses of files are others each day (UTC), and with them what records look like that have any.
@Suite struct MidnightTests {
    private static let day: Int64 = 86_400

    /// A team with a file, a quarter of a minute before midnight.
    private func team(_ desk: TestDesk) async throws -> String {
        let path = "/v1/teams/\(desk.company.network)"
        let key = try await desk.upload(.administrator)
        try await desk.expect(
            200, .administrator, .patch, path, ["remarks_attachments": [["key": .string(key)]]])
        desk.clock.advance(seconds: Self.day - 15 - desk.clock.now.microseconds / 1_000_000 % Self.day)
        return path
    }

    private func tag(_ desk: TestDesk, _ path: String) async throws -> String {
        try #require(try await desk.get(.administrator, path).header("ETag"))
    }

    @Test("what was seen before midnight may be changed after it, and is sent again to whoever reads")
    func after() async throws {
        try await TestDesk.run { desk in
            let path = try await team(desk)
            let before = try await desk.get(.administrator, path)
            let tag = try #require(before.header("ETag"))
            try await desk.expect(304, .administrator, .get, path, headers: ["If-None-Match": tag])
            desk.clock.advance(seconds: 30)
            let after = try await desk.get(.administrator, path, headers: ["If-None-Match": tag])
            #expect(after.header("ETag") != tag)
            #expect(after["attachments"]?.items.first?["uri"] != before["attachments"]?.items.first?["uri"])
            try await desk.expect(412, .administrator, .patch, path, ["name": "A"], headers: ["If-Match": "\"other\""])
            try await desk.expect(200, .administrator, .patch, path, ["name": "A"], headers: ["If-Match": tag])
            try await desk.expect(412, .administrator, .patch, path, ["name": "B"], headers: ["If-Match": tag])
        }
    }

    @Test("what was changed after it was seen is kept, before midnight and after it")
    func changed() async throws {
        try await TestDesk.run { desk in
            let path = try await team(desk)
            let tag = try await tag(desk, path)
            try await desk.expect(200, .administrator, .patch, path, ["name": "A"])
            try await desk.expect(412, .administrator, .patch, path, ["name": "B"], headers: ["If-Match": tag])
            desk.clock.advance(seconds: 30)
            try await desk.expect(412, .administrator, .patch, path, ["name": "B"], headers: ["If-Match": tag])
        }
    }

    @Test("what was seen on a server whose clock is ahead may be changed on one that is behind")
    func ahead() async throws {
        try await TestDesk.run { desk in
            let path = try await team(desk)
            desk.clock.advance(seconds: 30)
            let tag = try await tag(desk, path)
            desk.clock.advance(seconds: -30)
            #expect(try await self.tag(desk, path) != tag)
            try await desk.expect(200, .administrator, .patch, path, ["name": "A"], headers: ["If-Match": tag])
        }
    }

    @Test("what was seen two midnights ago must be read again")
    func longAgo() async throws {
        try await TestDesk.run { desk in
            let path = try await team(desk)
            let tag = try await tag(desk, path)
            desk.clock.advance(seconds: 30 + Self.day)
            try await desk.expect(412, .administrator, .patch, path, ["name": "A"], headers: ["If-Match": tag])
        }
    }
}
