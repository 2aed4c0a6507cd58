import Files
import HTTPTypes
import Hummingbird
import NIOCore
import NIOHTTP1
import Resources
import Store
import Web
import Wire

/// An error as the wire shows it (docs/protocol/general.md#errors). What happened inside stays in the log.
struct Failure: Sendable {
    let status: HTTPResponse.Status
    let body: JSON
    var headers: HTTPFields = [:]
    /// What the log should know beyond the status.
    var reason: String?

    init(_ status: HTTPResponse.Status, _ message: String, reason: String? = nil) {
        self.init(status, ["message": .string(message)], reason: reason)
    }

    private init(_ status: HTTPResponse.Status, _ body: JSON, reason: String? = nil) {
        self.status = status
        self.body = body
        self.reason = reason
    }

    /// The sentence about it.
    var message: String {
        guard case .object(let object) = body, let text = object["message"]?.text else { return status.reasonPhrase }
        guard case .array(let errors)? = object["errors"], case .array(let first)? = errors.first else { return text }
        return first.last?.text ?? text
    }

    /// How an error is written.
    static let contentType = "application/json; charset=utf-8"

    init(_ error: any Error, requestID: String) {
        switch error {
        case let error as UploadError: self.init(error.cause, requestID: requestID)
        case let refusal as Refusal: self.init(refusal)
        case let error as Malformed: self.init(.badRequest, error.message)
        case let error as StoreError: self.init(error, requestID)
        case let error as FileError: self.init(error, requestID)
        case let error as AnswersWaiting: self.init(unavailable: error.description)
        case let error as any HTTPResponseError: self.init(error.status, error.status.reasonPhrase)
        // The client went away, or sent what is no HTTP, in the middle of its body.
        case is HTTPParserError, is IOError, is ChannelError: self.init(.badRequest, "Bad Request")
        case is CancellationError: self.init(.serviceUnavailable, "Service Unavailable", reason: Exchange.clientHasGone)
        default: self.init(internal: error, requestID)
        }
    }

    private init(_ refusal: Refusal) {
        switch refusal {
        case .malformed(let message): self.init(.badRequest, message)
        case .unauthenticated:
            self.init(.unauthorized, "Unauthorized")
            headers[.wwwAuthenticate] = "Bearer"
        case .forbidden(let reason): self.init(.forbidden, "Forbidden", reason: reason)
        case .notFound: self.init(.notFound, "Not Found")
        case .preconditionFailed: self.init(.preconditionFailed, "Precondition Failed")
        case .invalid(let errors):
            self.init(
                .unprocessableContent,
                [
                    "message": "Validation Failed",
                    "errors": .array(errors.map { [.string($0.field), .string($0.text)] }),
                ])
        }
    }

    private init(_ error: StoreError, _ requestID: String) {
        switch error.kind {
        case .timeout, .unavailable, .conflict, .crowded, .newer: self.init(unavailable: error.description)
        case .outcomeUnknown:
            self.init(
                .serviceUnavailable,
                "The database went away while this change was being committed: it was made, or it was not. "
                    + "Look before you repeat it.",
                reason: error.description)
        case .constraint: self.init(.conflict, "Conflict", reason: error.description)
        case .cannotOpen, .defect: self.init(internal: error, requestID)
        }
    }

    private init(_ error: FileError, _ requestID: String) {
        switch error.kind {
        case .unavailable: self.init(unavailable: error.description)
        case .full:
            self.init(.noRoom, "There is no room left for files", reason: error.description)
        case .refused: self.init(internal: error, requestID)
        }
    }

    /// What cannot be done now, but soon.
    private init(unavailable reason: String) {
        self.init(.serviceUnavailable, "Service Unavailable", reason: reason)
        headers[.retryAfter] = "1"
    }

    private init(internal error: any Error, _ requestID: String) {
        self.init(
            .internalServerError,
            ["message": "Internal Server Error", "request_id": .string(requestID)],
            reason: String(describing: error))
    }
}

extension HTTPResponse.Status {
    /// RFC 4918, section 11.5.
    static let noRoom = HTTPResponse.Status(code: 507, reasonPhrase: "Insufficient Storage")
}

extension Response {
    /// A failure as an answer.
    init(_ failure: Failure) {
        self.init(
            status: failure.status, headers: failure.headers,
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: failure.body.bytes)))
        headers[.contentType] = Failure.contentType
    }
}
