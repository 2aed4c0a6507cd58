import Store
import Wire

/// Ready bytes of references, beside each connection: `{"id":12,"name":"Service Desk"}` by kind and id, in the form for
/// the own and for a foreign account. References are not joined: that would double what a list costs.
///
/// All bytes lie in one arena and an entry is a few numbers, so that looking one up counts no references and copying it
/// is one move.
final class ReferenceCache: ConnectionCache {
    /// Where an entry's two forms lie in the arena.
    struct Entry {
        let key: UInt64
        let account: Int64
        let ownStart: Int32
        let ownLength: Int32
        let foreignStart: Int32
        let foreignLength: Int32

        static let none = Entry(key: 0, account: 0, ownStart: 0, ownLength: 0, foreignStart: 0, foreignLength: 0)
    }

    /// The most bytes kept; past it all entries are dropped before the next page.
    static let maximumBytes = 16 << 20
    /// The code under which accounts themselves are kept, by their number.
    static let accountKind: Int64 = 1
    /// Entries looked up lately, by the low bits of their key; the dictionary holds all.
    private static let frontSize = 4096

    private var entries: [UInt64: Entry] = [:]
    private var front = [Entry](repeating: .none, count: frontSize)
    private var arena: [UInt8] = []
    private var misses: [Int64: Set<Int64>] = [:]
    /// How often something was looked up in vain. Whoever prints sees by it whether references were missing meanwhile.
    private(set) var missCount = 0

    /// The cache beside a connection; made when there is none.
    static func beside(_ db: Database) -> ReferenceCache {
        if let cache = db.companion as? ReferenceCache { return cache }
        let cache = ReferenceCache()
        db.companion = cache
        return cache
    }

    func drop(_ invalidation: Invalidation) {
        // An account's name stands inside the foreign form of all that belongs to it.
        if invalidation == .everything || invalidation.kind == Self.accountKind { return dropAll() }
        let key = Self.key(invalidation.kind, invalidation.id)
        entries[key] = nil
        front[Self.place(key)] = .none
    }

    private func dropAll() {
        entries.removeAll()
        arena.removeAll()
        front = [Entry](repeating: .none, count: Self.frontSize)
    }

    /// Call before a page: misses found during it stay until they are resolved.
    func prepare() {
        if arena.count > Self.maximumBytes { dropAll() }
        if !misses.isEmpty { misses.removeAll() }
    }

    /// The entry, or nil when it must be resolved first; then it is remembered as missing.
    @inline(__always)
    func entry(_ kind: Int64, _ id: Int64) -> Entry? {
        let key = Self.key(kind, id)
        let recent = front[Self.place(key)]
        if recent.key == key { return recent }
        if let entry = entries[key] {
            front[Self.place(key)] = entry
            return entry
        }
        misses[kind, default: []].insert(id)
        missCount &+= 1
        return nil
    }

    /// Appends an entry in the form for the account a call works in.
    @inline(__always)
    func append(_ entry: Entry, seenFrom account: Int64, to buffer: inout JSONBuffer) {
        let isOwn = entry.account == account
        let start = Int(isOwn ? entry.ownStart : entry.foreignStart)
        let length = Int(isOwn ? entry.ownLength : entry.foreignLength)
        arena.withUnsafeBufferPointer { buffer.append(UnsafeBufferPointer(rebasing: $0[start..<start + length])) }
    }

    /// Loads what was missing, one statement a kind.
    /// - Parameter kinds: all kinds that were looked up.
    /// - Returns: whether anything was missing.
    /// - Throws: `StoreError` of kind `defect` when another kind was looked up. What is kept here is shown by every
    ///   list, so nothing is kept for records of which nobody said where they are.
    func resolve(_ db: Database, _ kinds: [RecordKind]) throws -> Bool {
        guard !misses.isEmpty else { return false }
        let missing = misses
        misses.removeAll()
        for (code, ids) in missing {
            let ids = Padding.toPowerOfTwo(ids.sorted())
            if code == Self.accountKind {
                try loadAccounts(ids, db)
            } else if let kind = kinds.first(where: { $0.code == code }) {
                try load(kind, ids, db)
            } else {
                throw StoreError(.defect, "references to records of kind \(code) were printed by none that names it")
            }
            // A record that is gone is printed as null, and not asked for again within this page.
            for id in ids where entries[Self.key(code, id)] == nil {
                keep(Self.key(code, id), account: 0, own: Self.null, foreign: Self.null)
            }
        }
        return true
    }

    private func keep(_ key: UInt64, account: Int64, own: [UInt8], foreign: [UInt8]) {
        let entry = Entry(
            key: key, account: account, ownStart: Int32(arena.count), ownLength: Int32(own.count),
            foreignStart: Int32(arena.count + own.count), foreignLength: Int32(foreign.count))
        arena += own
        arena += foreign
        entries[key] = entry
        front[Self.place(key)] = entry
    }

    private func load(_ kind: RecordKind, _ ids: [Int64], _ db: Database) throws {
        let disabled = kind.isDisableable ? "r.disabled" : "0"
        try db.query(
            """
            SELECT r.id, r.account, r.\(raw: kind.display), r.source_id, \(raw: disabled), a.id, a.name
            FROM \(raw: kind.table) r JOIN accounts a ON a.number = r.account WHERE r.id IN (\(list: ids))
            """
        ) { row in
            var common = JSONBuffer(capacity: 128)
            common.append("{\"id\":")
            common.append(integer: row.integer(0))
            common.append(kind.display == "subject" ? ",\"subject\":" : ",\"name\":")
            common.append(string: row.utf8(2))
            var rest = JSONBuffer(capacity: 64)
            if !row.isNull(3) {
                rest.append(",\"sourceID\":")
                rest.append(string: row.utf8(3))
            }
            if row.flag(4) { rest.append(",\"disabled\":true") }
            rest.append("}")
            var account = JSONBuffer(capacity: 64)
            account.append(",\"account\":")
            Self.append(account: row.utf8(5), row.utf8(6), to: &account)
            keep(
                Self.key(kind.code, row.integer(0)), account: row.integer(1), own: common.bytes + rest.bytes,
                foreign: common.bytes + account.bytes + rest.bytes)
        }
    }

    private func loadAccounts(_ numbers: [Int64], _ db: Database) throws {
        try db.query("SELECT number, id, name FROM accounts WHERE number IN (\(list: numbers))") { row in
            var buffer = JSONBuffer(capacity: 64)
            Self.append(account: row.utf8(1), row.utf8(2), to: &buffer)
            let bytes = buffer.bytes
            keep(Self.key(Self.accountKind, row.integer(0)), account: row.integer(0), own: bytes, foreign: bytes)
        }
    }

    private static func append(
        account id: UnsafeBufferPointer<UInt8>, _ name: UnsafeBufferPointer<UInt8>, to buffer: inout JSONBuffer
    ) {
        buffer.append("{\"id\":")
        buffer.append(string: id)
        buffer.append(",\"name\":")
        buffer.append(string: name)
        buffer.append("}")
    }

    private static let null = Array("null".utf8)

    /// Kinds are small and not 0, ids below 2^56 in any database there will be; so no key is 0.
    @inline(__always)
    private static func key(_ kind: Int64, _ id: Int64) -> UInt64 {
        UInt64(truncatingIfNeeded: kind) << 56 ^ UInt64(bitPattern: id)
    }

    /// Ids are dense, so neighbours fall side by side; kinds are spread by an odd step.
    @inline(__always)
    private static func place(_ key: UInt64) -> Int {
        Int(truncatingIfNeeded: (key &+ (key >> 56) &* 1_237) & UInt64(frontSize - 1))
    }
}
