import Resources
import ServiceDesk
import Store
import Wire

/// A company large enough to measure with: 500 people, 50 teams, 100 services, and one end user who sees 50 requests.
struct Company: Sendable {
    let account: Account
    /// A specialist's, an end user's, and those of end users in one team and in nine, who see as many requests.
    let tokens: [TokenText]
    private let endUsers: [Int64]
    private let people: [Int64]
    private let teams: [Int64]
    private let services: [Int64]

    private static let requestsOfEndUser = 50
    private static let batch = 10_000

    static func make(in desk: Installation) async throws -> Company {
        let (account, administrator, endUsers) = try await desk.store.write { transaction in
            let account = try Accounts.create(
                transaction, id: "bench", name: "Bench", zone: Zone.named("Europe/Amsterdam") ?? .utc)
            let administrator = try PeopleDirectory.create(
                transaction, account: account, name: "Ada Administrator", email: "ada@bench.example",
                roles: Roles(
                    .accountAdministrator, .specialist, .serviceLevelManager, .workflowManager, .releaseManager))
            let endUsers = try ["Eve", "Tess", "Nina"].map { name in
                try PeopleDirectory.create(
                    transaction, account: account, name: "\(name) Enduser", email: "\(name)@bench.example")
            }
            return (account, administrator, endUsers)
        }
        let tokens = try await desk.store.write { transaction in
            try ([administrator] + endUsers).map { person in
                try Tokens.create(transaction, person: person, name: "bench", scopes: .everything, expiresAt: nil)
            }
        }
        let viewer = try await desk.authenticator.viewer(token: tokens[0].secret, account: "bench")
        return try await desk.store.write(bulk: true) { transaction in
            func create(
                _ schema: Schema, _ fields: JSONObject,
                _ command: (Transaction, Input, Viewer) throws -> Int64
            ) throws -> Int64 {
                try command(transaction, try Input(schema, fields, zone: .utc), viewer)
            }
            let people = try (1...500).map { number in
                try PeopleDirectory.create(
                    transaction, account: account, name: "Person Number \(number)",
                    email: "person\(number)@bench.example")
            }
            let organization = try create(.organizations, ["name": "Bench IT"], Organizations.create)
            let teams = try (1...50).map { number in
                try create(.teams, ["name": .string("Team Number \(number)")], Teams.create)
            }
            // Teams that are given no work: what they cost is what looking at their grants costs.
            for number in 1...9 {
                let team = try create(.teams, ["name": .string("Idle Team \(number)")], Teams.create)
                for person in number == 1 ? endUsers.dropFirst() : endUsers.dropFirst(2) {
                    try Teams.members.link(transaction, team, to: person, by: viewer)
                }
            }
            let services = try (1...100).map { number in
                try create(
                    .services,
                    [
                        "name": .string("Service Number \(number)"), "provider_id": .integer(organization),
                        "support_team_id": .integer(teams[number % 50]),
                    ], Services.create)
            }
            return Company(
                account: account, tokens: tokens, endUsers: endUsers, people: people, teams: teams, services: services)
        }
    }

    /// Writes requests, and as many releases, straight as rows: measuring how they are made is another benchmark's
    /// business.
    func fill(_ desk: Installation, requests: Int) async throws {
        let stride = max(requests / Self.requestsOfEndUser, 1)
        var first = 1
        while first <= requests {
            let numbers = first...min(first + Self.batch - 1, requests)
            try await desk.store.write(bulk: true) { transaction in
                for number in numbers {
                    try insert(number, isEndUsers: number % stride == 0, transaction)
                    try insertRelease(number, transaction)
                }
            }
            first = numbers.upperBound + 1
        }
    }

    private func insert(_ number: Int, isEndUsers: Bool, _ transaction: Transaction) throws {
        let statuses = RequestStatus.allCases
        let status = statuses[number % statuses.count]
        let team = teams[number % teams.count]
        let member = people[number % people.count]
        let requester = isEndUsers ? endUsers[0] : people[(number / 7) % people.count]
        let created = transaction.now.adding(minutes: Int64(number - 2_000_000))
        let completed = status == .completed ? created : nil
        let id = try transaction.insert(
            """
            INSERT INTO requests (account, life_cycle, status, subject, category, impact, next_target_at, completed_at,
                team_id, member_id, service_id, grouping, source, source_id, created_at, updated_at, created_by_id,
                requested_by_id, requested_for_id, assignment_count, reopen_count, addressed, reviewed, urgent,
                provider_not_accountable, provider_was_not_accountable, custom_fields)
            VALUES (\(account.number), 0, \(status.rawValue), \("Request number \(number): the printer does not print"),
                \(RequestCategory.incident.rawValue), \(RequestImpact.low.rawValue), \(Target.bestEffort),
                \(completed.sqlValue), \(team), \(member), \(services[number % services.count]),
                \(RequestGrouping.none.rawValue), 'bench', \("B-\(number)"), \(created), \(created), \(requester),
                \(requester), \(requester), 1, 0, 0, 0, 0, 0, 0, '[]') RETURNING id
            """)
        for holder in Set([requester, member, -team] + (isEndUsers ? endUsers : [])) {
            try transaction.execute(
                """
                INSERT INTO grants (holder, kind, account, life_cycle, record_id)
                VALUES (\(holder), \(RecordKind.request.code), \(account.number), 0, \(id))
                """)
        }
        transaction.tally(
            TallyKey(
                resource: RecordKind.request.code, account: account.number, lifeCycle: 0, status: status.rawValue),
            by: 1)
    }

    private func insertRelease(_ number: Int, _ transaction: Transaction) throws {
        let statuses = ReleaseStatus.allCases
        let status = statuses[number % statuses.count]
        let impacts = WorkflowImpact.allCases
        let manager = people[number % people.count]
        let created = transaction.now.adding(minutes: Int64(number - 2_000_000))
        let completed = status == .completed ? created : nil
        let id = try transaction.insert(
            """
            INSERT INTO releases (account, life_cycle, status, subject, impact, manager_id, completion_target_at,
                completed_at, completion_reason, custom_fields, source, source_id, created_at, updated_at)
            VALUES (\(account.number), 0, \(status.rawValue), \("Release number \(number): all printers are replaced"),
                \(impacts[number % impacts.count].rawValue), \(manager), \(created.adding(minutes: 600)),
                \(completed.sqlValue), \((completed == nil ? nil : WorkflowCompletionReason.complete.rawValue).sqlValue),
                '[]', 'bench', \("B-\(number)"), \(created), \(created)) RETURNING id
            """)
        try transaction.execute(
            """
            INSERT INTO grants (holder, kind, account, life_cycle, record_id)
            VALUES (\(manager), \(RecordKind.release.code), \(account.number), 0, \(id))
            """)
        transaction.tally(
            TallyKey(
                resource: RecordKind.release.code, account: account.number, lifeCycle: 0, status: status.rawValue),
            by: 1)
    }
}
