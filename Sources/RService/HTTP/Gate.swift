import HTTPTypes
import Hummingbird
import Store
import Synchronization
import Web
import Wire

/// Stands in front of the face. While the database has not been reached yet, every call is answered 503 with
/// `Retry-After`, so that a node may start before its database.
public final class Gate: HTTPResponder {
    private let face: Mutex<Face?>

    /// - Parameter face: nil while there is none.
    public init(_ face: Face? = nil) { self.face = Mutex(face) }

    /// Lets calls through.
    public func open(_ face: Face) { self.face.withLock { $0 = face } }

    public func respond(to request: Request, context: Context) async throws -> Response {
        if let face = face.withLock({ $0 }) { return try await face.respond(to: request, context: context) }
        let exchange = Exchange(request, context, now: Timestamp.now())
        let failure = Failure(
            StoreError(.unavailable, "the database has not been reached yet"), requestID: exchange.id)
        var response = Response(failure)
        exchange.mark(&response)
        return request.method == .head ? response.createHeadResponse() : response
    }
}
