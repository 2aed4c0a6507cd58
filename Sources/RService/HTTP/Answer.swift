import HTTPTypes
import Hummingbird
import NIOCore
import Resources
import Wire

/// What a handler answers, before headers.
struct Answer: Sendable {
    var status: HTTPResponse.Status = .ok
    /// The JSON; nil for an answer without a body.
    var body: ByteBuffer?
    var contentType = "application/json; charset=utf-8"
    /// The page that a collection's headers describe.
    var page: Page?
    /// Where a created record is.
    var location: String?
    /// Headers beside those that follow from the rest.
    var headers = HTTPFields()
    /// A body that is sent piece by piece, in place of `body`.
    var stream: ResponseBody?

    /// A record or list.
    static func json(_ bytes: [UInt8], status: HTTPResponse.Status = .ok) -> Answer {
        Answer(status: status, body: ByteBuffer(bytes: bytes))
    }

    static func json(_ value: JSON, status: HTTPResponse.Status = .ok) -> Answer {
        Answer(status: status, body: ByteBuffer(bytes: value.bytes))
    }

    static let noContent = Answer(status: .noContent)
}
