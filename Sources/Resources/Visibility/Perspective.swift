import Wire

/// From where records are looked at: the account a call works in, who looks, and how times are written.
public struct Perspective: Sendable {
    /// Whose eyes these are.
    public let person: Int64
    /// The account the call works in. What belongs to another is foreign.
    public let account: Int64
    /// The id of that account, by which clients know it.
    public let accountID: String
    /// Whether all records of the account are seen, or only those granted.
    public private(set) var seesAccount: Bool
    /// The foreign accounts whose records would all be seen by who works in them. A grant alone shows a record of them
    /// from here, and then as it is seen there.
    let foreignAccountsSeen: Set<Int64>
    /// Whether records of other accounts may have been granted to whoever looks. Where it is false, no statement asks.
    public internal(set) var mayHoldForeignGrants: Bool
    /// Who holds grants on this person's behalf: they, and their teams as negative ids.
    public let holders: [Int64]
    /// The teams of whoever looks.
    public var teams: [Int64] { holders.filter { $0 < 0 }.map { -$0 } }
    /// The zone that times are written in, and read in when they name none.
    public let zone: Zone
    /// How the files on what is read are reached.
    public var files: FileAddresses

    /// - Parameters:
    ///   - foreignAccountsSeen: the other accounts in which whoever looks holds a role that sees all.
    ///   - mayHoldForeignGrants: true where nobody has found out that it cannot be.
    public init(
        person: Int64, account: Int64, accountID: String, seesAccount: Bool, foreignAccountsSeen: Set<Int64> = [],
        mayHoldForeignGrants: Bool = false, holders: [Int64], zone: Zone, files: FileAddresses = .unreachable
    ) {
        self.person = person
        self.account = account
        self.accountID = accountID
        self.seesAccount = seesAccount
        self.foreignAccountsSeen = foreignAccountsSeen
        self.mayHoldForeignGrants = mayHoldForeignGrants
        self.holders = holders
        self.zone = zone
        self.files = files
    }

    /// Whether whoever works in an account sees all of it: what a record of that account tells only to those.
    public func seesAll(of other: Int64) -> Bool {
        other == account ? seesAccount : foreignAccountsSeen.contains(other)
    }

    /// The same for printing what hangs on a record of an account: it tells what such a record tells there.
    func printing(entriesOf owner: Int64) -> Perspective {
        var eyes = self
        eyes.seesAccount = seesAll(of: owner)
        return eyes
    }
}
