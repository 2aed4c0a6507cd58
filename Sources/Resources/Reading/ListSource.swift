import Store

/// Which rows a list is taken from.
public enum ListSource: Sendable {
    /// The active records of the account the call works in, as far as they are seen.
    case account
    /// The entries that hang on a record.
    case owned(by: Seen)
    /// The records that a condition on `t` names, seen because the record they hang on is.
    /// - Parameter isIndexed: whether an index finds just them, in the order of ids.
    case related(SQL, isIndexed: Bool = false)
}

extension ListSource {
    /// The records that a condition on `t` names, as far as they are seen themselves.
    public static func linked(
        _ condition: SQL, _ kind: RecordKind, for perspective: Perspective, isIndexed: Bool = true
    ) -> ListSource {
        .related("\(condition) AND \(perspective.sees(kind))", isIndexed: isIndexed)
    }
}
