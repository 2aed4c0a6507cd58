import NIOCore
import ServiceDesk
import Web
import Wire

/// What is answered without knowing who calls.
enum Welcome {
    static let api = Endpoint(summary: "Says that the API is here", access: .anyone, response: .other(JSONSchema.empty))
    { _ in
        .json([:])
    }

    static let document = Endpoint(
        summary: "Describes the API (OpenAPI 3.1)", access: .anyone, response: .other(JSONSchema.anyObject)
    ) { _ in .json(OpenAPIDocument.bytes) }

    static let rateLimit = Endpoint(
        summary: "Shows how many calls are left", access: .optional, response: .other(JSONSchema.rateLimit),
        isFree: true
    ) { call in
        let core: JSON = [
            "limit": .integer(Int64(call.rate.limit)), "remaining": .integer(Int64(call.rate.remaining)),
            "reset": .integer(call.rate.reset),
        ]
        return .json(["resources": ["core": core]])
    }

    /// 200 as long as the store reads and writes; else 503.
    static let health = Endpoint(
        summary: "Says whether the server can work", access: .anyone, response: .other(JSONSchema.health), isFree: true
    ) { call in
        try await call.desk.health.check()
        return .json(["status": "ok"])
    }

    /// A small page until there is a desk.
    static let page = Endpoint(
        summary: "A page for people who open the server in a browser", access: .anyone, response: .nothing
    ) { _ in
        Answer(body: ByteBuffer(string: html), contentType: "text/html; charset=utf-8")
    }

    private static let html = """
        <!doctype html>
        <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
        <title>Steward</title>
        <style>body{font:16px/1.5 system-ui,sans-serif;max-width:40rem;margin:4rem auto;padding:0 1rem}</style></head>
        <body><h1>Steward</h1>
        <p>This server keeps requests, who watches them, workflows with tasks and approvals, and releases. \
        Programs reach it under <a href="/v1">/v1</a>;
        what they can ask is described in <a href="/v1/openapi.json">/v1/openapi.json</a>.</p>
        </body></html>

        """
}
