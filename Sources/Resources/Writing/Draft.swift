import Store
import Wire

/// A record being made or changed: what it was, and what it is to be. Commands work on drafts and save them; a draft
/// that changes nothing saves nothing.
public struct Draft {
    public let schema: Schema
    /// Nil until a new record is saved.
    public internal(set) var id: Int64?
    /// The account the record belongs to, by number.
    public let account: Int64
    public internal(set) var lifeCycle: LifeCycle
    /// The stored values as they were; empty for a new record.
    let before: [String: SQLValue]
    private var after: [String: SQLValue]
    /// Old and new values of what is in no column, for the history. They alone make a change too.
    public var further = JSONObject()
    /// What is wrong with what a client sent once it is put together with what was there.
    public private(set) var refused: [FieldError] = []
    /// Set by saving. What changed stays to be asked, so a draft is saved once and loaded again for more.
    var isSaved = false

    /// A new record of an account.
    public init(new schema: Schema, account: Int64) {
        self.schema = schema
        self.account = account
        lifeCycle = .active
        before = [:]
        after = [:]
    }

    private init(
        _ schema: Schema, id: Int64, account: Int64, lifeCycle: LifeCycle, values: [String: SQLValue]
    ) {
        self.schema = schema
        self.id = id
        self.account = account
        self.lifeCycle = lifeCycle
        before = values
        after = values
    }

    /// Loads a record to change it, among those this viewer may see, and keeps it from other writers until the
    /// transaction ends.
    /// - Throws: `Refusal.notFound`.
    public static func load(
        _ transaction: Transaction, _ schema: Schema, id: Int64, in source: ListSource = .account,
        for perspective: Perspective,
        trashedToo: Bool = false
    ) throws -> Draft {
        let base = Single.condition(schema, id: id, in: source, perspective, trashedToo: trashedToo)
        guard let draft = try load(transaction, schema, id: id, base) else { throw Refusal.notFound }
        return draft
    }

    /// Loads a record that another, already seen one leads to, whoever sees it, for what follows from a change there;
    /// otherwise the same.
    public static func loadUnseen(_ transaction: Transaction, _ schema: Schema, id: Int64) throws -> Draft? {
        try load(transaction, schema, id: id, " FROM \(raw: schema.kind.table) t WHERE t.id = \(id)")
    }

    private static func load(
        _ transaction: Transaction, _ schema: Schema, id: Int64, _ base: SQL
    ) throws -> Draft? {
        try all(transaction, schema, base).first
    }

    /// - Parameter account: of entries, which have none of their own.
    static func all(
        _ transaction: Transaction, _ schema: Schema, _ base: SQL, account: Int64 = 0
    ) throws -> [Draft] {
        let stored = schema.stored
        let columns = stored.map { "t.\($0.column ?? $0.name)" }.joined(separator: ", ")
        let account = if case .account = schema.scope { "t.account" } else { String(account) }
        let lifeCycle = schema.hasLifeCycle ? "t.life_cycle" : "0"
        let db = transaction.db
        return try db.all(
            "SELECT t.id, \(raw: account), \(raw: lifeCycle), \(raw: columns)\(base)\(raw: db.dialect.lock)"
        ) { row in
            var values: [String: SQLValue] = [:]
            for (place, field) in stored.enumerated() { values[field.name] = row.value(Int32(place) + 3) }
            return Draft(
                schema, id: row.integer(0), account: row.integer(1),
                lifeCycle: LifeCycle(rawValue: row.integer(2)) ?? .active, values: values)
        }
    }

    /// The value a field is to have. A name that is no stored field is a mistake in the code, and stops a debug build.
    public subscript(field: String) -> SQLValue {
        get {
            checkName(field)
            return after[field] ?? .null
        }
        set {
            checkName(field)
            after[field] = newValue
        }
    }

    /// The value a field had when the draft was loaded.
    public func previous(_ field: String) -> SQLValue {
        checkName(field)
        return before[field] ?? .null
    }

    private func checkName(_ field: String) {
        assert(schema.field(field)?.column != nil, "\(schema.name) store no field '\(field)'")
    }

    /// Whether the field is to change; for a new record, whether it has a value.
    public func changes(_ field: String) -> Bool { self[field] != previous(field) }

    /// Refuses to change what lies in the archive or the trash.
    public func requireActive() throws {
        if lifeCycle != .active {
            throw Refusal.invalid(
                "archived", "\(schema.nounAtStart) is archived; restore it before it is changed")
        }
    }

    /// Whether the record is not saved yet.
    public var isNew: Bool { id == nil }

    /// Whether there was no record before this draft, also once it is saved.
    public var wasNew: Bool { before.isEmpty }

    /// Takes over what a client sent. Custom fields are merged into those there are; when that makes too many, they
    /// stay as they are and `refused` says so.
    public mutating func take(_ input: Input) {
        for field in schema.stored where field.access == .readWrite {
            guard let value = input[field.name] else { continue }
            if case .customFields = field.type {
                do throws(FieldError) {
                    self[field.name] = try Self.merged(field, self[field.name], value)
                } catch {
                    refused.append(error)
                }
            } else {
                self[field.name] = value
            }
        }
    }

    /// The fields that are required and blank.
    public var blankFields: [FieldError] {
        schema.stored.filter { $0.isRequired && self[$0.name].isNull }.map { FieldError($0, "can't be blank") }
    }

    private static func merged(
        _ field: Field, _ old: SQLValue, _ new: SQLValue
    ) throws(FieldError) -> SQLValue {
        func fields(_ value: SQLValue) -> CustomFields? {
            value.text.flatMap { try? JSON.parse(Array($0.utf8)) }.flatMap { CustomFields(json: $0) }
        }
        guard let new = fields(new) else { return new }
        let old = fields(old) ?? CustomFields()
        let merged = old.merging(new)
        let bytes = merged.json.bytes
        if merged.entries.count > CustomFields.maximumCount || bytes.count > Limits.textBytes {
            throw FieldError(field, "are too many")
        }
        return .text(String(decoding: bytes, as: UTF8.self))
    }

    /// Whether anything is to change.
    public var hasChanges: Bool { !changedFields.isEmpty || !further.isEmpty }

    /// The fields whose values differ, with their columns.
    var changedFields: [Field] { schema.stored.filter { changes($0.name) } }
}
