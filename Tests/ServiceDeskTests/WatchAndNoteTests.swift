import Resources
import Store
import Testing
import Wire

@testable import ServiceDesk

@Suite struct WatchAndNoteTests {
    @Test func aRefusedWatchLeavesNothing() async throws {
        try await Company.with { company in
            let user = company.users[0]
            let id = try await company.request(by: user)
            _ = try await company.watch(id, company.admin.person, by: company.admin)
            let gone = company.users[1].person
            try await company.store.write { try PeopleDirectory.setDisabled($0, person: gone, true) }
            let cases: [(Viewer, Int64, Int64, Refusal)] = [
                (company.admin, id, company.admin.person, .invalid("person", "Person has already been taken")),
                (company.admin, id, 99, .invalid("person", "Person must exist")),
                (company.admin, id, company.stranger.person, .invalid("person", "Person must exist")),
                (company.admin, id, gone, .invalid("person", "Person is disabled")),
                (company.admin, 99, user.person, .notFound), (company.users[1], id, gone, .notFound),
                (company.stranger, id, company.stranger.person, .notFound),
                (user, id, company.admin.person, .forbidden("Ann holds no role that may add other people as watchers")),
            ]
            for (viewer, request, person, expected) in cases {
                let (refusal, leftNothing) = try await company.refusal {
                    _ = try await company.watch(request, person, by: viewer)
                }
                #expect(refusal == expected)
                #expect(leftNothing)
            }
            let (blank, leftNothing) = try await company.refusal {
                try await company.store.write {
                    _ = try Watches.add($0, to: id, Company.input(.watches, []), by: company.admin)
                }
            }
            #expect(blank == .invalid("person", "Person can't be blank") && leftNothing)
        }
    }

    /// Oneself, whoever added the watch, analysts and administrators.
    @Test func aWatchIsRemovedByThoseWhoMay() async throws {
        try await Company.with { company in
            let (user, watcher) = (company.users[0], company.users[1])
            let id = try await company.request(by: user)
            for (remover, mayRemove) in [
                (watcher, true), (company.specialist, true), (company.analyst, true), (company.admin, true),
                (user, false),
            ] {
                let watch = try await company.watch(id, watcher.person, by: company.specialist)
                let (refusal, leftNothing) = try await company.refusal {
                    try await company.store.write { try Watches.remove($0, of: id, entry: watch, by: remover) }
                }
                #expect((refusal == nil) == mayRemove && leftNothing == !mayRemove, "\(remover.name)")
                if !mayRemove { #expect(refusal == .forbidden("Ann may not change or remove this watch")) }
            }
            let other = try await company.request()
            let (elsewhere, _) = try await company.refusal {
                try await company.store.write { try Watches.remove($0, of: other, entry: 5, by: company.admin) }
            }
            #expect(elsewhere == .notFound, "a watch of another request")
        }
    }

    @Test func aWatchIsChangedByThoseWhoMayRemoveIt() async throws {
        try await Company.with { company in
            let (user, watcher) = (company.users[0], company.users[1])
            let id = try await company.request(by: user)
            let watch = try await company.watch(id, watcher.person, by: company.admin)
            func change(to person: Int64, by viewer: Viewer) async throws -> (refusal: Refusal?, leftNothing: Bool) {
                let input = try Company.input(.watches, [("person_id", .integer(person))])
                return try await company.refusal {
                    try await company.store.write {
                        try Watches.update($0, of: id, entry: watch, input, by: viewer)
                    }
                }
            }
            let unchanged = try await change(to: watcher.person, by: user)
            #expect(unchanged.refusal == nil && unchanged.leftNothing, "the same person again is no change")
            let forbidden = try await change(to: user.person, by: user)
            #expect(forbidden.refusal == .forbidden("Ann may not change or remove this watch") && forbidden.leftNothing)
            let missing = try await change(to: 99, by: company.admin)
            #expect(missing.refusal == .invalid("person", "Person must exist") && missing.leftNothing)
            #expect(try await change(to: company.analyst.person, by: company.admin).refusal == nil)
            #expect(
                try await company.rows("SELECT person_id, added_by_id FROM watches", columns: 2) == [
                    [.integer(company.analyst.person), .integer(company.admin.person)]
                ])
        }
    }

    @Test func notesAreAddedByThoseWhoSeeTheRequest() async throws {
        try await Company.with { company in
            let user = company.users[0]
            let id = try await company.request(by: user)
            func add(_ fields: [(String, JSON)], by viewer: Viewer) async throws -> (
                refusal: Refusal?, leftNothing: Bool
            ) {
                let input = try Company.input(.notes, fields)
                return try await company.refusal {
                    try await company.store.write { _ = try Notes.add($0, to: .requests, id, input, by: viewer) }
                }
            }
            let text: (String, JSON) = ("text", .string("Hello"))
            for (fields, viewer, expected) in [
                ([], user, .invalid("text", "Text can't be blank")), ([text], company.users[1], .notFound),
                ([text], company.stranger, .notFound),
                (
                    [text, ("internal", .bool(true))], user,
                    .forbidden("Ann holds no role that may write internal notes")
                ),
            ] as [([(String, JSON)], Viewer, Refusal)] {
                let (refusal, leftNothing) = try await add(fields, by: viewer)
                #expect(refusal == expected && leftNothing)
            }
            #expect(try await add([text], by: user).refusal == nil)
            #expect(try await add([text, ("internal", .bool(true))], by: company.specialist).refusal == nil)
            #expect(
                try await company.rows(
                    "SELECT person_id, internal, internal_account_id FROM notes ORDER BY id", columns: 3)
                    == [
                        [.integer(user.person), .integer(0), .null],
                        [.integer(company.specialist.person), .integer(1), .integer(company.account.number)],
                    ])
        }
    }

    @Test func internalNotesAreListedByRole() async throws {
        try await Company.with { company in
            let id = try await company.request(by: company.users[0])
            for isInternal in [false, true] {
                let input = try Company.input(.notes, [("text", .string("x")), ("internal", .bool(isInternal))])
                try await company.store.write { _ = try Notes.add($0, to: .requests, id, input, by: company.admin) }
            }
            for (viewer, count) in [
                (company.users[0], 1), (company.analyst, 1), (company.specialist, 2), (company.admin, 2),
            ] {
                let key = CursorKey(secret: [1])
                let query = try ListQuery(
                    .notes, predefined: nil, parameters: [], for: viewer.perspective, cursors: key)
                let listing = Listing(.notes, of: (.requests, id), query, for: viewer.perspective, cursors: key) {
                    Notes.source(of: $0, for: viewer)
                }
                let page = try await company.store.read { try listing.page($0) }
                #expect(page.total ?? 0 == count, "\(viewer.name)")
            }
        }
    }
}
