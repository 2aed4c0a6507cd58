import Store

/// Which rows a list is taken from.
public enum ListSource: Sendable {
    /// The active records of the account the call works in, as far as they are seen.
    case account
    /// The entries that hang on a record which was loaded through what the viewer may see.
    case owned(by: RecordKind, id: Int64)
    /// The records that a condition on `t` names, seen because the record they hang on is.
    /// - Parameter isIndexed: whether an index finds just them, in the order of ids.
    case related(SQL, isIndexed: Bool = false)
}

extension Perspective {
    /// The condition that the record `t` was granted to whoever looks.
    public func wasGranted(_ kind: RecordKind) -> SQL {
        """
        EXISTS (SELECT 1 FROM grants g WHERE g.kind = \(kind.code) AND g.record_id = t.id \
        AND g.holder IN (\(list: Padding.toPowerOfTwo(holders))))
        """
    }
}
