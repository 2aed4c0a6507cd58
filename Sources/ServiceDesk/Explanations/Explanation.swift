import Resources
import Store
import Wire

/// Why something that follows from rules is as it is: the value, the rule's own sentence, and the records it rests on,
/// each only if whoever asks sees it.
struct Explanation {
    var value: JSON
    var sentence: String
    var records: [Record] = []

    /// One record, and why it is as it is in turn.
    struct Record {
        let kind: RecordKind
        let shown: JSON
        var because: Explanation?
    }

    /// The most records that are named for one value.
    static let maximumRecords = 10

    var json: JSON {
        ["value": value, "sentence": .string(sentence), "records": .array(records.map(\.json))]
    }
}

extension Explanation.Record {
    fileprivate var json: JSON {
        var members = JSONObject([(kind.name, shown)])
        members["because"] = because?.json ?? .null
        return .object(members)
    }
}

/// Finds the records that explanations name among what somebody sees.
struct ExplanationReader {
    let db: Database
    let viewer: Viewer

    /// Some records in the order of their ids: `{id, subject, status}`.
    func records(
        _ schema: Schema, _ ids: [Int64], because: (Int64) throws -> Explanation?
    ) throws -> [Explanation.Record] {
        guard !ids.isEmpty, viewer.scopes.allow(.read, on: schema.kind) else { return [] }
        guard case .enumeration(let statuses)? = schema.field("status")?.type else { return [] }
        // Ids ascend, so that the first of them are the first that are seen, unless many are not.
        let some = Padding.toPowerOfTwo(Array(ids.prefix(Limits.filterSet)))
        let found = try db.all(
            """
            SELECT t.id, t.subject, t.status, a.number, a.id, a.name FROM \(raw: schema.kind.table) t
            JOIN accounts a ON a.number = t.account WHERE t.id IN (\(list: some))
            AND t.life_cycle < \(LifeCycle.trashed.rawValue) AND \(viewer.perspective.sees(schema.kind))
            ORDER BY t.id LIMIT \(Int64(Explanation.maximumRecords))
            """
        ) { row in
            var shown: JSONObject = [
                "id": .integer(row.integer(0)), "subject": .string(row.text(1)),
                "status": statuses.name(of: row.integer(2)).map { .string($0) } ?? .null,
            ]
            shown["account"] = foreignAccount(row, 3)
            return (id: row.integer(0), shown: JSON.object(shown))
        }
        return try found.map {
            Explanation.Record(kind: schema.kind, shown: $0.shown, because: try because($0.id))
        }
    }

    /// The account of a record, where it is not the one the call works in.
    /// - Parameter place: of its number; the id and the name stand behind it.
    func foreignAccount(_ row: borrowing Row, _ place: Int32) -> JSON? {
        if row.integer(place) == viewer.account.number { return nil }
        return ["id": .string(row.text(place + 1)), "name": .string(row.text(place + 2))]
    }

    /// A time as this viewer's answers have it.
    func time(_ time: Timestamp?) -> JSON {
        time.map { .string($0.formatted(in: viewer.perspective.zone)) } ?? .null
    }
}

extension WireEnum {
    /// The value as it stands in answers.
    var json: JSON { .string(wireName) }
}
