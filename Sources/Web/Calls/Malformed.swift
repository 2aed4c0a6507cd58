/// What a client sent cannot be read: a query, a form. Each face answers it as it answers a bad request.
public struct Malformed: Error, Equatable {
    /// What is wrong, in a sentence for the client, without a full stop.
    public let message: String

    init(_ message: String) { self.message = message }
}
