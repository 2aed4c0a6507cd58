import Resources
import Store
import Testing

@testable import ServiceDesk

/// Watches of a database that is older than the indexes of what somebody is named on.
@Suite struct NamedAnywhereTests {
    @Test func watchesThatAreThereLearnWhereTheirRequestsAre() async throws {
        try await Company.with { company in
            var requests: [Int64] = []
            for place in [LifeCycle.active, .archived, .trashed] {
                let id = try await company.request()
                _ = try await company.watch(id, company.users[0].person, by: company.admin)
                try await company.complete(id)
                if place != .active {
                    try await company.store.write { try Requests.move($0, id: id, to: place, by: company.admin) }
                }
                requests.append(id)
            }
            try await company.store.write { transaction in
                // As it was before.
                try transaction.run(
                    script: """
                        DROP INDEX grants_holder;
                        DROP INDEX watches_person;
                        ALTER TABLE watches DROP COLUMN life_cycle;
                        CREATE INDEX watches_person ON watches (person_id, subject_kind, subject_id)
                        """)
                try NamedAnywhere.apply(transaction, transaction.db.dialect)
            }
            let found = try await company.rows("SELECT subject_id, life_cycle FROM watches ORDER BY id", columns: 2)
            #expect(found == zip(requests, 0...2).map { [.integer($0), .integer($1)] })
        }
    }
}
