import Store

/// A record that was found among what a viewer may see. Only looking makes one (`Single.see`, and a `Listing` of what
/// hangs on a record, which looks before it reads), and what hangs on a record is listed and read by nothing else: who
/// forgets to look has nothing to hand over.
public struct Seen: Sendable, Hashable {
    public let kind: RecordKind
    public let id: Int64
    /// The account the record belongs to, by number; nil where a list has yet to look.
    var account: Int64?
}

extension Schema.Scope {
    /// The condition that the entry `t` hangs on a record; nil for records of an account, which hang on none.
    func condition(_ owner: Seen) -> SQL? { condition(owner.kind, owner.id) }
}
