import HTTPTypes

/// The verbs of the protocol.
enum Verb: String, Sendable {
    case get, post, patch, put, delete, head, options

    /// The verb as it stands in a request.
    var method: HTTPRequest.Method {
        switch self {
        case .get: .get
        case .post: .post
        case .patch: .patch
        case .put: .put
        case .delete: .delete
        case .head: .head
        case .options: .options
        }
    }

    /// The verb as the server's description calls it: PUT is PATCH, HEAD is GET.
    var described: String {
        switch self {
        case .put: "patch"
        case .head: "get"
        default: rawValue
        }
    }
}
