import HTTPTypes
import HummingbirdTesting
import NIOCore
import Testing
import Wire

extension TestDesk {
    /// Calls the server as a person, and checks the answer against the server's own description of it.
    @discardableResult
    func call(
        _ who: Who?, _ verb: Verb, _ path: String, raw: [UInt8]?, headers: [String: String] = [:],
        at location: SourceLocation = #_sourceLocation
    ) async throws -> Reply {
        var fields = HTTPFields()
        if let who { fields[.authorization] = "Bearer \(tokens[who] ?? "")" }
        for (name, value) in headers { fields[try #require(HTTPField.Name(name))] = value }
        // The client's codec takes these only escaped; the server takes them as they are.
        let target = path.replacing("<", with: "%3C").replacing(">", with: "%3E")
        let response = try await client.execute(
            uri: target, method: verb.method, headers: fields, body: raw.map { ByteBuffer(bytes: $0) })
        let bytes = Array(response.body.readableBytesView)
        let isJSON = response.headers[.contentType]?.hasPrefix("application/json") == true
        let json: JSON = isJSON && !bytes.isEmpty ? try JSON.parse(bytes) : .null
        let reply = Reply(status: response.status.code, headers: response.headers, bytes: bytes, json: json)
        for complaint in APIDocument.complaints(verb, path, reply) {
            Issue.record("\(verb) \(path) \(reply.status): \(complaint)", sourceLocation: location)
        }
        #expect(reply.status < 500, "\(verb) \(path): \(json.compact)", sourceLocation: location)
        return reply
    }

    @discardableResult
    func call(
        _ who: Who?, _ verb: Verb, _ path: String, _ body: JSON? = nil,
        headers: [String: String] = [:], at location: SourceLocation = #_sourceLocation
    ) async throws -> Reply {
        var headers = headers
        if body != nil, headers["Content-Type"] == nil { headers["Content-Type"] = "application/json" }
        return try await call(who, verb, path, raw: body?.bytes, headers: headers, at: location)
    }

    /// A call that must answer 200.
    func get(
        _ who: Who?, _ path: String, headers: [String: String] = [:], at location: SourceLocation = #_sourceLocation
    ) async throws -> Reply {
        let reply = try await call(who, .get, path, headers: headers, at: location)
        #expect(reply.status == 200, "GET \(path): \(reply.json.compact)", sourceLocation: location)
        return reply
    }

    /// A call that must answer a status and, when it is not a success, change nothing at all.
    @discardableResult
    func expect(
        _ status: Int, _ who: Who?, _ verb: Verb, _ path: String, _ body: JSON? = nil,
        headers: [String: String] = [:], refused: [String]? = nil, at location: SourceLocation = #_sourceLocation
    ) async throws -> Reply {
        let before = status < 300 ? nil : try await snapshot()
        let reply = try await call(who, verb, path, body, headers: headers, at: location)
        #expect(reply.status == status, "\(verb) \(path): \(reply.json.compact)", sourceLocation: location)
        if let refused { #expect(reply.refusedFields == refused, "\(reply.json.compact)", sourceLocation: location) }
        if let before {
            let changes = try await snapshot().differences(from: before)
            #expect(changes == [], "a refused call changed rows", sourceLocation: location)
        }
        return reply
    }

    /// Creates a record and answers its id.
    @discardableResult
    func create(
        _ who: Who, _ path: String, _ body: JSON, at location: SourceLocation = #_sourceLocation
    ) async throws -> Int64 {
        let reply = try await call(who, .post, path, body, at: location)
        #expect([200, 201].contains(reply.status), "POST \(path): \(reply.json.compact)", sourceLocation: location)
        return try #require(reply["id"]?.integer, sourceLocation: location)
    }

    /// Registers a request with as little as is needed, and answers its id.
    func request(
        _ who: Who = .endUser, _ more: [(String, JSON)] = [], at location: SourceLocation = #_sourceLocation
    ) async throws -> Int64 {
        let fields = [("subject", JSON.string("Broken")), ("category", "other")] + more
        return try await create(who, "/v1/requests", .object(JSONObject(fields)), at: location)
    }

    /// Completes a request.
    func complete(_ id: Int64, at location: SourceLocation = #_sourceLocation) async throws {
        try await expect(
            200, .specialist, .patch, "/v1/requests/\(id)", ["status": "completed", "completion_reason": "solved"],
            at: location)
    }
}
