import ServiceDesk
import Store
import Testing
import Wire

@testable import Resources

extension Schema {
    /// Requests with all their notes, and the files of each note.
    fileprivate static let annotated = Schema("requests", kind: .request, sortedBy: "id", hasLifeCycle: true) {
        Field.id
        Field("notes", .attachments).inCollection
            .lists(.notes, of: .request, fields: ["text", "person", "attachments"])
    }
}

/// Entries that stand in a list and refer to records themselves.
@Suite struct EntryReferenceTests {
    /// Adds a note, with a file where that is named.
    private static func annotate(
        _ office: Office, _ request: Int64, by person: Int64, file: String? = nil
    ) async throws {
        let account = office.account.number
        try await office.store.write { transaction in
            let note = try transaction.insert(
                """
                INSERT INTO notes (owner_kind, owner_id, person_id, text, internal, medium, created_at)
                VALUES (\(RecordKind.request.code), \(request), \(person), 'Seen', 0, \(NoteMedium.default.rawValue), 0)
                RETURNING id
                """)
            guard let file else { return }
            _ = try transaction.execute(
                """
                INSERT INTO attachments
                (account, owner_kind, owner_id, field, key, name, inline, size, created_by_id, created_at)
                VALUES (\(account), \(RecordKind.note.code), \(note), 'text', \("key/" + file), \(file), 0, 1,
                \(person), 0)
                """)
        }
    }

    /// A request with two notes, by somebody of the account and a stranger, and one without any.
    private static func requests(_ office: Office) async throws -> [Int64] {
        let requests = [try await office.add { office.request() }, try await office.add { office.request() }]
        try await annotate(office, requests[0], by: office.people[1], file: "plan.txt")
        try await annotate(office, requests[0], by: office.stranger)
        return requests
    }

    private static func expectNotes(_ record: JSON?) {
        let notes = record?["notes"]?.items ?? []
        #expect(notes.map { $0["person"]?["name"]?.text } == ["Ellen", "Frank"])
        #expect(notes.map { $0["person"]?["account"]?["id"]?.text } == [nil, "wdc"])
        #expect(notes.map { $0["account"]?["id"]?.text } == [nil, "wdc"])
        #expect(notes.map { $0["attachments"]?.items.map { $0["name"]?.text } } == [["plan.txt"], []])
    }

    @Test func theyShowWhomTheyReferTo() async throws {
        try await Office.with { office in
            let requests = try await Self.requests(office)
            let listing = try Pages(office.store, .annotated, for: office.perspective()).listing()
            let (pages, record) = try await office.store.read { db in
                // Whatever was looked up on this connection before.
                ReferenceCache.beside(db).drop(.everything)
                let pages = [try listing.page(db), try listing.page(db)]
                ReferenceCache.beside(db).drop(.everything)
                return (pages, try Single.read(db, .annotated, id: requests[0], for: office.perspective()))
            }
            for page in pages {
                #expect(try page.ids == requests)
                Self.expectNotes(try page.records.first)
                #expect(try page.records.last?["notes"] == .array([]))
            }
            Self.expectNotes(try JSON.parse(record))
        }
    }

    @Test func otherListsOnTheConnectionShowThemToo() async throws {
        try await Office.with { office in
            let requests = try await Self.requests(office)
            let annotated = try Pages(office.store, .annotated, for: office.perspective()).listing()
            let source = ListSource.owned(by: Seen(kind: .request, id: requests[0]))
            let notes = try Pages(office.store, .notes, source, for: office.perspective()).listing()
            let page = try await office.store.read { db in
                ReferenceCache.beside(db).drop(.everything)
                _ = try annotated.page(db)
                return try notes.page(db)
            }
            #expect(try page.records.map { $0["person"]?["name"]?.text } == ["Ellen", "Frank"])
        }
    }

    @Test func nothingIsKeptOfAKindThatNobodyNames() async throws {
        try await Office.with { office in
            let person = office.people[0]
            try await office.store.read { db in
                let cache = ReferenceCache()
                func resolve(_ kinds: [RecordKind]) throws -> Bool {
                    cache.prepare()
                    _ = cache.entry(RecordKind.person.code, person)
                    return try cache.resolve(db, kinds)
                }
                let error = #expect(throws: StoreError.self) { try resolve([.team]) }
                #expect(error?.kind == .defect)
                #expect(try resolve([.team, .person]), "it was not taken for one that is gone")
                let entry = try #require(cache.entry(RecordKind.person.code, person))
                var buffer = JSONBuffer(capacity: 64)
                cache.append(entry, seenFrom: office.account.number, to: &buffer)
                #expect(try JSON.parse(buffer.bytes) == json("{\"id\":\(person),\"name\":\"Howard\"}"))
                #expect(try !resolve([.person]))
            }
        }
    }
}
