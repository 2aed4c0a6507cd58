import HTTPTypes
import Hummingbird
import NIOCore
import NIOHTTPTypes

/// Tells a client that asks (`Expect: 100-continue`) to send its body, once it is known that the body is wanted. curl
/// asks before every larger one, and waits a second when nobody answers.
public struct Invitation: Sendable {
    private let channel: (any Channel)?

    /// - Parameter channel: the connection that the request came by.
    public init(_ request: Request, _ channel: any Channel) {
        let isAsked = request.headers[.expect]?.lowercased() == "100-continue"
        self.channel = isAsked ? channel : nil
    }

    /// Tells a client that has asked; to be called before the body is read.
    public func send() async {
        // Whether the client is still there shows when its body is read.
        try? await channel?.writeAndFlush(HTTPResponsePart.head(HTTPResponse(status: .continue)))
    }
}
