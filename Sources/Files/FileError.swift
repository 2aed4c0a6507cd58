/// Why a store of files did not do what it was asked to.
public struct FileError: Error, Sendable, Equatable, CustomStringConvertible {
    public enum Kind: Sendable {
        /// It cannot be reached or is too busy; trying again may help.
        case unavailable
        /// There is no room left.
        case full
        /// It is there and refuses: rights, keys, names. Somebody has to change the configuration.
        case refused
    }

    public let kind: Kind
    /// What was tried, on what, and why it failed.
    public let description: String

    public init(_ kind: Kind, _ description: String) {
        self.kind = kind
        self.description = description
    }
}
