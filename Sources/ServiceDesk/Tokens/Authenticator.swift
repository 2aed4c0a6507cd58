import Resources
import Store
import Synchronization
import Wire

/// Knows who a token belongs to. A warm look-up costs no query; what changed is dropped with the store's
/// invalidations, so a revoked token stops within two seconds in every process.
public final class Authenticator: Sendable {
    /// What is known of a token.
    private struct Known: Sendable {
        struct Access: Sendable {
            let account: Account
            let roles: Roles
        }

        let token: Int64
        let person: Int64
        let name: String
        let scopes: Scopes
        let expiresAt: Timestamp?
        let home: String
        /// The accounts the person may work in, by id: their own, those where they hold a role, and those that trust
        /// theirs.
        let accounts: [String: Access]
        /// The roles they hold, by the account's number.
        let roles: [Int64: Roles]
        /// The accounts in which something may have been granted to them or to their teams.
        let reach: Set<Int64>
        /// Those in which a role of theirs sees all.
        let seenAccounts: Set<Int64>
        let holders: [Int64]
        let zone: Zone
    }

    private struct State {
        var known: RecentlyUsed<TokenDigest, Known>
        var position: UInt64 = 0
        var usedAt: RecentlyUsed<Int64, Timestamp>
    }

    /// How many tokens are remembered, those used last.
    private static let capacity = 10_000
    /// How often "last used" is written for a token, at most: once in so many seconds.
    private static let useInterval: Int64 = 60
    /// The kinds whose changes concern who somebody is.
    private static let kinds: Set<Int64> = [
        0, RecordKind.account.code, RecordKind.person.code, RecordKind.team.code, RecordKind.token.code,
    ]

    private let store: Store
    private let state: Mutex<State>

    public convenience init(_ store: Store) { self.init(store, capacity: Self.capacity) }

    /// - Parameter capacity: how many tokens are remembered.
    init(_ store: Store, capacity: Int) {
        self.store = store
        state = Mutex(State(known: RecentlyUsed(capacity: capacity), usedAt: RecentlyUsed(capacity: capacity)))
    }

    /// The person behind a token, working in an account.
    /// - Parameter account: the id in the account header; nil for the person's own account.
    /// - Throws: `Refusal.unauthenticated` for a token that is unknown, expired, revoked or of a disabled person;
    ///   `Refusal.forbidden` for an account that is unknown or not theirs to work in.
    public func viewer(token secret: String, account: String?) async throws -> Viewer {
        let digest = TokenText.digest(secret)
        let known: Known
        if let remembered = remembered(digest) {
            known = remembered
        } else {
            // The checksum refuses garbage before the store is asked.
            guard let token = TokenText(secret) else { throw Refusal.unauthenticated }
            known = try await learn(token, digest)
        }
        let now = store.now
        if let end = known.expiresAt, end <= now { throw Refusal.unauthenticated }
        guard let access = known.accounts[account ?? known.home] else {
            // What stood in the header is not repeated: a token put there by mistake would reach the log.
            throw Refusal.forbidden("this person may not work in the account asked for")
        }
        noteUse(known.token, now)
        let number = access.account.number
        return Viewer(
            person: known.person, name: known.name, account: access.account, roles: known.roles,
            scopes: known.scopes,
            perspective: Perspective(
                person: known.person, account: number, accountID: access.account.id,
                seesAccount: access.roles.seesAccount, foreignAccountsSeen: known.seenAccounts,
                mayHoldForeignGrants: known.reach.contains { $0 != number }, holders: known.holders, zone: known.zone),
            isGuest: access.account.id != known.home && access.roles.isEmpty)
    }

    private func remembered(_ digest: TokenDigest) -> Known? {
        let end = store.invalidations.position
        return state.withLock { state in
            if state.position != end {
                let (entries, position) = store.invalidations.entries(after: state.position)
                if entries.contains(where: { Self.kinds.contains($0.kind) }) { state.known.removeAll() }
                state.position = position
            }
            return state.known.value(of: digest)
        }
    }

    private func learn(_ token: TokenText, _ digest: TokenDigest) async throws -> Known {
        let position = store.invalidations.position
        let known = try await store.read { db in try Self.load(db, digest) }
        guard let known else { throw Refusal.unauthenticated }
        state.withLock { state in
            // What changed since the look began may not be in it.
            guard state.position == position else { return }
            state.known.keep(known, for: digest)
        }
        return known
    }

    private static func load(_ db: Database, _ digest: TokenDigest) throws -> Known? {
        let row = try db.first(
            """
            SELECT t.id, t.person_id, p.name, t.scopes, t.expires_at, p.account, coalesce(p.time_zone, a.time_zone),
            a.id FROM tokens t JOIN people p ON p.id = t.person_id JOIN accounts a ON a.number = p.account
            WHERE t.digest = \(digest.hexadecimal) AND t.revoked_at IS NULL AND p.disabled = 0
            """
        ) { row in
            (
                token: row.integer(0), person: row.integer(1), name: row.text(2), scopes: row.text(3),
                expires: row.optionalInteger(4), account: row.integer(5), zone: row.text(6), home: row.text(7)
            )
        }
        guard let row else { return nil }
        var accounts: [String: Known.Access] = [:]
        try db.query(
            """
            SELECT a.number, a.id, a.name, coalesce(r.roles, 0) FROM accounts a
            LEFT JOIN roles r ON r.account = a.number AND r.person_id = \(row.person)
            WHERE a.number = \(row.account) OR r.roles <> 0
            OR a.number IN (SELECT account FROM trusts WHERE trusted = \(row.account))
            """
        ) { access in
            accounts[access.text(1)] = Known.Access(
                account: Account(number: access.integer(0), id: access.text(1), name: access.text(2)),
                roles: Roles(rawValue: access.integer(3)))
        }
        let teams = try db.all("SELECT team_id FROM team_members WHERE person_id = \(row.person) ORDER BY team_id") {
            Grants.holder(team: $0.integer(0))
        }
        let held = accounts.values.filter { !$0.roles.isEmpty }.map { ($0.account.number, $0.roles) }
        let roles = Dictionary(held) { first, _ in first }
        return Known(
            token: row.token, person: row.person, name: row.name, scopes: Scopes(row.scopes) ?? .nothing,
            expiresAt: row.expires.map(Timestamp.init(microseconds:)), home: row.home, accounts: accounts,
            roles: roles, reach: try reach(db, row.person, of: row.account),
            seenAccounts: Set(roles.filter(\.value.seesAccount).keys),
            holders: [row.person] + teams, zone: Zone.named(row.zone) ?? .utc)
    }

    /// Where records may name somebody, or a team of theirs: in an account to which these belong, in those that trust
    /// it, and where the person holds a role. What was granted stays when a role is taken, and so does its row.
    private static func reach(_ db: Database, _ person: Int64, of home: Int64) throws -> Set<Int64> {
        let teams: SQL = """
            SELECT t.account FROM team_members m JOIN teams t ON t.id = m.team_id WHERE m.person_id = \(person)
            """
        return Set(
            try db.integers(
                """
                SELECT \(home) UNION SELECT account FROM roles WHERE person_id = \(person) UNION \(teams)
                UNION SELECT account FROM trusts WHERE trusted = \(home) OR trusted IN (\(teams))
                """))
    }

    private func noteUse(_ token: Int64, _ now: Timestamp) {
        let isDue = state.withLock { state in
            if let last = state.usedAt.value(of: token), now < last.adding(seconds: Self.useInterval) {
                return false
            }
            state.usedAt.keep(now, for: token)
            return true
        }
        guard isDue else { return }
        Task { [store] in
            // Nobody waits for this, and missing it once does no harm.
            try? await store.write { transaction in
                try transaction.execute("UPDATE tokens SET last_used_at = \(now) WHERE id = \(token)")
            }
        }
    }
}
