import Resources

extension RecordKind {
    public static let account = RecordKind(1, "account", table: "accounts", display: "name")
    /// Only invalidated, never referred to: what is known of a token.
    public static let token = RecordKind(10, "token", table: "tokens", display: "name")

    /// All kinds of records. Each stands beside its schema; the codes are stored and therefore never change.
    static let all = Schema.all.map(\.kind) + [account, token]
}
