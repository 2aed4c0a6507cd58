import ServiceDesk
import Store
import TestSupport
import Wire

@testable import Resources

extension Office {
    /// Requests whose values repeat and are often missing, the same on every run.
    /// - Parameter foreignShare: so many in a hundred belong to the foreign account.
    func addRandomRequests(_ count: Int, seed: UInt64, foreignShare: Int = 0) async throws {
        let services = try await addServices()
        try await store.write(bulk: true) { transaction in
            var generator = SeededGenerator(seed: seed)
            func maybe(_ values: [SQLValue]) -> SQLValue {
                Int.random(in: 0..<3, using: &generator) == 0 ? .null : any(values)
            }
            func any(_ values: [SQLValue]) -> SQLValue { values.randomElement(using: &generator) ?? .null }
            func any<Value: WireEnum>(_ type: Value.Type) -> SQLValue {
                any(Value.allCases.map { .integer($0.rawValue) })
            }
            for _ in 0..<count {
                let isForeign = foreignShare > 0 && Int.random(in: 0..<100, using: &generator) < foreignShare
                var draft = request(in: isForeign ? foreign : account)
                draft["subject"] = any(["", "a", "b", "B", "é", "z'z", "日本", "a"].map { .text($0) })
                draft["sourceID"] = maybe(["1", "2", "10"].map { .text($0) })
                draft["category"] = any(RequestCategory.self)
                draft["impact"] = maybe(RequestImpact.allCases.map { .integer($0.rawValue) })
                draft["status"] = any(RequestStatus.self)
                draft["next_target_at"] = any(
                    [5_000_000, 6_500_000, Target.bestEffort, Target.noTarget].map { .integer($0) })
                draft["completed_at"] = maybe([5_000_000, 5_400_000, -1, 7_000_000].map { .integer($0) })
                draft["team"] = maybe(teams.map { .integer($0) })
                draft["member"] = maybe(people.map { .integer($0) })
                draft["service"] = maybe(services.map { .integer($0) })
                draft["requested_for"] = any(people.map { .integer($0) })
                let id = try transaction.save(&draft, by: people[0])
                let stamps = [1_000_000, 1_700_000, 2_000_000, 3_000_000].map { SQLValue.integer($0) }
                let life: Int64 = Int.random(in: 0..<10, using: &generator) == 0 ? 1 : 0
                _ = try transaction.execute(
                    "UPDATE requests SET created_at = \(any(stamps)), updated_at = \(any(stamps)) WHERE id = \(id)")
                if life == 1 { try transaction.move(&draft, to: .archived, by: people[0]) }
            }
            try addForeignRequest(transaction)
        }
    }

    /// One that belongs to another account and is in no list of this one.
    private func addForeignRequest(_ transaction: Transaction) throws {
        var draft = request(in: foreign)
        _ = try transaction.save(&draft, by: stranger)
    }

    private func addServices() async throws -> [Int64] {
        try await store.write { transaction in
            var provider = Draft(new: .organizations, account: account.number)
            provider["name"] = .text("Widget")
            for flag in ["disabled", "business_unit", "end_user_privacy"] { provider[flag] = false.sqlValue }
            provider["custom_fields"] = .text("[]")
            let organization = try transaction.save(&provider, by: people[0])
            return try ["Mail", "Print"].map { name in
                var service = Draft(new: .services, account: account.number)
                service["name"] = .text(name)
                service["provider"] = .integer(organization)
                service["disabled"] = false.sqlValue
                service["custom_fields"] = .text("[]")
                return try transaction.save(&service, by: people[0])
            }
        }
    }
}
