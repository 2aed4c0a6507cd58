import Files
import ServiceDesk
import Store
import TestSupport
import Testing
import Wire

@Suite struct UploadTests {
    @Test("the storage answer is the seed's, for both forms", arguments: UploadForm.Provider.allCases)
    func storage(provider: UploadForm.Provider) async throws {
        try await TestDesk.run(
            uploadForm: provider, limits: UploadLimits(size: 20_971_520, extensions: ["CSV", "png"])
        ) {
            desk in
            let reply = try await desk.get(.endUser, "/v1/attachments/storage/")
            #expect(
                reply.json.keys == [
                    "size_limit", "allowed_extensions", "provider", "upload_uri", provider.rawValue,
                ])
            #expect(reply["size_limit"] == 20_971_520 && reply["allowed_extensions"] == ["csv", "png"])
            #expect(reply["upload_uri"]?.text?.hasSuffix("/v1/attachments") == true)
            let form = try #require(reply[provider.rawValue])
            #expect(form["key"]?.text?.hasPrefix("attachments/1/2023/02/01/\(desk.id(.endUser))/") == true)
            #expect(form["key"]?.text?.hasSuffix("/${filename}") == true)
            if provider == .s3 { #expect(form["success_action_status"] == 201) }
            let other = try await desk.get(.endUser, "/v1/attachments/storage")
            #expect(other[provider.rawValue]?["key"] != form["key"])
            try await desk.expect(401, nil, .get, "/v1/attachments/storage")
        }
    }

    @Test("in S3's manner an upload needs no token and is answered in XML")
    func s3() async throws {
        try await TestDesk.run(uploadForm: .s3, limits: UploadLimits(size: 20)) { desk in
            let storage = try await desk.get(.specialist, "/v1/attachments/storage")
            let reply = try await desk.post(desk.form(storage.json, "hello", name: "a<b> c.txt"), nil)
            #expect(reply.status == 201 && reply.header("Content-Type") == "application/xml")
            let text = String(decoding: reply.bytes, as: UTF8.self)
            let key = String(try #require(text.firstMatch(of: /<Key>(.*)<\/Key>/)?.output.1))
            #expect(key.hasSuffix("/a&lt;b&gt; c.txt"))
            #expect(text.contains("%2Fa%3Cb%3E%20c.txt</Location><Bucket>"))
            _ = try await desk.request(
                .specialist,
                [
                    ("note", "x"),
                    (
                        "note_attachments",
                        [["key": .string(key.replacing("&lt;", with: "<").replacing("&gt;", with: ">"))]]
                    ),
                ])
            let large = try await desk.post(
                desk.form(storage.json, String(repeating: "x", count: 21), name: "b"), nil)
            #expect(large.status == 400)
            #expect(String(decoding: large.bytes, as: UTF8.self).contains("<Code>EntityTooLarge</Code><Message>"))
            #expect(desk.folder.files.count == 1)
        }
    }

    @Test("in S3's manner the answer has the MD5 of the content and the key that the form says")
    func s3Answer() async throws {
        try await TestDesk.run(uploadForm: .s3) { desk in
            let storage = try await desk.get(.specialist, "/v1/attachments/storage")
            let folder = try #require(storage["s3"]?["key"]?.text).replacing("/${filename}", with: "")
            for (key, name) in [
                ("\(folder)/${filename}", "a.txt"), ("\(folder)/fixed.csv", "b.txt"),
                ("\(folder)/2024/${filename}-${filename}", "c.txt"),
            ] {
                let form = desk.form(storage.json, "hello world", name: name).map { ($0, $0 == "key" ? key : $1) }
                let reply = try await desk.post(form, nil)
                let expected = key.replacing("${filename}", with: name)
                let text = String(decoding: reply.bytes, as: UTF8.self)
                #expect(reply.status == 201 && text.contains("<Key>\(expected)</Key>"), "\(text)")
                #expect(text.contains("<ETag>\"5eb63bbbe01eeed093cb22bb8f5acdc3\"</ETag>"))
                #expect(reply.header("ETag") == "\"5eb63bbbe01eeed093cb22bb8f5acdc3\"")
                #expect(reply.header("Location")?.hasSuffix(expected.replacing("/", with: "%2F")) == true)
                #expect(text.contains("<Location>\(reply.header("Location") ?? "")</Location>"))
                let request = try await desk.request(
                    .specialist, [("note", "x"), ("note_attachments", [["key": .string(expected)]])])
                let note = try await desk.get(.specialist, "/v1/requests/\(request)/notes").items.first
                #expect(
                    note?["attachments"]?.items.first?["name"]
                        == .string(String(expected.split(separator: "/").last ?? "")))
            }
        }
    }

    @Test("in S3's manner every refusal is XML, whoever refuses")
    func s3Refusals() async throws {
        try await TestDesk.run(uploadForm: .s3, limits: UploadLimits(size: 20)) { desk in
            let storage = try await desk.get(.specialist, "/v1/attachments/storage")
            let form = desk.form(storage.json, "hello", name: "a.txt")
            let away = form.map { ($0, $0 == "key" ? "attachments/1/x" : $1) }
            let multipart = "multipart/form-data; boundary=x"
            let replies = [
                try await desk.post(form, nil, headers: ["Authorization": "Bearer nobody"]),
                try await desk.post(form, .specialist, headers: ["X-4me-Account": "wdc"]),
                try await desk.post(away, nil),
                try await desk.post([], nil), try await desk.post(Array(form.dropLast()), nil),
                try await desk.call(nil, .post, "/v1/attachments"),
                try await desk.call(nil, .post, "/v1/attachments?%FF", raw: [], headers: ["Content-Type": multipart]),
                try await desk.call(nil, .post, "/v1/attachments", raw: [1], headers: ["Content-Type": "text/plain"]),
                try await desk.call(
                    nil, .post, "/v1/attachments", raw: [UInt8](repeating: 0x78, count: 70_000),
                    headers: ["Content-Type": multipart]),
            ]
            #expect(replies.map(\.status) == [401, 403, 403, 400, 400, 400, 400, 400, 400])
            for reply in replies {
                #expect(reply.header("Content-Type") == "application/xml")
                let text = String(decoding: reply.bytes, as: UTF8.self)
                #expect(
                    text.firstMatch(
                        of: /^<\?xml[^\n]*\n<Error><Code>[A-Za-z]+<\/Code><Message>[^<\n]+<\/Message><\/Error>$/)
                        != nil, "\(text)")
            }
            #expect(desk.folder.files == [])
        }
        // A form of the other kind is answered as its client expects, whatever is given out now.
        try await TestDesk.run { desk in
            let reply = try await desk.post([("key", "a"), ("policy", "e30="), ("file\"; filename=\"a", "x")], nil)
            #expect(reply.status == 400 && reply.header("Content-Type") == "application/xml")
            let local = try await desk.post([("key", "a"), ("file\"; filename=\"a", "x")], nil)
            #expect(local.status == 400 && local["message"]?.text?.isEmpty == false)
        }
    }

    @Test("a form is for the account it was given out in, and for those who are known")
    func accounts() async throws {
        try await TestDesk.run { desk in
            let storage = try await desk.get(.specialist, "/v1/attachments/storage")
            let form = desk.form(storage.json, "hello", name: "a.txt")
            #expect(try await desk.post(form, nil).status == 401)
            #expect(try await desk.post(form, .foreigner).status == 403)
            #expect(desk.folder.files == [])
            #expect(try await desk.post(form, .endUser).status == 200)
        }
    }

    @Test("uploading takes a token that creates or changes something")
    func scopes() async throws {
        try await TestDesk.run { desk in
            let storage = try await desk.get(.specialist, "/v1/attachments/storage")
            for (scopes, mayUpload) in [
                ("request:R", false), ("request:RD person:R", false), ("request:C", true), ("team:U", true),
                ("*", true),
            ] {
                let headers = ["Authorization": "Bearer \(try await desk.token(.specialist, scopes: scopes))"]
                try await desk.expect(mayUpload ? 200 : 403, nil, .get, "/v1/attachments/storage", headers: headers)
                let form = desk.form(storage.json, "hello", name: "a.txt")
                #expect(try await desk.post(form, nil, headers: headers).status == (mayUpload ? 200 : 403), "\(scopes)")
            }
            #expect(desk.folder.files.count == 3)
        }
    }

    @Test("uploading takes a role in the account, or being named on something there")
    func named() async throws {
        try await TestDesk.run { desk in
            let headers = ["X-4me-Account": "wna"]
            let storage = try await desk.get(.specialist, "/v1/attachments/storage")
            let form = desk.form(storage.json, "hello", name: "a.txt")
            for who in [Who.foreigner, .foreignUser] {
                try await desk.expect(403, who, .get, "/v1/attachments/storage", headers: headers)
                #expect(try await desk.post(form, who, headers: headers).status == 403)
            }
            try await desk.grant(.foreigner, Roles(.specialist))
            let path = "/v1/requests/\(try await desk.request())"
            try await desk.create(
                .specialist, "\(path)/watches", ["person_id": .integer(desk.id(.foreignUser))])
            for who in [Who.foreigner, .foreignUser] {
                let key = try await desk.upload(who, headers: headers)
                let note: JSON = ["text": "See", "attachments": [["key": .string(key)]]]
                try await desk.expect(201, who, .post, "\(path)/notes", note, headers: headers)
            }
            // In one's own account one is named on oneself.
            _ = try await desk.upload(.foreignUser)
        }
    }

    @Test("a person uploads so many bytes in a day, and an account so many", arguments: UploadForm.Provider.allCases)
    func quotas(provider: UploadForm.Provider) async throws {
        try await TestDesk.run(uploadForm: provider, quotas: UploadQuotas(person: 25, account: 45)) { desk in
            let success = provider == .local ? 200 : 201
            func send(_ who: Who, _ storage: JSON, _ count: Int) async throws -> Reply {
                let form = desk.form(storage, String(repeating: "x", count: count), name: "a.txt")
                return try await desk.post(form, provider == .local ? who : nil)
            }
            var storages: [Who: JSON] = [:]
            for who in [Who.specialist, .analyst, .endUser] {
                storages[who] = try await desk.get(who, "/v1/attachments/storage").json
            }
            for (who, count, isTaken, whose) in [
                (.specialist, 10, true, ""), (.specialist, 15, true, ""), (.specialist, 1, false, "person"),
                (.analyst, 26, false, "person"), (.analyst, 15, true, ""), (.endUser, 6, false, "account"),
                (.endUser, 5, true, ""), (.endUser, 1, false, "account"),
            ] as [(Who, Int, Bool, String)] {
                let before = desk.folder.files.count
                let reply = try await send(who, storages[who] ?? .null, count)
                let text = String(decoding: reply.bytes, as: UTF8.self)
                #expect(desk.folder.files.count == before + (isTaken ? 1 : 0), "\(who) \(count)")
                guard !isTaken else {
                    #expect(reply.status == success, "\(text)")
                    continue
                }
                #expect(reply.status == (provider == .local ? 422 : 400))
                #expect(text.contains("more than this \(whose) may upload in 24 hours (maximum is"), "\(text)")
                if provider == .local { #expect(reply.refusedFields == ["file"]) }
                if provider == .s3 { #expect(text.contains("<Code>QuotaExceeded</Code>")) }
            }
            let full = try await desk.expect(
                422, .specialist, .get, "/v1/attachments/storage", refused: ["file"])
            #expect(full.json.compact.contains("this person may upload in 24 hours (maximum is 25 bytes)"))
            // What was uploaded counts for a day.
            desk.clock.advance(seconds: 86_401)
            let storage = try await desk.get(.specialist, "/v1/attachments/storage")
            #expect(try await send(.specialist, storage.json, 25).status == success)
        }
    }

    @Test("a file counts once, and one that came past the server once it is put on a record", arguments: [false, true])
    func countedOnce(isUnseen: Bool) async throws {
        try await TestDesk.run(quotas: UploadQuotas(person: 30, account: nil)) { desk in
            func counted() async throws -> [[Int64]] {
                try await desk.installation.store.read { db in
                    try db.all("SELECT account, person_id, size FROM uploads") {
                        [$0.integer(0), $0.integer(1), $0.integer(2)]
                    }
                }
            }
            let key = JSON.string(try await desk.upload(.specialist, "hello world"))
            if isUnseen {
                _ = try await desk.installation.store.write { try $0.execute("DELETE FROM uploads") }
                #expect(try await counted() == [])
            }
            for _ in 0..<2 {
                _ = try await desk.request(.specialist, [("note", "x"), ("note_attachments", [["key": key]])])
                #expect(try await counted() == [[1, desk.id(.specialist), 11]])
            }
            // A second file of the same name is another file.
            let storage = try await desk.get(.specialist, "/v1/attachments/storage")
            for isTaken in [true, true, false] {
                let reply = try await desk.post(desk.form(storage.json, "12345678", name: "a.txt"), .specialist)
                #expect(reply.status == (isTaken ? 200 : 422))
            }
        }
    }

    @Test("off is no limit")
    func noQuotas() async throws {
        try await TestDesk.run(quotas: UploadQuotas(person: nil, account: nil)) { desk in
            for _ in 0..<3 { _ = try await desk.upload() }
        }
    }

    @Test("an upload may begin within an hour")
    func expiry() async throws {
        try await TestDesk.run { desk in
            let storage = try await desk.get(.specialist, "/v1/attachments/storage")
            let form = desk.form(storage.json, "hello", name: "a.txt")
            desk.clock.advance(milliseconds: 3_599_000)
            #expect(try await desk.post(form, .specialist).status == 200)
            desk.clock.advance(milliseconds: 2_000)
            let late = try await desk.post(form, .specialist)
            #expect(late.status == 403 && late["message"]?.text?.contains("ask for storage again") == true)
            #expect(desk.folder.files.count == 1)
        }
    }

    @Test("a form has few fields, however small")
    func manyFields() async throws {
        try await TestDesk.run { desk in
            let storage = try await desk.get(.specialist, "/v1/attachments/storage")
            let form = desk.form(storage.json, "hello", name: "a.txt")
            let more = Array(repeating: ("", ""), count: 101)
            let reply = try await desk.post(more + form, nil)
            #expect(reply.status == 400 && reply["message"]?.text?.contains("100 fields") == true)
            #expect(try await desk.post(Array(more.prefix(50)) + form, .specialist).status == 200)
        }
    }

    @Test("names may begin with any sign", arguments: ["\u{301}a.txt", "\u{FE0F}", "\u{200D}.png"])
    func strangeNames(name: String) async throws {
        try await TestDesk.run { desk in
            let key = try await desk.upload(.specialist, name: name)
            #expect(Array(key.utf8.suffix(name.utf8.count)) == Array(name.utf8))
            _ = try await desk.request(
                .specialist, [("note", "x"), ("note_attachments", [["key": .string(key)]])])
        }
    }

    @Test(
        "files that cannot be attachments are refused while they come in",
        arguments: [
            ("", "a.csv", 422), ("123456789012345678901", "a.csv", 413), ("x", "a.exe", 422), ("x", "..", 422),
            ("x", "", 422), ("x", "a\u{1}.csv", 422),
        ])
    func refusals(content: String, name: String, status: Int) async throws {
        try await TestDesk.run(limits: UploadLimits(size: 20, extensions: ["csv"])) { desk in
            let storage = try await desk.get(.specialist, "/v1/attachments/storage")
            let reply = try await desk.post(desk.form(storage.json, content, name: name), .specialist)
            #expect(reply.status == status, "\(reply.json.compact)")
            #expect(reply.refusedFields == (status == 422 ? ["file"] : []))
            #expect(desk.folder.files == [])
        }
    }
}
