import Files
import Logging
import NIOCore
import ServiceDesk
import Store
import TestSupport
import Testing
import Wire

@Suite struct AttachmentTests {
    private static func list(_ keys: [String], _ more: [(String, JSON)] = []) -> JSON {
        .array(keys.map { .object(JSONObject([("key", .string($0))] + more)) })
    }

    @Test("a file goes up, onto a note, and comes down")
    func wholeTrip() async throws {
        try await TestDesk.run { desk in
            let key = try await desk.upload()
            let request = try await desk.request(
                .specialist,
                [
                    ("note", .string("See ![](\(key))")),
                    ("note_attachments", [["key": .string(key), "filesize": "11", "inline": true]]),
                ])
            let note = try #require(try await desk.get(.specialist, "/v1/requests/\(request)/notes").items.first)
            #expect(note["text"] == .string("See ![](\(key))"))
            let file = try #require(note["attachments"]?.items.first)
            #expect(file.keys == ["id", "name", "key", "uri", "inline", "size", "created_at"])
            #expect(file["name"] == "hello.txt" && file["key"] == .string(key) && file["size"] == 11)
            #expect(file["inline"] == true && file["created_at"] == note["created_at"])
            #expect(try await desk.get(.specialist, "/v1/requests/\(request)/note_attachments").items == [file])
            #expect(try await desk.get(.specialist, "/v1/requests/\(request)")["attachments"] == [])
            let read = try await desk.read(file["uri"])
            #expect(read.status == 200 && read.bytes == Array("hello world".utf8))
            #expect(read.header("Content-Security-Policy") == "default-src 'none'; sandbox")
            #expect(read.header("X-Content-Type-Options") == "nosniff")
        }
    }

    /// The texts that take files, on records that the administrator may change.
    private static let texts = [
        ("people", "information_attachments"), ("people", "custom_fields_attachments"),
        ("organizations", "remarks_attachments"), ("organizations", "custom_fields_attachments"),
        ("teams", "remarks_attachments"), ("teams", "custom_fields_attachments"),
        ("services", "description_attachments"), ("services", "custom_fields_attachments"),
        ("requests", "custom_fields_attachments"),
    ]

    private func path(_ desk: TestDesk, _ resource: String) async throws -> String {
        let id =
            switch resource {
            case "people": desk.id(.endUser)
            case "organizations": desk.company.organization
            case "teams": desk.company.serviceDesk
            case "services": desk.company.laptops
            default: try await desk.request()
            }
        return "/v1/\(resource)/\(id)"
    }

    @Test("every text's files are added, shown, told of and taken off", arguments: texts)
    func records(resource: String, field: String) async throws {
        try await TestDesk.run { desk in
            let path = try await path(desk, resource)
            let before = try await desk.get(.administrator, path)
            desk.clock.advance(milliseconds: 5_000)
            let keys = [
                try await desk.upload(.administrator, "one", name: "1.txt"),
                try await desk.upload(.administrator, "two!", name: "2.txt"),
            ]
            let reply = try await desk.expect(
                200, .administrator, .patch, path, .object(JSONObject([(field, Self.list(keys))])))
            let files = try #require(reply["attachments"]?.items)
            #expect(files.map { $0["name"] } == ["1.txt", "2.txt"] && files.map { $0["size"] } == [3, 4])
            #expect(files.allSatisfy { $0["id"] == nil && $0["inline"] == false })
            #expect(reply["updated_at"] != before["updated_at"])
            #expect(try await desk.read(files[1]["uri"]).bytes == Array("two!".utf8))
            #expect(try await desk.audit(path).last?["changes"] == [field: [.null, ["1.txt", "2.txt"]]])
            // The list shows them when asked to, and every page of one does.
            let page = try await desk.get(.administrator, "/v1/\(resource)?fields=attachments&per_page=100")
            let id = try #require(reply["id"])
            #expect(page.items.first { $0["id"] == id }?["attachments"]?.items.count == 2)
            #expect(page.items.allSatisfy { $0["id"] == id || $0["attachments"] == [] })

            let lines = try await desk.audit(path).count
            try await desk.expect(
                200, .administrator, .patch, path, .object(JSONObject([(field, Self.list(keys))])))
            #expect(try await desk.audit(path).count == lines, "sent again, nothing changes")

            let left = try await desk.expect(
                200, .administrator, .patch, path,
                .object(JSONObject([(field, Self.list([keys[0]], [("_destroy", true)]))])))
            #expect(left["attachments"]?.items.map { $0["name"] } == ["2.txt"])
            try await desk.expect(
                422, .administrator, .patch, path,
                .object(JSONObject([(field, Self.list([keys[0]], [("_destroy", true)]))])), refused: [field])
        }
    }

    @Test("a new record may bring its files")
    func onCreate() async throws {
        try await TestDesk.run { desk in
            let key = try await desk.upload(.administrator)
            let reply = try await desk.expect(
                201, .administrator, .post, "/v1/teams",
                ["name": "Printing", "remarks_attachments": Self.list([key], [("inline", "yes")])])
            #expect(reply["attachments"]?.items.map { $0["inline"] } == [true])
            #expect(
                try await desk.audit("/v1/teams/\(reply["id"]?.integer ?? 0)").first?["changes"]?["remarks_attachments"]
                    == [.null, ["hello.txt (inline)"]])
        }
    }

    @Test("what marks a file as shown can be changed")
    func inline() async throws {
        try await TestDesk.run { desk in
            let path = "/v1/teams/\(desk.company.network)"
            let key = try await desk.upload(.administrator)
            for flag in [false, true, false] {
                let reply = try await desk.expect(
                    200, .administrator, .patch, path,
                    ["remarks_attachments": Self.list([key], [("inline", .bool(flag))])])
                #expect(reply["attachments"]?.items.map { $0["inline"] } == [.bool(flag)])
            }
        }
    }

    @Test("a file that is not there, too old, of another account or another length is 422 and changes nothing")
    func refusals() async throws {
        try await TestDesk.run { desk in
            let path = "/v1/teams/\(desk.company.network)"
            func refuse(_ item: JSON, at location: SourceLocation = #_sourceLocation) async throws {
                try await desk.expect(
                    422, .administrator, .patch, path, ["remarks_attachments": [item], "name": "Other"],
                    refused: ["remarks_attachments"], at: location)
            }
            let key = try await desk.upload(.administrator)
            let foreign = try await desk.upload(.foreigner)
            for wrong in [
                "x", "attachments", foreign, key + "x", key.replacing("hello.txt", with: "other.txt"), key + "/x",
                key.replacing("hello.txt", with: "../hello.txt"), "/" + key, "../" + key, "files/" + key,
                String(key.dropLast("/hello.txt".count)), String(repeating: "a/", count: 600),
                key.replacing("attachments/1/", with: "attachments/01/"),
            ] {
                try await refuse(["key": .string(wrong)])
            }
            try await refuse(["key": .string(key), "filesize": 12])
            try await refuse(["key": .string(key), "filesize": "12"])
            try await refuse(["key": .string(key), "filesize": "many"])
            try await refuse(["key": .string(key), "filesize": -1])
            try await refuse(["key": .string(key), "filesize": .number("1.5")])
            try await refuse(["key": .string(key), "_destroy": true])
            for shape: JSON in ["x", 5, true, .null, [], ["filesize": 11], ["key": ""], ["key": 5], ["key": "a\u{0}"]] {
                try await refuse(shape)
            }
            desk.clock.advance(milliseconds: 24 * 3_600_000 + 1)
            try await refuse(["key": .string(key)])
        }
    }

    @Test("files without a text have nothing to hang on")
    func withoutText() async throws {
        try await TestDesk.run { desk in
            let key = try await desk.upload()
            for (field, note) in [("note_attachments", "note"), ("internal_note_attachments", "internal_note")] {
                try await desk.expect(
                    422, .specialist, .post, "/v1/requests",
                    .object(JSONObject([("subject", "x"), ("category", "other"), (field, Self.list([key]))])),
                    refused: [note])
            }
        }
    }

    @Test("files of internal notes are seen by those who see the notes")
    func internalNotes() async throws {
        try await TestDesk.run { desk in
            let request = try await desk.request()
            let path = "/v1/requests/\(request)"
            for (text, isInternal) in [("open", false), ("inside", true)] {
                let key = try await desk.upload(.specialist, text, name: "\(text).txt")
                try await desk.create(
                    .specialist, path + "/notes",
                    ["text": .string(text), "internal": .bool(isInternal), "attachments": Self.list([key])])
            }
            func names(_ who: Who) async throws -> [JSON?] {
                try await desk.get(who, path + "/note_attachments").items.map { $0["name"] }
            }
            #expect(try await names(.specialist) == ["open.txt", "inside.txt"])
            #expect(try await names(.endUser) == ["open.txt"])
            try await desk.expect(404, .otherUser, .get, path + "/note_attachments")
        }
    }

    @Test("end users add files to what they register, and not to what is the service desk's")
    func endUsers() async throws {
        try await TestDesk.run { desk in
            let key = try await desk.upload(.endUser)
            try await desk.expect(
                422, .endUser, .post, "/v1/requests",
                [
                    "subject": "x", "category": "other", "note": "x",
                    "internal_note_attachments": Self.list([key]),
                ], refused: ["internal_note_attachments"])
            _ = try await desk.request(.endUser, [("note", "x"), ("note_attachments", Self.list([key]))])
        }
    }

    @Test("one file may hang in several places, and stays until it hangs in none")
    func shared() async throws {
        try await TestDesk.run { desk in
            let key = try await desk.upload(.administrator)
            let paths = ["/v1/teams/\(desk.company.network)", "/v1/teams/\(desk.company.serviceDesk)"]
            for path in paths {
                try await desk.expect(
                    200, .administrator, .patch, path, ["remarks_attachments": Self.list([key])])
            }
            let sweep = AttachmentSweep(desk.installation, log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
            func remove(_ path: String) async throws {
                try await desk.expect(
                    200, .administrator, .patch, path,
                    ["remarks_attachments": Self.list([key], [("_destroy", true)])])
                desk.clock.advance(milliseconds: 2 * 3_600_000)
            }
            try await remove(paths[0])
            #expect(try await sweep.sweep() == 0)
            #expect(desk.folder.files.count == 1)
            try await remove(paths[1])
            // What is about to go cannot be put anywhere.
            try await desk.expect(
                422, .administrator, .patch, paths[0], ["remarks_attachments": Self.list([key])],
                refused: ["remarks_attachments"])
            #expect(try await sweep.sweep() == 1)
            #expect(desk.folder.files == [])
        }
    }

    @Test("uploads that are on no record are removed after a day, others stay")
    func sweeps() async throws {
        try await TestDesk.run { desk in
            let used = try await desk.upload(.administrator, name: "used.txt")
            _ = try await desk.upload(.administrator, name: "unused.txt")
            try await desk.expect(
                200, .administrator, .patch, "/v1/teams/\(desk.company.network)",
                ["remarks_attachments": Self.list([used])])
            let sweep = AttachmentSweep(desk.installation, log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
            for _ in 0..<4 {
                #expect(try await sweep.sweep() == 0)
                desk.clock.advance(milliseconds: 6 * 3_600_000)
            }
            #expect(desk.folder.files.count == 2)
            desk.clock.advance(milliseconds: 3_600_001)
            #expect(try await sweep.sweep() == 1)
            #expect(desk.folder.files.map { $0.hasSuffix("used.txt") } == [true])
            // Also what lay for long while no server ran, and what came after.
            _ = try await desk.upload(.administrator, name: "later.txt")
            desk.clock.advance(milliseconds: 40 * 24 * 3_600_000)
            #expect(try await sweep.sweep() == 1)
            #expect(try await sweep.sweep() == 0, "not twice within an hour")
            #expect(desk.folder.files.count == 1)
            let isCounted = try await desk.installation.store.read { try $0.exists("SELECT 1 FROM uploads") }
            #expect(!isCounted, "what counts no longer is forgotten")
        }
    }

    @Test("what a form of S3 let its holder store under any key is removed too")
    func sweepsStrangers() async throws {
        try await TestDesk.run { desk in
            let key = try await desk.upload(.administrator)
            let files = desk.installation.attachments.files
            for name in ["a/b/c.bin", "2/x/y", "x"] {
                let stranger = try #require(FileKey(key.replacing("hello.txt", with: name)))
                try await files.put(ByteBuffer(string: "x"), at: stranger)
            }
            let sweep = AttachmentSweep(desk.installation, log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
            try await sweep.sweep()
            desk.clock.advance(milliseconds: 26 * 3_600_000)
            #expect(try await sweep.sweep() == 4)
            #expect(desk.folder.files == [])
        }
    }

    @Test("keys are what their bytes are")
    func spellings() async throws {
        try await TestDesk.run { desk in
            let key = try await desk.upload(.administrator, name: "e\u{301}.txt")
            let path = "/v1/teams/\(desk.company.network)"
            let other = key.replacing("e\u{301}", with: "\u{E9}")
            for keys in [[other], [key, other]] {
                try await desk.expect(
                    422, .administrator, .patch, path, ["remarks_attachments": Self.list(keys)],
                    refused: ["remarks_attachments"])
            }
            let reply = try await desk.expect(
                200, .administrator, .patch, path, ["remarks_attachments": Self.list([key])])
            #expect(try await desk.read(reply["attachments"]?.items.first?["uri"]).status == 200)
        }
    }

    @Test("an address works for a day at least, and is the same all day")
    func addresses() async throws {
        try await TestDesk.run { desk in
            let key = try await desk.upload(.administrator)
            let path = "/v1/teams/\(desk.company.network)"
            let first = try await desk.expect(
                200, .administrator, .patch, path, ["remarks_attachments": Self.list([key])])
            let uri = first["attachments"]?.items.first?["uri"]
            let tag = try await desk.get(.administrator, path).header("ETag") ?? ""
            desk.clock.advance(milliseconds: 60_000)
            let again = try await desk.call(.administrator, .get, path, headers: ["If-None-Match": tag])
            #expect(again.status == 304)
            desk.clock.advance(milliseconds: 24 * 3_600_000 - 60_000)
            #expect(try await desk.read(uri).status == 200)
            desk.clock.advance(milliseconds: 24 * 3_600_000)
            #expect(try await desk.read(uri).status == 403)
            let fresh = try await desk.get(.administrator, path)["attachments"]?.items.first?["uri"]
            #expect(fresh != uri)
            #expect(try await desk.read(fresh).status == 200)
        }
    }

    @Test("a changed address is refused")
    func changedAddresses() async throws {
        try await TestDesk.run { desk in
            let key = try await desk.upload(.administrator)
            let reply = try await desk.expect(
                200, .administrator, .patch, "/v1/teams/\(desk.company.network)",
                ["remarks_attachments": Self.list([key])])
            let uri = try #require(reply["attachments"]?.items.first?["uri"]?.text)
            for (old, new) in [
                ("hello.txt", "other.txt"), ("expires=", "expires=1"), ("signature=", "signature=A"),
                ("&signature", "&x"), ("?expires", "?x"), ("/storage/", "/storage/x/"),
            ] {
                #expect(try await desk.read(.string(uri.replacing(old, with: new))).status == 403, "\(old) to \(new)")
            }
            for path in ["/storage/", "/storage", "/storage/../x", "/storage/%00"] {
                let status = try await desk.call(nil, .get, path).status
                #expect([403, 404].contains(status), "\(path)")
            }
        }
    }
}
