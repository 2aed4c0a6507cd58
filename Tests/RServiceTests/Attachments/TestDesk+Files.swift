import Testing
import Wire

extension TestDesk {
    /// Uploads a file as a client does, and answers its key.
    func upload(
        _ who: Who = .specialist, _ content: String = "hello world", name: String = "hello.txt",
        headers: [String: String] = [:], at location: SourceLocation = #_sourceLocation
    ) async throws -> String {
        let storage = try await get(who, "/v1/attachments/storage", headers: headers, at: location)
        let reply = try await post(form(storage.json, content, name: name), who, headers: headers, at: location)
        #expect(reply.status == 200, "\(reply.json.compact)", sourceLocation: location)
        return try #require(reply["key"]?.text, sourceLocation: location)
    }

    /// The fields that a storage answer gave out, and the file.
    func form(_ storage: JSON, _ content: String, name: String) -> [(String, String)] {
        let provider = storage["provider"]?.text ?? ""
        let fields = storage[provider].map { fields in fields.keys.map { ($0, fields[$0]?.plain ?? "") } } ?? []
        return [("Content-Type", "text/plain")] + fields + [("file\"; filename=\"\(name)", content)]
    }

    /// Posts a form.
    func post(
        _ form: [(String, String)], _ who: Who?, headers: [String: String] = [:],
        at location: SourceLocation = #_sourceLocation
    ) async throws -> Reply {
        let parts = form.map { "--xyz\r\nContent-Disposition: form-data; name=\"\($0)\"\r\n\r\n\($1)\r\n" }
        return try await call(
            who, .post, "/v1/attachments", raw: Array((parts.joined() + "--xyz--").utf8),
            headers: headers.merging(["Content-Type": "multipart/form-data; boundary=xyz"]) { $1 }, at: location)
    }

    /// Reads a file by its address.
    func read(_ uri: JSON?, headers: [String: String] = [:]) async throws -> Reply {
        let address = try #require(uri?.text)
        let path = try #require(address.firstRange(of: "/storage/")).lowerBound
        return try await call(nil, .get, String(address[path...]), headers: headers)
    }
}

extension JSON {
    /// A scalar as a form has it.
    fileprivate var plain: String { text ?? integer.map(String.init) ?? "" }
}
