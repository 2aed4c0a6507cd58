import Resources
import Store
import Wire

extension RecordKind {
    public static let auditLine = RecordKind(9, "audit_line", table: "audit_lines", display: "id")
}

extension Schema {
    /// The history of a record (docs/protocol/general.md#history).
    public static let auditLines = Schema(
        "audit_lines", kind: .auditLine, scope: .owned(kind: "kind", id: "record_id"), sortedBy: "-id"
    ) {
        Field.id
        Field("action", .enumeration(Enumeration(AuditLine.Action.self))).always.readOnly.inCollection
            .about("What was done.")
        Field("created_at", .timestamp).always.readOnly.filter.inCollection.about("When it was done.")
        Field("created_by", .reference(.person)).readOnly.inCollection.about("For whom it was done.")
        Field("user", .reference(.person)).readOnly.inCollection.about("Who did it.")
        Field("changes", .json).always.inCollection.computed(from: "changes", "kind", "account", print: printChanges)
            .about("Each changed field with its old and its new value.")
    }

    /// Prints what changed, without what the record itself would not tell whoever looks.
    @Sendable private static func printChanges(
        _ row: borrowing Row, _ place: Int32, _ eyes: Perspective, _ buffer: inout JSONBuffer
    ) {
        guard !eyes.seesAll(of: row.integer(place + 2)), let hidden = confidential[row.integer(place + 1)],
            case .object(let changes)? = try? JSON.parse(Array(row.utf8(place)))
        else {
            buffer.append(row.utf8(place))
            return
        }
        let shown = changes.members.filter { !hidden.contains($0.key) }.map { ($0.key, $0.value) }
        buffer.append(JSON.object(JSONObject(shown)).bytes)
    }

    /// The fields of each kind of record that only those are told of who see its whole account.
    private static let confidential: [Int64: Set<String>] = {
        let hidden = all.map { schema in
            let fields = schema.fields.filter {
                if case .reference(let kind) = $0.type { kind.isConfidential } else { false }
            }
            return (schema.kind.code, Set(fields.map(\.name)))
        }
        return Dictionary(hidden.filter { !$0.1.isEmpty }) { $0.union($1) }
    }()
}

extension ListSource {
    /// The history of a record in its own account: what was done to a person in another account is that account's
    /// business.
    public static func audit(of record: Seen) -> ListSource {
        .related(
            """
            t.kind = \(record.kind.code) AND t.record_id = \(record.id) \
            AND t.account = (SELECT o.account FROM \(raw: record.kind.table) o WHERE o.id = \(record.id))
            """, isIndexed: true)
    }
}
