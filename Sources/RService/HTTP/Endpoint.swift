import HTTPTypes
import Resources
import ServiceDesk
import Web
import Wire

/// What a route leads to: the handler, who may call it, and what the API document says of it.
package struct Endpoint: Sendable {
    /// What a call answers, for the API document.
    enum Response: Sendable {
        case record(Schema)
        case collection(Schema)
        /// A JSON value described by hand.
        case other(JSON)
        case nothing
    }

    /// Whether a token is needed, and what it must allow.
    enum Access: Sendable {
        case anyone
        /// A token is not needed, but must be valid when there is one.
        case optional
        /// Any valid token.
        case known
        case scope(Scopes.Actions, on: RecordKind)
        /// One of several actions.
        case anyScope(Scopes.Actions, on: RecordKind)
    }

    var summary: String
    var access: Access
    var response: Response
    var status: HTTPResponse.Status = .ok
    /// What the body is checked against, if the call takes one.
    var input: Schema?
    /// Statuses beside the usual ones.
    var furtherStatuses: [HTTPResponse.Status] = []
    /// Refusals beside the usual ones.
    var furtherFailures: [HTTPResponse.Status] = []
    /// Whether the call is not counted against the rate limit.
    var isFree = false
    /// Whether the handler reads the body itself, as it comes in.
    var takesStream = false
    /// Whether a client must take JSON.
    var mindsAccept = true
    /// Whether errors are told as S3 does, as far as the handler does not know better.
    var speaksAsS3: @Sendable (Installation) -> Bool = { _ in false }
    /// The statuses that are, or may be, answered in XML.
    var xmlStatuses: [HTTPResponse.Status] = []
    let handle: @Sendable (Call) async throws -> Answer
}

/// A verb, a path and an endpoint of this face.
package typealias Route = Web.Route<Endpoint>
typealias RouteTable = Web.RouteTable<Endpoint>
