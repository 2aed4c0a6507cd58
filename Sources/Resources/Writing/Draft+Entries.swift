import Store

extension Draft {
    /// The entries that hang on a loaded record, in the order they were added; kept from other writers like a record.
    /// - Parameter id: one of them; nil for all.
    public static func entries(
        _ transaction: Transaction, _ schema: Schema, of owner: Draft, id: Int64? = nil
    ) throws -> [Draft] {
        guard let owned = schema.scope.condition(owner.schema.kind, owner.id ?? 0) else { return [] }
        var base: SQL = " FROM \(raw: schema.kind.table) t WHERE \(owned)"
        if let id { base.append(" AND t.id = \(id)") }
        base.append(" ORDER BY t.id")
        return try all(transaction, schema, base, account: owner.account)
    }
}

extension Schema.Scope {
    /// The condition that the entry `t` hangs on a record; nil for records of an account, which hang on none.
    func condition(_ owner: RecordKind, _ id: Int64) -> SQL? {
        switch self {
        case .account: nil
        case .owned(let kindColumn, let idColumn):
            "t.\(raw: kindColumn) = \(owner.code) AND t.\(raw: idColumn) = \(id)"
        case .part(let column): "t.\(raw: column) = \(id)"
        }
    }

    /// The columns that name the record an entry hangs on, with their values.
    public func owner(_ kind: RecordKind, _ id: Int64) -> [(column: String, value: SQLValue)] {
        switch self {
        case .account: []
        case .owned(let kindColumn, let idColumn): [(kindColumn, .integer(kind.code)), (idColumn, .integer(id))]
        case .part(let column): [(column, .integer(id))]
        }
    }
}
