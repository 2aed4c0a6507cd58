import Store

/// What whoever looks was granted in other accounts than the one a call works in.
struct ForeignGrants {
    let perspective: Perspective
    let kind: RecordKind
    /// Which other accounts a list asks for.
    let accounts: AccountFilter

    /// The condition that the grant `g`, found by its holder in the order of ids, is one of these.
    var condition: SQL {
        Self.all([perspective.isGrant(of: kind), "g.account <> \(perspective.account)"] + terms)
    }

    /// The condition that the record `t` is one of these. The accounts before one's own and behind it are looked for
    /// apart, so that nothing is passed over that was granted in one's own.
    var records: SQL {
        func select(_ place: SQL) -> SQL {
            "SELECT g.record_id FROM grants g WHERE g.holder IN (\(list: perspective.allHolders)) AND \(place)"
        }
        return "t.id IN (\(joined(places.map(select))))"
    }

    /// One row for each of these, of a kind that is not looked at further: the grant of the first of several holders.
    var counted: SQL {
        func select(_ place: SQL) -> SQL {
            """
            SELECT 1 FROM grants g WHERE g.holder IN (\(list: perspective.allHolders)) AND \(place) \
            AND NOT EXISTS (SELECT 1 FROM grants o WHERE o.kind = g.kind AND o.record_id = g.record_id \
            AND o.holder IN (\(list: perspective.allHolders)) AND o.holder < g.holder)
            """
        }
        return joined(places.map(select))
    }

    private var terms: [SQL] { accounts.terms("g.account") }

    private var places: [SQL] {
        ["<", ">"].map { sign in
            Self.all(
                [
                    // The life cycle as no index knows it: else one by it is thought to find fewer.
                    "g.kind = \(kind.code)", "g.account \(raw: sign) \(perspective.account)", "(g.life_cycle + 0) = 0",
                ] + terms)
        }
    }

    private func joined(_ selects: [SQL]) -> SQL {
        SQL(text: selects.map(\.text).joined(separator: " UNION ALL "), values: selects.flatMap(\.values))
    }

    private static func all(_ conditions: [SQL]) -> SQL {
        SQL(text: conditions.map(\.text).joined(separator: " AND "), values: conditions.flatMap(\.values))
    }
}

extension Perspective {
    /// The same, which asks for foreign grants only where there are some of a kind: two probes for each holder.
    func knowingForeignGrants(of kind: RecordKind, _ db: Database) throws -> Perspective {
        guard mayHoldForeignGrants else { return self }
        func probe(_ sign: String) -> SQL {
            """
            EXISTS (SELECT 1 FROM grants g WHERE g.holder IN (\(list: allHolders)) AND g.kind = \(kind.code) \
            AND g.account \(raw: sign) \(account))
            """
        }
        var eyes = self
        eyes.mayHoldForeignGrants = try db.exists("SELECT 1 WHERE \(probe("<")) OR \(probe(">"))")
        return eyes
    }
}
