/// Why a document could not be printed.
public struct DocumentError: Error, Sendable, Equatable, CustomStringConvertible {
    public enum Kind: Sendable {
        /// It is past one of the limits of `Document`.
        case tooLarge
        /// Memory or fonts are missing.
        case unavailable
    }

    public let kind: Kind
    /// What was tried and why it failed, for the log.
    public let description: String

    public init(_ kind: Kind, _ description: String) {
        self.kind = kind
        self.description = description
    }
}
