import Wire

/// From where records are looked at: the account a call works in, who looks, and how times are written.
public struct Perspective: Sendable {
    /// Whose eyes these are.
    public let person: Int64
    /// The account the call works in. What belongs to another is foreign.
    public let account: Int64
    /// Whether all records of the account are seen, or only those granted.
    public let seesAccount: Bool
    /// Who holds grants on this person's behalf: they, and their teams as negative ids.
    public let holders: [Int64]
    /// The teams of whoever looks.
    public var teams: [Int64] { holders.filter { $0 < 0 }.map { -$0 } }
    /// The zone that times are written in, and read in when they name none.
    public let zone: Zone
    /// How the files on what is read are reached.
    public var files: FileAddresses

    public init(
        person: Int64, account: Int64, seesAccount: Bool, holders: [Int64], zone: Zone,
        files: FileAddresses = .unreachable
    ) {
        self.person = person
        self.account = account
        self.seesAccount = seesAccount
        self.holders = holders
        self.zone = zone
        self.files = files
    }
}
