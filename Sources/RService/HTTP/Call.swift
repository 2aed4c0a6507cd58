import HTTPTypes
import Hummingbird
import NIOCore
import Resources
import ServiceDesk
import Store
import Web
import Wire

/// One call after routing and authentication: everything a handler reads.
struct Call: Sendable {
    let desk: Installation
    let viewer: Viewer
    /// The ids in the path, in order.
    let ids: [Int64]
    /// The name of a predefined list in the path, or nil.
    let list: String?
    let query: QueryString
    /// What the path has beyond the route, decoded; empty for most.
    let rest: String
    /// The body as fields; empty when none was sent.
    let body: JSONObject
    /// The body as it comes in, for an endpoint that takes it so.
    let stream: RequestBody
    /// What a client waits for that asked whether to send its body; to be sent before the stream is read.
    let invitation: Invitation
    let method: HTTPRequest.Method
    let headers: HTTPFields
    /// The connection.
    let channel: any Channel
    /// Where this server is reached: `https://api.example.com`.
    let origin: String
    /// The path as it was asked for, with the prefix and without a trailing slash.
    let path: String
    /// How many calls are left.
    let rate: RateLimiter.Verdict
    /// Counts the call for the holder of a form, when nobody said otherwise who calls.
    let holder: FormHolder?

    /// The id of the record the path leads to.
    var id: Int64 { ids.first ?? 0 }
    /// The id of the entry that hangs on that record.
    var entryID: Int64 { ids.last ?? 0 }

    var perspective: Perspective { viewer.perspective }

    /// Who calls; nil when nobody said.
    var knownViewer: Viewer? { viewer.person == 0 ? nil : viewer }

    /// The body checked against a schema, with what is known of the files it names.
    /// - Throws: `Refusal.invalid` for values that are wrong by themselves.
    func input(_ schema: Schema) async throws -> Input {
        let input = try await checked(schema)
        if !input.errors.isEmpty { throw Refusal.invalid(input.errors) }
        return input
    }

    /// The same for the steps of `Writing`, which say what is wrong with the values once it is known that the caller
    /// may set them.
    func checked(_ schema: Schema) async throws -> Input {
        var input = Input(checking: schema, body, zone: perspective.zone)
        try await desk.attachments.resolve(&input, for: viewer)
        return input
    }

    /// The state that `If-Match` asks for.
    var precondition: Precondition { Precondition(headers[values: .ifMatch]) }
}

extension Precondition {
    /// Keeps the record from other writers, so that what is checked here still holds when it is changed.
    /// - Parameter bytes: the record as somebody sees it.
    /// - Throws: `Refusal.preconditionFailed` when the record as the viewer sees it has none of the tags.
    func check(
        _ transaction: Transaction, locking table: String, _ id: Int64, for perspective: Perspective,
        _ bytes: (Perspective) throws -> [UInt8]
    ) throws {
        if isOpen { return }
        try transaction.lock(table, [id])
        if names(try bytes(perspective)) { return }
        // The addresses of files are others each day, and the tag with them, but the record is still what was seen.
        for files in perspective.files.neighbours {
            var eyes = perspective
            eyes.files = files
            if names(try bytes(eyes)) { return }
        }
        throw Refusal.preconditionFailed
    }
}
