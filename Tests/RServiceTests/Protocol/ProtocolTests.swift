import Testing
import Wire

@Suite struct ProtocolTests {
    @Test(
        "a known path with another verb says which it knows",
        arguments: [
            (Verb.delete, "/v1/requests/1", "GET, HEAD, PATCH, PUT"), (.patch, "/v1/requests", "GET, HEAD, POST"),
            (.get, "/v1/requests/1/archive", "POST"), (.put, "/v1/requests/1/watches", "DELETE, GET, HEAD, POST"),
            (.post, "/v1/requests/1/watches/2", "DELETE, GET, HEAD, PATCH, PUT"), (.post, "/v1/me", "GET, HEAD"),
            (.delete, "/v1/requests.json", "GET, HEAD, POST"), (.options, "/v1/people/", "GET, HEAD, POST"),
        ])
    func otherVerbs(verb: Verb, path: String, allowed: String) async throws {
        try await TestDesk.run { desk in
            let reply = try await desk.expect(405, .specialist, verb, path)
            #expect(reply.header("Allow") == allowed && reply.json == ["message": "Method Not Allowed"])
        }
    }

    @Test(
        "an unknown path is not found",
        arguments: [
            "/nowhere", "/v2/requests", "/v1/request", "/v1/requests/0", "/v1/requests/-1", "/v1/requests/1x",
            "/v1/requests/99999999999999999999", "/v1/requests/1/2/3", "/v1/people/1/watches", "/v1/Requests",
            "/v1/requests/%31%2F2", "/v1/people/me/teams", "/v1/requests/+1", "/v1/.json",
        ])
    func unknown(path: String) async throws {
        try await TestDesk.run { desk in
            for verb in [Verb.get, .post, .delete] {
                let reply = try await desk.expect(404, .administrator, verb, path)
                #expect(reply.json == ["message": "Not Found"])
            }
        }
    }

    @Test("a trailing slash and .json make no difference")
    func spellings() async throws {
        try await TestDesk.run { desk in
            let id = try await desk.request()
            for path in ["/v1/requests/\(id)", "/v1/requests", "/v1/requests/open", "/v1/me", "/v1/teams"] {
                let bytes = try await desk.get(.specialist, path).bytes
                for other in ["\(path)/", "\(path)//", "\(path).json", "\(path).json/", "\(path)/?per_page=20"] {
                    #expect(try await desk.get(.specialist, other).bytes == bytes, "\(other)")
                }
            }
            let created: JSON = ["subject": "x", "category": "other"]
            let reply = try await desk.expect(201, .specialist, .post, "/v1/requests/", created)
            #expect(reply.header("Location")?.contains("/v1/requests/") == true)
            #expect(reply.header("Location")?.contains("//v1") == false)
        }
    }

    @Test("PUT is PATCH, and HEAD is GET without a body")
    func aliases() async throws {
        try await TestDesk.run { desk in
            let id = try await desk.request()
            let path = "/v1/requests/\(id)"
            #expect(try await desk.expect(200, .specialist, .put, path, ["subject": "Put"])["subject"] == "Put")
            for path in [path, "/v1/requests"] {
                let (full, head) = (
                    try await desk.get(.specialist, path), try await desk.expect(200, .specialist, .head, path)
                )
                #expect(head.bytes.isEmpty)
                for name in ["ETag", "Content-Type", "Content-Length", "X-Pagination-Total-Entries"] {
                    #expect(head.header(name) == full.header(name), "\(name)")
                }
            }
            try await desk.expect(404, .specialist, .head, "/v1/requests/999")
        }
    }

    @Test("JSON is all there is, for whoever takes it")
    func accept() async throws {
        try await TestDesk.run { desk in
            for type in ["application/json", "*/*", "text/html,application/xhtml+xml,*/*;q=0.8", "application/*"] {
                _ = try await desk.get(.specialist, "/v1/me", headers: ["Accept": type])
            }
            for type in [
                "application/xml", "image/png, text/csv", "application/vnd.rbweb+xml", "application/json; q=0.0",
            ] {
                let reply = try await desk.expect(406, .specialist, .get, "/v1/me", headers: ["Accept": type])
                #expect(reply.json == ["message": "Not Acceptable"])
                let body: JSON = ["subject": "x", "category": "other"]
                try await desk.expect(406, .specialist, .post, "/v1/requests", body, headers: ["Accept": type])
            }
        }
    }

    @Test("every answer has an id of its own, forbids guessing types, and is JSON in UTF-8")
    func everyAnswer() async throws {
        try await TestDesk.run { desk in
            var ids: Set<String> = []
            let calls: [(Who?, Verb, String, Int)] = [
                (.specialist, .get, "/v1/requests", 200), (.specialist, .get, "/v1/requests/9", 404),
                (nil, .get, "/v1/requests", 401), (.specialist, .delete, "/v1/requests", 405),
                (.specialist, .post, "/v1/requests", 422), (.endUser, .post, "/v1/teams", 403),
                (.specialist, .get, "/v1/requests?x=1", 400), (nil, .get, "/v1", 200),
            ]
            for (who, verb, path, status) in calls {
                let reply = try await desk.expect(status, who, verb, path)
                #expect(reply.header("X-Content-Type-Options") == "nosniff")
                #expect(reply.header("Content-Type") == "application/json; charset=utf-8")
                ids.insert(try #require(reply.header("X-Request-Id")))
                #expect((reply["message"] == nil) == (status == 200))
            }
            #expect(ids.count == calls.count)
        }
    }

    @Test("what anybody may see is seen without a token")
    func open() async throws {
        try await TestDesk.run { desk in
            let api = try await desk.get(nil, "/v1")
            #expect(api.json == [:])
            #expect(try await desk.get(nil, "/healthz").json == ["status": "ok"])
            #expect(try await desk.get(nil, "/").header("Content-Type") == "text/html; charset=utf-8")
            #expect(try await desk.get(nil, "/v1/openapi.json")["openapi"] == "3.1.0")
        }
    }

    @Test(
        "a client that says where it comes from is remembered as the source",
        arguments: [
            ("X-4me-Source", "monitoring"), ("X-Xurrent-Source", "monitoring"), ("X-R-Service-Source", "monitoring"),
            ("User-Agent", "curl/8.0"), ("X-4me-Source", String(repeating: "s", count: 40)),
        ])
    func source(name: String, value: String) async throws {
        try await TestDesk.run { desk in
            var body: JSONObject = JSONObject([("subject", "x"), ("category", "other")])
            let headers = [name: value]
            let one = try await desk.expect(201, .endUser, .post, "/v1/requests", .object(body), headers: headers)
            #expect(one["source"] == .string(String(value.prefix(30))))
            body["source"] = "Event"
            body["sourceID"] = "E-1"
            let two = try await desk.expect(201, .endUser, .post, "/v1/requests", .object(body), headers: headers)
            #expect(two["source"] == "Event" && two["sourceID"] == "E-1")
            let path = "/v1/requests/\(try #require(two["id"]?.integer))"
            try await desk.expect(403, .specialist, .patch, path, ["sourceID": "E-2"])
            try await desk.expect(200, .administrator, .patch, path, ["sourceID": "E-2"])
        }
    }
}
