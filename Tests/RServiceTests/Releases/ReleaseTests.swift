import ServiceDesk
import Store
import Testing
import Wire

/// Releases by themselves: what they have, who may change them, where they lie.
@Suite struct ReleaseTests {
    @Test("a release is created with what its page names, and the rest follows")
    func created() async throws {
        try await TestDesk.run { desk in
            let reply = try await desk.expect(
                201, .releaseManager, .post, "/v1/releases",
                [
                    "subject": "Automate exchange rate updates", "note": "What it is for.", "source": "Jira",
                    "sourceID": "R-1", "custom_fields": [["id": "risk", "value": "low"]],
                ])
            let id = try #require(reply["id"]?.integer)
            #expect(reply.header("location")?.hasSuffix("/v1/releases/\(id)") == true)
            #expect(
                Set(reply.json.keys) == [
                    "id", "sourceID", "subject", "impact", "status", "completion_target_at", "completed_at",
                    "created_at", "updated_at", "attachments", "completion_reason", "custom_fields", "manager",
                    "source", "ui_extension",
                ])
            #expect(reply["status"] == "registered" && reply["impact"] == "none")
            for name in ["completion_target_at", "completed_at", "completion_reason", "ui_extension"] {
                #expect(reply[name] == .null, "\(name)")
            }
            #expect(reply["attachments"] == [] && reply["manager"] == desk.reference(.releaseManager))
            #expect(reply["updated_at"] == reply["created_at"])
            let entry = try await desk.get(.specialist, "/v1/releases").items
            #expect(
                entry.map { Set($0.keys) } == [
                    [
                        "id", "sourceID", "subject", "impact", "status", "completion_target_at", "completed_at",
                        "created_at", "updated_at",
                    ]
                ])
            let notes = try await desk.get(.specialist, "/v1/releases/\(id)/notes").items
            #expect(notes.map { $0["text"] } == ["What it is for."])
            #expect(try await desk.audit("/v1/releases/\(id)").count == 1)
        }
    }

    @Test("what follows from the workflows is not taken from bodies")
    func readOnly() async throws {
        try await TestDesk.run { desk in
            let release = try await desk.release()
            let before = try await desk.get(.specialist, release)
            var fields = JSONObject(before.json.keys.map { ($0, before[$0] ?? .null) })
            (fields["status"], fields["impact"], fields["completion_reason"]) = ("completed", "top", "failed")
            (fields["completed_at"], fields["completion_target_at"]) = ("2030-01-01T00:00:00Z", "2030-01-01T00:00:00Z")
            (fields["ui_extension"], fields["attachments"]) = (.null, .null)
            let after = try await desk.expect(200, .releaseManager, .patch, release, .object(fields))
            #expect(after.json == before.json)
            try await desk.expect(
                422, .releaseManager, .patch, release, ["ui_extension_id": 3], refused: ["ui_extension"])
            try await desk.expect(422, .releaseManager, .patch, release, ["subject": ""], refused: ["subject"])
            try await desk.expect(
                422, .releaseManager, .patch, release, ["subject": .string(String(repeating: "x", count: 256))],
                refused: ["subject"])
            for query in ["fields=note", "manager=\(desk.id(.releaseManager))", "sort=manager", "fields=nothing"] {
                try await desk.expect(400, .specialist, .get, "/v1/releases?\(query)")
            }
        }
    }

    @Test("only release managers change releases, and the manager is one")
    func rights() async throws {
        try await TestDesk.run { desk in
            let release = try await desk.release()
            for who in Who.allCases where ![.releaseManager, .disabled].contains(who) {
                let sees = who.account == "wna" && !who.roles.isEmpty
                try await desk.expect(403, who, .post, "/v1/releases", ["subject": "Mine"])
                try await desk.expect(sees ? 200 : 404, who, .get, release)
                try await desk.expect(sees ? 403 : 404, who, .patch, release, ["subject": "Mine"])
            }
            try await desk.expect(
                422, .releaseManager, .patch, release, ["manager_id": .integer(desk.id(.specialist))],
                refused: ["manager"])
            try await desk.expect(
                422, .releaseManager, .post, "/v1/releases",
                ["subject": "Theirs", "manager_id": .integer(desk.id(.foreigner))], refused: ["manager"])
            try await desk.expect(
                422, .releaseManager, .post, "/v1/releases", ["subject": "Whose", "manager_id": 99_999],
                refused: ["manager"])
            // A manager of an account that is trusted, as in the documents' own example.
            try await desk.grant(.foreigner, Roles(.releaseManager))
            let given = try await desk.expect(
                200, .releaseManager, .patch, release, ["manager_id": .integer(desk.id(.foreigner))])
            #expect(given["manager"] == desk.reference(.foreigner, foreign: true))
            _ = try await desk.expect(
                200, .releaseManager, .patch, release, ["manager_id": .integer(desk.id(.releaseManager))])
            let same = try await desk.expect(200, .releaseManager, .patch, release, ["manager_id": .null])
            #expect(same["manager"] == desk.reference(.releaseManager))
        }
    }

    @Test("completed releases are archived, trashed and taken back by administrators")
    func moving() async throws {
        try await TestDesk.run { desk in
            let release = try await desk.release()
            for verb in ["archive", "trash"] {
                try await desk.expect(
                    422, .administrator, .post, "\(release)/\(verb)", refused: ["status"])
            }
            let (_, task) = try await desk.bundled(release)
            try await desk.set(task, "completed")
            for verb in ["archive", "trash", "restore"] {
                try await desk.expect(403, .releaseManager, .post, "\(release)/\(verb)")
            }
            for (verb, mark, who) in [
                ("archive", "archived", Who.administrator), ("trash", "trashed", .directoryAdministrator),
            ] {
                let moved = try await desk.expect(200, who, .post, "\(release)/\(verb)")
                #expect(moved[mark] == "true" && moved["id"] == .integer(release.number))
                for list in ["", "/completed", "/open", "/managed_by_me"] {
                    #expect(try await desk.get(.releaseManager, "/v1/releases\(list)").total == 0)
                }
                if verb == "archive" {
                    try await desk.expect(
                        422, .releaseManager, .patch, release, ["subject": "Later"], refused: ["archived"])
                }
                let back = try await desk.expect(200, who, .post, "\(release)/restore")
                #expect(back[mark] == nil)
                #expect(try await desk.get(.releaseManager, "/v1/releases/completed").total == 1)
            }
        }
    }

    @Test("the archive and the trash list what lies there, whatever it is")
    func archive() async throws {
        try await TestDesk.run { desk in
            let release = try await desk.release()
            let (workflow, task) = try await desk.bundled(release)
            try await desk.set(task, "completed")
            let request = try await desk.request()
            try await desk.complete(request)
            for path in [release, workflow, "/v1/requests/\(request)"] {
                desk.clock.advance(seconds: 1)
                try await desk.expect(200, .administrator, .post, "\(path)/archive")
            }
            let archive = try await desk.get(.administrator, "/v1/archive")
            #expect(archive.items.map { $0["archived"] } == ["request", "workflow", "release"])
            let entry = archive.items[2]
            #expect(Set(entry.keys) == ["id", "created_at", "archived_by", "archived", "release"])
            #expect(entry["archived_by"] == desk.reference(.administrator))
            #expect(
                entry["release"] == [
                    "id": .integer(release.number), "href": .string("/releases/\(release.number)"),
                    "display_name": .string("\(release.number) Automate exchange rate updates"),
                ])
            let id = try #require(entry["id"]?.integer)
            #expect(try await desk.get(.administrator, "/v1/archive/\(id)").json == entry)
            try await desk.expect(404, .administrator, .get, "/v1/trash/\(id)")
            #expect(try await desk.get(.administrator, "/v1/trash").total == 0)
            try await desk.expect(200, .administrator, .post, "\(release)/trash")
            let trash = try await desk.get(.directoryAdministrator, "/v1/trash")
            #expect(trash.items.map { $0["trashed"] } == ["release"])
            #expect(try await desk.get(.administrator, "/v1/archive?sort=id&per_page=1").items.count == 1)
            #expect(try await desk.get(.administrator, "/v1/archive?id=\(id)").total == 0)
            try await desk.expect(400, .administrator, .get, "/v1/archive?archived_by=1")
            for who in [Who.specialist, .releaseManager, .endUser, .outsider] {
                try await desk.expect(403, who, .get, "/v1/archive")
                try await desk.expect(403, who, .get, "/v1/trash/\(id)")
            }
            let narrow = try await desk.token(.administrator, scopes: "workflow:R")
            let seen = try await desk.get(nil, "/v1/archive", headers: ["Authorization": "Bearer \(narrow)"])
            #expect(seen.items.map { $0["archived"] } == ["workflow"])
        }
    }

    @Test("old names of statuses are taken by filters, and never told")
    func oldStatuses() async throws {
        try await TestDesk.run { desk in
            let release = try await desk.release()
            _ = try await desk.bundled(release)
            for status in ["in_progress", "implementation", "approval", "risk_and_impact"] {
                let found = try await desk.get(.specialist, "/v1/releases?status=\(status)")
                #expect(found.items.map { $0["status"] } == ["in_progress"])
            }
        }
    }

    @Test("notes are owned by the release, with their files")
    func notes() async throws {
        try await TestDesk.run { desk in
            let release = try await desk.release()
            let note = try await desk.expect(201, .specialist, .post, "\(release)/notes", ["text": "Thursday."])
            #expect(note.json == ["id": .integer(note["id"]?.integer ?? 0)])
            let key = try await desk.upload(.releaseManager, "Thursday", name: "plan.txt")
            let file: JSON = [["key": .string(key), "filesize": 8]]
            try await desk.expect(
                200, .releaseManager, .patch, release, ["note": "The plan.", "note_attachments": file])
            let added = try await desk.get(.specialist, "\(release)/notes").items
            #expect(added.last?["attachments"]?.items.map { $0["name"] } == ["plan.txt"])
            try await desk.expect(403, .auditor, .post, "\(release)/notes", ["text": "No."])
            try await desk.expect(404, .endUser, .post, "\(release)/notes", ["text": "No."])
            try await desk.expect(422, .specialist, .post, "\(release)/notes", [:], refused: ["text"])
            let notes = try await desk.get(.specialist, "\(release)/notes?person=\(desk.id(.specialist))").items
            #expect(notes.map { $0["text"] } == ["Thursday."])
        }
    }
}
