import ServiceDesk
import Store
import Testing
import Wire

@testable import Resources

/// References are kept beside every connection, and yet never older than the last write.
@Suite struct FreshReferenceTests {
    private static func names(_ store: Store, _ office: Office) async throws -> [String?] {
        let page = try await Pages(store, .requests, for: office.perspective(), [("fields", "team")]).page()
        return try page.records.map { $0["team"]?["name"]?.text }
    }

    @Test func aNewNameIsSeenByEveryReadAfterTheWrite() async throws {
        try await Office.with { office in
            for _ in 0..<3 { _ = try await office.add { office.request(team: office.teams[0]) } }
            for name in ["Desk", "First", "Second"] {
                try await office.change(.teams, office.teams[0], ["name": .text(name)])
                try await withThrowingTaskGroup(of: [String?].self) { group in
                    for _ in 0..<8 { group.addTask { try await Self.names(office.store, office) } }
                    for try await names in group { #expect(names == [name, name, name]) }
                }
            }
        }
    }

    @Test func theWritingTransactionSeesItItself() async throws {
        try await Office.with { office in
            let id = try await office.add { office.request(team: office.teams[0]) }
            let team = office.teams[0]
            @Sendable func print(_ db: Database) throws -> String? {
                try JSON.parse(Single.read(db, .requests, id: id, for: office.perspective()))["team"]?["name"]?.text
            }
            let (before, after) = try await office.store.write { transaction in
                let before = try print(transaction.db)
                guard var draft = try Draft.loadUnseen(transaction, .teams, id: team) else { throw Refusal.notFound }
                draft["name"] = .text("Renamed")
                try transaction.save(&draft, by: nil)
                return (before, try print(transaction.db))
            }
            #expect(before == "Desk" && after == "Renamed")
        }
    }

    @Test func aRenameThatIsRolledBackLeavesNoTrace() async throws {
        try await Office.with { office in
            let id = try await office.add { office.request(team: office.teams[0]) }
            let team = office.teams[0]
            await #expect(throws: Refusal.notFound) {
                try await office.store.write { transaction in
                    guard var draft = try Draft.loadUnseen(transaction, .teams, id: team) else { return }
                    draft["name"] = .text("Renamed")
                    try transaction.save(&draft, by: nil)
                    _ = try Single.read(transaction.db, .requests, id: id, for: office.perspective())
                    throw Refusal.notFound
                }
            }
            #expect(try await Self.names(office.store, office) == ["Desk"])
            let written = try await office.store.write { transaction in
                try Single.read(transaction.db, .requests, id: id, for: office.perspective())
            }
            #expect(try JSON.parse(written)["team"]?["name"]?.text == "Desk")
        }
    }

    /// The id of a record that was rolled back is given out again, to another.
    @Test func aRecordThatIsRolledBackLeavesNoTrace() async throws {
        try await Office.with { office in
            @Sendable func add(_ transaction: Transaction, team name: String) throws -> String? {
                var team = Draft(new: .teams, account: office.account.number)
                team["name"] = .text(name)
                for flag in ["disabled", "auto_assign"] { team[flag] = false.sqlValue }
                team["custom_fields"] = .text("[]")
                var request = office.request(team: try transaction.save(&team, by: nil))
                let id = try transaction.save(&request, by: nil)
                let bytes = try Single.read(transaction.db, .requests, id: id, for: office.perspective())
                return try JSON.parse(bytes)["team"]?["name"]?.text
            }
            await #expect(throws: Refusal.notFound) {
                try await office.store.write { transaction in
                    _ = try add(transaction, team: "Lost")
                    throw Refusal.notFound
                }
            }
            let kept = try await office.store.write { try add($0, team: "Kept") }
            #expect(kept == "Kept")
        }
    }

    @Test func anotherInstanceSeesItOnceItFollows() async throws {
        try await Office.with { office in
            _ = try await office.add { office.request(team: office.teams[0]) }
            try await office.withSecondStore { second in
                let before = try await Self.names(second, office)
                try await office.change(.teams, office.teams[0], ["name": .text("Renamed")])
                try await second.followEpoch()
                let after = try await Self.names(second, office)
                #expect(before == ["Desk"] && after == ["Renamed"])
            }
        }
    }

    @Test func whatAReferenceShowsIsFresh() async throws {
        try await Office.with { office in
            _ = try await office.add { office.request(team: office.teams[0]) }
            func team() async throws -> JSON? {
                let pages = Pages(office.store, .requests, for: office.perspective(), [("fields", "team")])
                return try await pages.page().records.first?["team"]
            }
            let id = office.teams[0]
            for (values, expected) in [
                (["sourceID": .text("x")], "{\"id\":\(id),\"name\":\"Desk\",\"sourceID\":\"x\"}"),
                (["disabled": true.sqlValue], "{\"id\":\(id),\"name\":\"Desk\",\"sourceID\":\"x\",\"disabled\":true}"),
                (["sourceID": .null, "disabled": false.sqlValue], "{\"id\":\(id),\"name\":\"Desk\"}"),
            ] as [([String: SQLValue], String)] {
                _ = try await team()
                try await office.change(.teams, id, values)
                #expect(try await team() == json(expected))
            }
        }
    }
}
