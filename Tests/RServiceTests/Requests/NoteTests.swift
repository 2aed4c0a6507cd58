import ServiceDesk
import Testing
import Wire

@Suite struct NoteTests {
    /// A request with a public and an internal note.
    private func noted(_ desk: TestDesk) async throws -> (path: String, open: Int64, inside: Int64) {
        let path = "/v1/requests/\(try await desk.request())/notes"
        let open = try await desk.create(.endUser, path, ["text": "It is broken"])
        let inside = try await desk.create(.specialist, path, ["text": "Again", "internal": true])
        return (path, open, inside)
    }

    @Test("a note answers its id alone, with an address where it is found")
    func created() async throws {
        try await TestDesk.run { desk in
            let path = "/v1/requests/\(try await desk.request())/notes"
            let lines = try await desk.audit(path.replacing("/notes", with: "")).count
            let reply = try await desk.expect(201, .endUser, .post, path, ["text": "It is **broken**"])
            let id = try #require(reply["id"]?.integer)
            #expect(reply.json == ["id": .integer(id)])
            #expect(reply.header("Location")?.hasSuffix("\(path)?id=\(id)") == true)
            let note = try #require(try await desk.get(.endUser, "\(path)?id=\(id)").items.first)
            #expect(
                note == [
                    "id": .integer(id), "attachments": [], "created_at": "2023-02-01T05:14:45-06:00",
                    "inbound_email": .null, "internal": false, "internal_account": .null, "medium": "default",
                    "person": desk.reference(.endUser), "text": "It is **broken**",
                ])
            // Notes make no line of history.
            #expect(try await desk.audit(path.replacing("/notes", with: "")).count == lines)
        }
    }

    @Test(
        "auditors, specialists and administrators read internal notes",
        arguments: [
            Who.auditor, .specialist, .administrator,
        ])
    func internalReaders(who: Who) async throws {
        try await TestDesk.run { desk in
            let (path, open, inside) = try await noted(desk)
            #expect(try await desk.get(who, path).itemIDs == [open, inside])
            #expect(try await desk.get(who, "\(path)/public").itemIDs == [open])
            let notes = try await desk.get(who, "\(path)/internal")
            #expect(notes.itemIDs == [inside] && notes.total == 1)
            #expect(
                notes.items.first?["internal_account"] == ["id": "wna", "name": "Widget North America"])
        }
    }

    @Test("for everybody else internal notes are not there", arguments: [Who.endUser, .analyst, .manager])
    func others(who: Who) async throws {
        try await TestDesk.run { desk in
            let (path, open, inside) = try await noted(desk)
            let notes = try await desk.get(who, path)
            #expect(notes.itemIDs == [open] && notes.total == 1)
            #expect(try await desk.get(who, "\(path)/internal").itemIDs == [])
            #expect(try await desk.get(who, "\(path)?id=\(inside)").itemIDs == [])
            #expect(try await desk.get(who, "\(path)?sort=-id").itemIDs == [open])
        }
    }

    @Test("who may not write internal notes is refused", arguments: [Who.endUser, .analyst, .auditor, .manager])
    func writers(who: Who) async throws {
        try await TestDesk.run { desk in
            let path = "/v1/requests/\(try await desk.request())/notes"
            try await desk.expect(403, who, .post, path, ["text": "Between us", "internal": true])
        }
    }

    @Test("who only reads writes no note, before anything else is judged, unless they are named on the record")
    func readers() async throws {
        try await TestDesk.run { desk in
            let request = "/v1/requests/\(try await desk.request())"
            let workflow = try await desk.workflow()
            let task = "/v1/tasks/\(try await desk.task(workflow, "approval"))"
            for role in Role.allCases {
                try await desk.grant(.auditor, Roles(role))
                let writes = Roles(role).writesNotes
                for path in [request, workflow, task] {
                    // A key contact sees none of them.
                    let refusal = role == .keyContact ? 404 : 403
                    let notes = "\(path)/notes"
                    try await desk.expect(writes ? 201 : refusal, .auditor, .post, notes, ["text": "Seen"])
                }
            }
            for (role, status) in [(Role.auditor, 403), (.specialist, 422)] {
                try await desk.grant(.auditor, Roles(role))
                for body in [["text": ""], ["attachments": [["key": "a"]]], ["text": [1], "internal": []]] as [JSON] {
                    try await desk.expect(status, .auditor, .post, "\(task)/notes", body)
                }
            }
            try await desk.grant(.auditor, Roles(.auditor))
            try await desk.create(.specialist, "\(request)/watches", ["person_id": .integer(desk.id(.auditor))])
            try await desk.expect(201, .auditor, .post, "\(request)/notes", ["text": "Seen"])
            try await desk.expect(403, .auditor, .post, "\(request)/notes", ["text": "Seen", "internal": true])
            try await desk.ask(Int64(task.split(separator: "/")[2]) ?? 0, .auditor)
            let other = "/v1/tasks/\(try await desk.task(workflow))"
            // Whoever is asked may ask back on the task and on the workflow, and nowhere else.
            for path in [task, workflow] {
                try await desk.expect(201, .auditor, .post, "\(path)/notes", ["text": "Seen"])
            }
            try await desk.expect(403, .auditor, .post, "\(other)/notes", ["text": "Seen"])
        }
    }

    @Test("an archived record hears who may not write before it is said to be archived")
    func archived() async throws {
        try await TestDesk.run { desk in
            let id = try await desk.request()
            try await desk.complete(id)
            try await desk.expect(200, .administrator, .post, "/v1/requests/\(id)/archive")
            let path = "/v1/requests/\(id)/notes"
            try await desk.expect(403, .auditor, .post, path, ["text": ""])
            try await desk.expect(422, .endUser, .post, path, ["text": ""], refused: ["archived"])
        }
    }

    @Test("an internal note that comes with a request is refused before anything else is judged")
    func internalWithRequest() async throws {
        try await TestDesk.run { desk in
            let path = "/v1/requests/\(try await desk.request())"
            for note: JSON in ["Between us", .string(String(repeating: "x", count: 65_537))] {
                for more: JSON in ["x", ""] {
                    let body: JSON = ["internal_note": note, "subject": more]
                    try await desk.expect(403, .analyst, .patch, path, body)
                    try await desk.expect(403, .analyst, .post, "/v1/requests", body)
                }
            }
            let files: JSON = ["internal_note_attachments": [["key": "a"]]]
            try await desk.expect(403, .analyst, .patch, path, files)
            try await desk.expect(200, .analyst, .patch, path, ["internal_note": "", "subject": "y"])
            try await desk.expect(200, .specialist, .patch, path, ["internal_note": "Between us"])
        }
    }

    @Test("a note needs a text, of at most 65,536 bytes, and takes no files yet")
    func refusals() async throws {
        try await TestDesk.run { desk in
            let path = "/v1/requests/\(try await desk.request())/notes"
            for text in [.null, "", " \n "] as [JSON] {
                try await desk.expect(422, .endUser, .post, path, ["text": text], refused: ["text"])
            }
            try await desk.expect(422, .endUser, .post, path, [:], refused: ["text"])
            let long = String(repeating: "é", count: 32_768)
            try await desk.expect(422, .endUser, .post, path, ["text": .string(long + "x")], refused: ["text"])
            try await desk.expect(201, .endUser, .post, path, ["text": .string(long)])
            try await desk.expect(
                422, .endUser, .post, path, ["text": "x", "attachments": [["key": "a"]]], refused: ["attachments"])
            for who in [Who.otherUser, .outsider] { try await desk.expect(404, who, .post, path, ["text": "x"]) }
        }
    }

    @Test("notes are filtered and sorted by what they have, oldest first by default")
    func lists() async throws {
        try await TestDesk.run { desk in
            let (path, open, inside) = try await noted(desk)
            desk.clock.advance(seconds: 60)
            let late = try await desk.create(.specialist, path, ["text": "Later"])
            #expect(try await desk.get(.specialist, path).itemIDs == [open, inside, late])
            let mark = desk.id(.specialist)
            #expect(try await desk.get(.specialist, "\(path)?person_id=\(mark)").itemIDs == [inside, late])
            #expect(try await desk.get(.specialist, "\(path)?medium=default&sort=-id").total == 3)
            for sort in [
                "person_id,-created_at", "person, -created_at", "-person_id,created_at , id", "-created_at,id",
            ] {
                let isReversed = sort.hasPrefix("-person")
                let own = isReversed ? [inside, late] : [late, inside]
                let notes =
                    sort.contains("person")
                    ? (desk.id(.endUser) < mark) == isReversed ? own + [open] : [open] + own : [late, open, inside]
                let list = "\(path)?sort=\(sort.replacing(" ", with: "%20"))"
                #expect(try await desk.get(.specialist, list).itemIDs == notes, "\(sort)")
            }
            try await desk.expect(400, .specialist, .get, "\(path)?sort=text")
            try await desk.expect(400, .specialist, .get, "\(path)?sort=text_id")
            let time = "2023-02-01T11:15:00Z"
            #expect(try await desk.get(.specialist, "\(path)?created_at=%3E\(time)").itemIDs == [late])
            try await desk.expect(400, .specialist, .get, "\(path)?text=Later")
            try await desk.expect(404, .specialist, .get, "\(path)/secret")
        }
    }

    @Test("a note of a person from another account says so")
    func foreign() async throws {
        try await TestDesk.run { desk in
            let path = "/v1/requests/\(try await desk.request())"
            let body: JSON = ["person_id": .integer(desk.id(.foreignUser))]
            try await desk.create(.specialist, "\(path)/watches", body)
            let reply = try await desk.call(
                .foreignUser, .post, "\(path)/notes", ["text": "Hello"], headers: ["X-4me-Account": "wna"])
            #expect(reply.status == 201)
            let note = try await desk.get(.endUser, "\(path)/notes").items.first
            #expect(note?["account"] == ["id": "pro-product", "name": "Widget International"])
            #expect(note?["person"] == desk.reference(.foreignUser, foreign: true))
        }
    }
}
