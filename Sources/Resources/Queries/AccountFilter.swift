import Store

/// Which accounts the records of a list belong to, as `account=` says by their ids. A record of the account that the
/// call works in shows none: it is what `account=` alone asks for.
struct AccountFilter: Sendable {
    /// Whether records of the account that the call works in are asked for.
    private(set) var includesOwn = true
    /// Whether records of others are.
    private(set) var includesForeign = true
    /// What further holds for the others.
    private var sets: [(ids: [SQLValue], isNegated: Bool)] = []

    /// What `account` is where filters are checked and described.
    static let field = Field("account", .account)
        .about("The account the record belongs to, by its id; none is the one the call works in.")

    /// All of them.
    static let all = AccountFilter()

    /// Whether nothing is said.
    var isOpen: Bool { includesOwn && includesForeign && sets.isEmpty }

    /// Whether one other account is asked for, and nothing else.
    var isOneForeign: Bool { !includesOwn && sets.count == 1 && sets[0].ids.count == 1 && !sets[0].isNegated }

    /// Asks for less.
    /// - Parameter own: the id of the account that the call works in.
    mutating func narrow(to operand: Filter.Operand, own: String) {
        switch operand {
        case .blank: includesForeign = false
        case .present: includesOwn = false
        case .oneOf(let ids):
            let others = ids.filter { $0.text != own }
            if others.count == ids.count { includesOwn = false }
            if others.isEmpty { includesForeign = false } else { sets.append((others, false)) }
        case .noneOf(let ids):
            let others = ids.filter { $0.text != own }
            if others.count < ids.count { includesOwn = false }
            if !others.isEmpty { sets.append((others, true)) }
        }
    }

    /// What holds for a column that says to which other account something belongs.
    func terms(_ column: String) -> [SQL] {
        sets.map { set in
            if set.ids.count == 1, !set.isNegated {
                return "\(raw: column) = (SELECT a.number FROM accounts a WHERE a.id = \(set.ids[0]))"
            }
            let ids = Padding.toPowerOfTwo(set.ids)
            return """
                \(raw: column)\(raw: set.isNegated ? " NOT" : "") IN \
                (SELECT a.number FROM accounts a WHERE a.id IN (\(list: ids)))
                """
        }
    }

    /// What holds for a column that says to which account something belongs, one's own among them.
    /// - Parameter own: the number of the account that the call works in.
    func conditions(_ column: String, own: Int64) -> [SQL] {
        switch (includesOwn, includesForeign) {
        case (false, false): return ["1 = 0"]
        case (true, false): return ["\(raw: column) = \(own)"]
        case (false, true):
            return isOneForeign ? terms(column) : ["\(raw: column) <> \(own)"] + terms(column)
        case (true, true):
            // One's own is in no set that is excluded, and in each that is asked for.
            return terms(column).map { "(\(raw: column) = \(own) OR \($0))" }
        }
    }
}
