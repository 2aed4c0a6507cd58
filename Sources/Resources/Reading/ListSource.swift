import Store

/// Which rows a list is taken from.
public enum ListSource: Sendable {
    /// The active records that are seen: those of the account the call works in, and those granted in others.
    case account
    /// The entries that hang on a record.
    case owned(by: Seen)
    /// The records that a condition on `t` names, seen because the record they hang on is.
    /// - Parameter isIndexed: whether an index finds just them, in the order of ids.
    case related(SQL, isIndexed: Bool = false)
}

extension ListSource {
    /// The records that a condition on `t` names, as far as they are seen themselves.
    /// - Parameter owner: the record they are linked to, of whose account they are.
    public static func linked(
        to owner: Seen, _ condition: SQL, _ kind: RecordKind, for perspective: Perspective, isIndexed: Bool = true
    ) -> ListSource {
        .related("\(condition) AND \(perspective.sees(kind, linkedTo: owner))", isIndexed: isIndexed)
    }
}
