/// The entity tags a client demands; a write is done only when what it changes still has one of them.
public struct Precondition: Sendable {
    private let tags: [String]
    /// Whether nothing is demanded: there is no such field, or it says `*`.
    public let isOpen: Bool

    /// - Parameter headers: the values of all `If-Match` fields.
    public init(_ headers: [String]) {
        tags = EntityTag.strong(headers)
        isOpen = EntityTag.list(headers).isEmpty || tags.contains("*")
    }

    /// Whether one of the tags is that of a body.
    public func names(_ body: [UInt8]) -> Bool { tags.contains(EntityTag.of(body)) }
}
