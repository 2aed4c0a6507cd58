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

    /// The body checked against a schema, with what is known of the files it names. What is wrong with the values is
    /// said by whoever takes them, once it is known that the caller may set them.
    func checked(_ schema: Schema) async throws -> Input {
        var input = Input(checking: schema, body, zone: perspective.zone)
        try await desk.attachments.resolve(&input, for: viewer)
        return input
    }

    /// The state that `If-Match` asks for.
    var precondition: Precondition { Precondition(headers[values: .ifMatch]) }
}

extension Call {
    /// Does a change if the record that `id` names is in the state that `If-Match` demands.
    /// - Parameter lock: keeps what the change locks before the record.
    func ifMatch<Result>(
        _ transaction: Transaction, _ schema: Schema, trashedToo: Bool = false,
        locking lock: (Transaction) throws -> Void = { _ in }, _ change: () throws -> Result
    ) throws -> Result {
        // What the change locks it locks itself.
        if precondition.isOpen { return try change() }
        try lock(transaction)
        return try precondition.check(
            transaction, locking: schema.kind.table, id, for: perspective, change
        ) { try Single.read(transaction.db, schema, id: id, for: $0, trashedToo: trashedToo) }
    }
}

extension Precondition {
    /// Does a change, if the record as the viewer sees it has one of the tags; it is kept from other writers, so that
    /// what is checked here still holds when it is changed. A right that is missing is said first (RFC 9110, section
    /// 13.2.1): so the change is tried whatever the tags are, and the transaction takes it back.
    /// - Parameter bytes: the record as somebody sees it.
    /// - Throws: `Refusal.preconditionFailed` when the record has none of the tags; what the change throws.
    func check<Result>(
        _ transaction: Transaction, locking table: String, _ id: Int64, for perspective: Perspective,
        _ change: () throws -> Result, _ bytes: (Perspective) throws -> [UInt8]
    ) throws -> Result {
        if isOpen { return try change() }
        try transaction.lock(table, [id])
        let isMet = try isMet(for: perspective, bytes)
        do {
            let result = try change()
            if isMet { return result }
        } catch Refusal.invalid(let errors) {
            if isMet { throw Refusal.invalid(errors) }
        }
        throw Refusal.preconditionFailed
    }

    private func isMet(for perspective: Perspective, _ bytes: (Perspective) throws -> [UInt8]) throws -> Bool {
        if names(try bytes(perspective)) { return true }
        // The addresses of files are others each day, and the tag with them, but the record is still what was seen.
        return try perspective.files.neighbours.contains { files in
            var eyes = perspective
            eyes.files = files
            return names(try bytes(eyes))
        }
    }
}
