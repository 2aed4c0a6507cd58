import Store

extension ListRows {
    /// The rows before any filter by what is in them.
    struct Base {
        let whole: Path
        /// What each of several holders was granted, in the order of ids.
        var holders: [Path] = []
        /// The same rows without looking at the records, where something else says how many they are.
        var counted: Path?
        /// Whether they are the account's, for who sees all of it.
        var isOfAccount = false
        var foreign: ForeignGrants?
        var isForeignPossible = true
        var isIndexed = true

        init(
            _ schema: Schema, _ source: ListSource, _ query: ListQuery, _ perspective: Perspective, isFiltered: Bool
        ) {
            let table = "\(schema.kind.table) t"
            let active: [SQL] = schema.hasLifeCycle ? ["t.life_cycle = 0"] : []
            let accounts = query.accounts
            switch source {
            case .owned(let owner):
                // Records of an account hang on none.
                whole = Path(from: table, conditions: [schema.scope.condition(owner) ?? "1 = 0"], id: "t.id")
            case .related(let condition, let isIndexed):
                let asked = accounts.isOpen ? [] : accounts.conditions("t.account", own: perspective.account)
                whole = Path(from: table, conditions: [condition] + active + asked, id: "t.id")
                self.isIndexed = isIndexed && asked.isEmpty
            case .account where perspective.seesAccount && accounts.includesOwn:
                whole = Path(from: table, conditions: ["t.account = \(perspective.account)"] + active, id: "t.id")
                isOfAccount = true
                guard perspective.mayHoldForeignGrants, accounts.includesForeign else {
                    isForeignPossible = false
                    return
                }
                let foreign = ForeignGrants(perspective: perspective, kind: schema.kind, accounts: accounts)
                self.foreign = foreign
                // Without a filter they are looked through together with one's own, which costs no look at each.
                let isAll = !isFiltered && accounts.isOpen
                let granted = isAll ? perspective.isGrant(of: schema.kind) : foreign.condition
                holders = Self.ranges(perspective, granted, isFiltered ? table : nil)
            case .account:
                let asked = accounts.isOpen ? [] : accounts.conditions("g.account", own: perspective.account)
                let granted = ([perspective.isGrant(of: schema.kind)] + asked).reduce(into: SQL(text: "")) { all, one in
                    if !all.text.isEmpty { all.append(" AND ") }
                    all.append(one)
                }
                // One account is one range of the grants, as all accounts are.
                isIndexed = asked.isEmpty || accounts.isOneForeign || !accounts.includesForeign
                if perspective.holders.count == 1 {
                    whole = Self.granted(to: perspective.holders[0], granted, table)
                    counted = Self.grants(of: perspective.holders[0], granted)
                    return
                }
                whole = Path(from: table, conditions: [perspective.wasGrantedActive(granted)], id: "t.id")
                guard perspective.holders.count <= ListFilter.maximumRanges else {
                    isIndexed = false
                    return
                }
                holders = Self.ranges(perspective, granted, isFiltered ? table : nil)
            }
        }

        /// What each holder was granted.
        /// - Parameter table: of the records, where more is asked of them.
        private static func ranges(_ perspective: Perspective, _ granted: SQL, _ table: String?) -> [Path] {
            perspective.holders.map { holder in
                table.map { Self.granted(to: holder, granted, $0) } ?? grants(of: holder, granted)
            }
        }

        /// Grants alone say which records they are.
        private static func grants(of holder: Int64, _ granted: SQL) -> Path {
            Path(from: "grants g", conditions: ["g.holder = \(holder) AND \(granted)"], id: "g.record_id")
        }

        private static func granted(to holder: Int64, _ granted: SQL, _ table: String) -> Path {
            Path(
                from: "grants g JOIN \(table) ON t.id = g.record_id",
                conditions: ["g.holder = \(holder) AND \(granted)"], id: "g.record_id")
        }
    }
}
