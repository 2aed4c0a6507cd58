import ServiceDesk
import Testing
import Wire

@testable import RService

/// Texts of one line and links: what a mail's header or a page's link may take over as it is.
@Suite struct OneLineTests {
    @Test(
        "names and subjects of all records hold no line breaks",
        arguments: [
            ("people", "name"), ("people", "primary_email"), ("people", "job_title"), ("teams", "name"),
            ("teams", "inbound_email_local_part"), ("organizations", "name"), ("organizations", "financialID"),
            ("services", "name"), ("services", "keywords"), ("workflows", "subject"), ("workflows", "workflow_type"),
            ("releases", "subject"), ("tasks", "subject"), ("tasks", "supplier_requestID"), ("phases", "name"),
            ("requests", "subject"),
        ])
    func records(noun: String, field: String) async throws {
        try await TestDesk.run { desk in
            let workflow = try await desk.workflow()
            try await desk.grant(.administrator, Roles(.accountAdministrator, .releaseManager))
            let path =
                switch noun {
                case "people": "/v1/people/\(desk.id(.endUser))"
                case "teams": "/v1/teams/\(desk.company.network)"
                case "organizations": "/v1/organizations/\(desk.company.organization)"
                case "services": "/v1/services/\(desk.company.laptops)"
                case "workflows": workflow
                case "releases": try await desk.release()
                case "tasks": "/v1/tasks/\(try await desk.task(workflow))"
                case "phases":
                    workflow + "/phases/"
                        + String(try await desk.create(.administrator, workflow + "/phases", ["name": "First"]))
                default: "/v1/requests/\(try await desk.request())"
                }
            for text in ["a\r\nBcc: x@y", "a\tb", "\u{1B}[31m", "a\u{7F}", "a\u{85}b", "a\u{2028}b"] {
                let reply = try await desk.expect(
                    422, .administrator, .patch, path, .object(JSONObject([(field, .string(text))])), refused: [field])
                let complaint = reply["errors"]?.items.first?.items.last?.text ?? ""
                #expect(complaint.hasSuffix("can't contain line breaks or control characters"))
            }
            let text = field == "primary_email" ? "a@b.example" : "One line, é 日本"
            let reply = try await desk.expect(
                200, .administrator, .patch, path, .object(JSONObject([(field, .string(text))])))
            #expect(reply[field] == .string(text))
        }
    }

    @Test("pictures have an address of the web or none", arguments: ["people", "teams", "organizations", "services"])
    func pictures(noun: String) async throws {
        try await TestDesk.run { desk in
            let id =
                switch noun {
                case "people": desk.id(.endUser)
                case "teams": desk.company.network
                case "organizations": desk.company.organization
                default: desk.company.laptops
                }
            let path = "/v1/\(noun)/\(id)"
            let address: JSON = "https://pictures.example/a.png?size=5#x"
            let reply = try await desk.expect(200, .administrator, .patch, path, ["picture_uri": address])
            #expect(reply["picture_uri"] == address)
            for text in [
                "javascript:alert(1)", "JAVASCRIPT://a/%0Aalert(1)", "data:text/html,x", "//evil.example/a.png",
                "https:///a.png", "https://a b/", "https://a/\nb", "ftp://a/b", String(repeating: "x", count: 2_001),
            ] {
                try await desk.expect(
                    422, .administrator, .patch, path, ["picture_uri": .string(text)], refused: ["picture_uri"])
            }
            #expect(try await desk.get(.administrator, path)["picture_uri"] == address)
            let cleared = try await desk.expect(200, .administrator, .patch, path, ["picture_uri": ""])
            #expect(cleared["picture_uri"] == JSON.null)
        }
    }

    @Test("the source that a header names is made one line")
    func source() async throws {
        try await TestDesk.run { desk in
            let body: JSON = ["subject": "x", "category": "other"]
            for (sent, kept) in [
                ("moni\ttoring", "moni toring"), ("a\u{9B}31m", "a 31m"), ("\u{85}", "R-Service API"),
                ("é\u{2028}", "é"),
            ] {
                let reply = try await desk.expect(
                    201, .specialist, .post, "/v1/requests", body, headers: ["X-4me-Source": sent])
                #expect(reply["source"] == .string(kept))
            }
            try await desk.expect(
                422, .specialist, .post, "/v1/requests", ["subject": "x", "category": "other", "source": "a\tb"],
                refused: ["source"])
        }
    }

    @Test("the description says what texts and links hold")
    func description() throws {
        let document = try JSON.parse(OpenAPIDocument.bytes)
        func taken(_ path: String, _ field: String) -> JSON? {
            let content = document["paths"]?[path]?["post"]?["requestBody"]?["content"]
            return content?["application/json"]?["schema"]?["properties"]?[field]
        }
        for noun in ["people", "teams", "organizations", "services"] {
            let property = try #require(taken("/v1/\(noun)", "picture_uri"))
            #expect(property["format"] == "uri" && property["pattern"] == .string(WebAddress.pattern))
            #expect(property["maxLength"] == 2_000)
        }
        let shown = try #require(document["components"]?["schemas"]?["Person"]?["properties"]?["picture_uri"])
        #expect(shown["format"] == "uri" && shown["type"] == ["string", "null"])

        let pattern = try #require(taken("/v1/requests", "subject")?["pattern"]?.text)
        #expect(try "One line, é 日本".wholeMatch(of: Regex(pattern)) != nil)
        for text in ["a\nb", "\t", "\u{7F}", "a\u{85}", "\u{2028}", "\u{1B}[31m"] {
            #expect(try text.wholeMatch(of: Regex(pattern)) == nil)
        }
        #expect(try #require(taken("/v1/requests", "note"))["pattern"] == nil)
    }
}
