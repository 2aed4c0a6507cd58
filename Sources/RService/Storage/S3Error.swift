import Files
import HTTPTypes
import Hummingbird
import NIOCore

/// An error of an upload, and how its client is to be told.
struct UploadError: Error {
    let cause: any Error
    /// Whether the client speaks with S3.
    let isAsS3: Bool
}

/// Errors as S3 writes them: its clients read nothing but XML.
enum S3Error {
    static let contentType = "application/xml"
    static let declaration = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"

    /// What stands below the declaration. Clients look for the message on the line of its code.
    static func text(_ code: String, _ message: String) -> String {
        "<Error><Code>\(code)</Code><Message>\(message.escapedForXML)</Message></Error>"
    }

    /// The code that S3 has for what a status says.
    static func code(_ status: HTTPResponse.Status) -> String {
        switch status {
        case .badRequest: "InvalidRequest"
        case .unauthorized, .forbidden: "AccessDenied"
        case .notFound: "NoSuchKey"
        case .contentTooLarge: UploadRefusal.Code.tooLarge.rawValue
        case .tooManyRequests: "SlowDown"
        case .serviceUnavailable: "ServiceUnavailable"
        case .requestTimeout: "RequestTimeout"
        default: status.code < 500 ? "InvalidRequest" : "InternalError"
        }
    }

    /// The statuses that uploads are, or may be, answered with in XML.
    static let statuses: [HTTPResponse.Status] = [
        .badRequest, .unauthorized, .forbidden, .notFound, .conflict, .contentTooLarge, .unprocessableContent,
        .tooManyRequests, .internalServerError, .serviceUnavailable, .noRoom,
    ]
}

extension Response {
    /// A failure as S3 tells of it.
    init(s3 failure: Failure) {
        let text = S3Error.declaration + S3Error.text(S3Error.code(failure.status), failure.message)
        self.init(
            status: failure.status, headers: failure.headers, body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
        headers[.contentType] = S3Error.contentType
    }
}

extension String {
    /// As it stands between tags.
    var escapedForXML: String {
        replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    }
}
