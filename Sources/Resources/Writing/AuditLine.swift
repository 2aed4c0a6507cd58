import Store
import Wire

/// One line of a record's history: who did what, and each changed field with its old and new value.
public struct AuditLine {
    /// The actions of docs/protocol/general.md#history.
    public enum Action: Int64, WireEnum {
        case create = 1
        case update = 2
        case destroy = 3
        case info = 4
    }

    let kind: RecordKind
    let id: Int64
    let account: Int64
    let action: Action
    let user: Int64?
    let changes: JSONObject

    public init(
        kind: RecordKind, id: Int64, account: Int64, action: Action, user: Int64?, changes: JSONObject
    ) {
        self.kind = kind
        self.id = id
        self.account = account
        self.action = action
        self.user = user
        self.changes = changes
    }

    /// `{"status":["assigned","completed"]}`: references as `{id, name}`, times in UTC. Stamps are left out, since the
    /// line has its own.
    static func changes(_ draft: Draft, _ fields: [Field], _ db: Database) throws -> JSONObject {
        var changes = JSONObject()
        for field in fields where field.name != "created_at" && field.name != "updated_at" {
            changes[field.name] = [
                try json(field, draft.previous(field.name), db), try json(field, draft[field.name], db),
            ]
        }
        for (name, change) in draft.further.members { changes[name] = change }
        return changes
    }

    private static func json(_ field: Field, _ value: SQLValue, _ db: Database) throws -> JSON {
        guard !value.isNull else { return .null }
        switch (field.type, value) {
        case (.boolean, .integer(let flag)): return .bool(flag == 1)
        case (.enumeration(let enumeration), .integer(let code)):
            return enumeration.name(of: code).map { .string($0) } ?? .null
        case (.timestamp, .integer(let time)): return utc(time)
        case (.target, .integer(let stored)):
            if let word = Target.words.first(where: { $0.stored == stored }) { return .string(word.name) }
            return utc(stored)
        case (.decimal, .integer(let amount)): return .string(WireDecimal(tenThousandths: amount).text)
        case (.customFields, .text(let text)), (.stringList, .text(let text)), (.json, .text(let text)):
            return (try? JSON.parse(Array(text.utf8))) ?? .null
        // Who reads the history may not see what is referred to.
        case (.reference(let kind), .integer(let id)) where kind.isConfidential:
            return ["id": .integer(id)]
        case (.reference(let kind), .integer(let id)): return try reference(kind, id, db)
        case (_, .integer(let integer)): return .integer(integer)
        case (_, .text(let text)): return .string(text)
        case (_, .null): return .null
        }
    }

    /// A record as the history names it: `{id, name}` or `{id, subject}`; null for none.
    public static func reference(_ kind: RecordKind, _ id: Int64?, _ db: Database) throws -> JSON {
        guard let id else { return .null }
        let name = try db.first("SELECT \(raw: kind.display) FROM \(raw: kind.table) WHERE id = \(id)") { $0.text(0) }
        return ["id": .integer(id), kind.display: name.map { .string($0) } ?? .null]
    }

    private static func utc(_ microseconds: Int64) -> JSON {
        .string(Timestamp(microseconds: microseconds).formatted(in: .utc))
    }
}

extension Transaction {
    /// Writes an audit line.
    public func audit(_ line: AuditLine) throws {
        try execute(
            """
            INSERT INTO audit_lines (account, kind, record_id, action, user_id, created_by_id, created_at, changes)
            VALUES (\(line.account), \(line.kind.code), \(line.id), \(line.action.rawValue), \(line.user.sqlValue), \
            \(line.user.sqlValue), \(now), \(String(decoding: JSON.object(line.changes).bytes, as: UTF8.self)))
            """)
    }
}
