/// For whom a read is made, so that nobody takes the threads that scan from everybody else.
public struct Caller: Sendable {
    /// The person; calls of one id share what one person may have.
    public let id: Int64
    /// Whether nobody waits for the answer any more. It is asked often, on any thread.
    public let isGone: @Sendable () -> Bool

    public init(id: Int64, isGone: @escaping @Sendable () -> Bool = { false }) {
        self.id = id
        self.isGone = isGone
    }
}
