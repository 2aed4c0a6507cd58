/// What went wrong in the store: what was tried, why it failed, and of which kind the failure is.
public struct StoreError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The kinds of failure a caller acts on.
    public enum Kind: Sendable, Equatable {
        /// A row with this key exists already, or a named row does not.
        case constraint
        /// Another transaction got in the way (serialization failure, deadlock); the store runs such a one again.
        case conflict
        /// The statement ran past its deadline.
        case timeout
        /// The database cannot take this now (away, locked, disk full, I/O error, shutting down): try again later.
        case unavailable
        /// The server takes no more connections from us.
        case crowded
        /// The connection broke while the commit was on its way: the change was made, or it was not.
        case outcomeUnknown
        /// The database is newer than this program.
        case newer
        /// The database cannot be opened at all.
        case cannotOpen
        /// A statement of ours is wrong.
        case defect
    }

    public let kind: Kind
    /// What was tried and why it failed, for the log; never sent to a client.
    public let description: String

    public init(_ kind: Kind, _ description: String) {
        self.kind = kind
        self.description = description
    }
}
