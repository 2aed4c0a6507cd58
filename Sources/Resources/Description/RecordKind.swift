/// A kind of record that others refer to: enough to print a reference to it and to check one.
public struct RecordKind: Hashable, Sendable {
    /// The small integer that stands for the kind in grants, tallies, audit lines and invalidations. Never reused; 0 is
    /// taken by "everything".
    public let code: Int64
    /// The singular noun, as in `audited` and token scopes: `request`.
    public let name: String
    /// The table.
    public let table: String
    /// The property a reference shows beside the id: `name`, `subject` or `label`
    /// (docs/protocol/data-types.md#references).
    public let display: String
    /// Whether records of this kind can be disabled, and references then say so.
    public let isDisableable: Bool
    /// Whether a reference tells more than everybody may know who sees the record it stands on; it is then shown only
    /// to those who see the whole account.
    public let isConfidential: Bool
    /// The record whose viewers see this one too; nil where each is seen for itself.
    public let seenWith: Whole?

    /// A record that others are a part of.
    public struct Whole: Hashable, Sendable {
        let code: Int64
        let column: String

        /// - Parameter column: the column of the part that names the whole.
        public init(_ kind: RecordKind, by column: String) {
            code = kind.code
            self.column = column
        }
    }

    public init(
        _ code: Int64, _ name: String, table: String, display: String, isDisableable: Bool = false,
        isConfidential: Bool = false, seenWith: Whole? = nil
    ) {
        self.seenWith = seenWith
        self.code = code
        self.name = name
        self.table = table
        self.display = display
        self.isDisableable = isDisableable
        self.isConfidential = isConfidential
    }
}
