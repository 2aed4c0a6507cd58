import Store

/// What may be seen, as SQL. Every statement that reads records for somebody takes it from here.
extension Perspective {
    /// The condition that the record `t` is among what whoever looks may see: all records of the account by role, those
    /// granted without one.
    public func sees(_ kind: RecordKind) -> SQL {
        let own: SQL = "t.account = \(account)"
        return seesAccount ? own : "\(own) AND \(wasGranted(kind))"
    }

    /// The condition that the record `t` was granted to whoever looks, or what it is a part of.
    private func wasGranted(_ kind: RecordKind) -> SQL {
        let itself = wasGranted(kind.code, "t.id")
        guard let whole = kind.seenWith else { return itself }
        return "(\(itself) OR \(wasGranted(whole.code, "t." + whole.column)))"
    }

    private func wasGranted(_ code: Int64, _ id: String) -> SQL {
        """
        EXISTS (SELECT 1 FROM grants g WHERE g.kind = \(code) AND g.record_id = \(raw: id) \
        AND g.holder IN (\(list: Padding.toPowerOfTwo(holders))))
        """
    }

    /// The condition that the grant `g` is one of an active record of the account.
    func isGrant(of kind: RecordKind) -> SQL {
        "g.kind = \(kind.code) AND g.account = \(account) AND g.life_cycle = 0"
    }

    /// The condition that the record `t` is active and was granted to any of those who look.
    func wasGrantedActive(_ kind: RecordKind) -> SQL {
        """
        t.id IN (SELECT g.record_id FROM grants g WHERE g.holder IN (\(list: Padding.toPowerOfTwo(holders))) \
        AND \(isGrant(of: kind)))
        """
    }
}
