import Store

/// What may be seen, as SQL. Every statement that reads records for somebody takes it from here.
extension Perspective {
    /// The condition that the record `t` is among what whoever looks may see: all records of the account by role, those
    /// granted in whatever account.
    public func sees(_ kind: RecordKind) -> SQL {
        guard seesAccount else { return wasGranted(kind) }
        let own: SQL = "t.account = \(account)"
        return mayHoldForeignGrants ? "(\(own) OR \(wasGranted(kind)))" : own
    }

    /// The condition that all of the account of the record `t` is seen, so that it tells what it keeps from others; nil
    /// where that holds for every record that is seen.
    var seesAllOfAccount: SQL? {
        if seesAccount, !mayHoldForeignGrants { return nil }
        let accounts = (seesAccount ? [account] : []) + foreignAccountsSeen.sorted()
        return accounts.isEmpty ? "1 = 0" : "t.account IN (\(list: Padding.toPowerOfTwo(accounts)))"
    }

    /// As `sees`, for records that belong to the account of a record they are linked to.
    /// - Parameter owner: that record.
    func sees(_ kind: RecordKind, linkedTo owner: Seen) -> SQL {
        if seesAccount, !mayHoldForeignGrants { return sees(kind) }
        // An index by account finds them, wherever that record is.
        return """
            t.account = (SELECT o.account FROM \(raw: owner.kind.table) o WHERE o.id = \(owner.id)) AND \(sees(kind))
            """
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
        AND g.holder IN (\(list: allHolders)))
        """
    }

    /// The condition that the grant `g` is one of an active record.
    func isGrant(of kind: RecordKind) -> SQL { "g.kind = \(kind.code) AND g.life_cycle = 0" }

    /// The condition that the record `t` is active and was granted to any of those who look.
    /// - Parameter granted: what holds for the grant `g`.
    func wasGrantedActive(_ granted: SQL) -> SQL {
        "t.id IN (SELECT g.record_id FROM grants g WHERE g.holder IN (\(list: allHolders)) AND \(granted))"
    }

    /// All holders, in lists of few lengths.
    var allHolders: [Int64] { Padding.toPowerOfTwo(holders) }
}
