/// One numbered step of the schema. Steps are appended, never changed.
public struct Migration: Sendable {
    /// Counts from 1 without gaps.
    public let number: Int
    /// What the step brings, in a few words.
    public let name: String
    /// Makes the step, in one transaction with all others that a database lacks.
    public let apply: @Sendable (Transaction, Dialect) throws -> Void

    public init(_ number: Int, _ name: String, apply: @escaping @Sendable (Transaction, Dialect) throws -> Void) {
        self.number = number
        self.name = name
        self.apply = apply
    }
}
