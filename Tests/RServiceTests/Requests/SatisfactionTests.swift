import Testing
import Wire

@Suite struct SatisfactionTests {
    @Test("a requester says once that they are satisfied; there is nothing to say before and after")
    func satisfied() async throws {
        try await TestDesk.run { desk in
            let id = try await desk.request()
            let path = "/v1/requests/\(id)"
            let early = try await desk.expect(304, .endUser, .post, "\(path)/satisfied")
            #expect(early.bytes.isEmpty)
            try await desk.complete(id)
            try await desk.expect(304, .specialist, .post, "\(path)/satisfied")
            try await desk.expect(404, .otherUser, .post, "\(path)/satisfied")
            try await desk.expect(204, .endUser, .post, "\(path)/satisfied")
            #expect(try await desk.get(.endUser, path)["satisfaction"] == "satisfied")
            #expect(try await desk.audit(path).last?["changes"] == ["satisfaction": [.null, "satisfied"]])
            try await desk.expect(304, .endUser, .post, "\(path)/satisfied")
            try await desk.expect(304, .endUser, .post, "\(path)/dissatisfied", ["note": "After all"])
        }
    }

    @Test("dissatisfaction needs a note, which stays; it reopens the request when asked to", arguments: [true, false])
    func dissatisfied(reopens: Bool) async throws {
        try await TestDesk.run { desk in
            let id = try await desk.request()
            let path = "/v1/requests/\(id)"
            try await desk.complete(id)
            for body in [[:], ["note": ""], ["note": .null], ["note": "  \n"]] as [JSON] {
                try await desk.expect(422, .endUser, .post, "\(path)/dissatisfied", body, refused: ["note"])
            }
            let body: JSON = ["note": "Still broken", "reopen": .bool(reopens)]
            try await desk.expect(204, .endUser, .post, "\(path)/dissatisfied", body)
            let request = try await desk.get(.endUser, path)
            #expect(request["satisfaction"] == "dissatisfied")
            #expect(request["status"] == (reopens ? "assigned" : "completed"))
            #expect(request["reopen_count"] == (reopens ? 1 : 0))
            let notes = try await desk.get(.endUser, "\(path)/notes").items
            #expect(notes.map { $0["text"] } == ["Still broken"])
            let open = try await desk.get(.specialist, "/v1/requests/open")
            #expect(open.total == (reopens ? 1 : 0))
        }
    }

    @Test("files with the rating are refused by name")
    func attachments() async throws {
        try await TestDesk.run { desk in
            let id = try await desk.request()
            try await desk.complete(id)
            try await desk.expect(
                422, .endUser, .post, "/v1/requests/\(id)/dissatisfied",
                ["note": "x", "note_attachments": [["key": "a"]]], refused: ["note_attachments"])
        }
    }
}
