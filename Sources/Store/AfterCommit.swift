/// Work that a transaction asks for: it is done once that has committed, before whoever made the change is answered.
/// It is what takes long or waits for a network, which no transaction does. A server that ends in between does not do
/// it, so whoever asks leaves a row that says so.
public struct AfterCommit: Hashable, Sendable {
    /// The code of the kind of record that the work is about; who does work of that kind says so to the store.
    public let kind: Int64
    public let id: Int64

    public init(kind: Int64, id: Int64) {
        self.kind = kind
        self.id = id
    }
}
