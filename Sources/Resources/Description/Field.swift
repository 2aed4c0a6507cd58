import Store
import Wire

/// One field of a resource, described once: what it holds, who may write it, and what lists can do with it.
public struct Field: Sendable {
    /// Who writes the field.
    public enum Access: Sendable {
        case readWrite
        /// Shown, and ignored in input.
        case readOnly
        /// Taken, and never shown or selectable.
        case writeOnly
    }

    /// The name on the wire; in input a reference is `<name>_id`.
    public let name: String
    public let type: FieldType
    /// The column, or nil for a field that is not stored.
    public private(set) var column: String?
    public private(set) var access = Access.readWrite
    public private(set) var isRequired = false
    public private(set) var isNullable = true
    public private(set) var isFilterable = false
    public private(set) var isSortable = false
    /// Whether lists by this field are read off an index, and so cost the same on every page.
    public private(set) var isIndexed = false
    public private(set) var isInCollection = false
    /// A column that holds the text as `String.folded` has it, for filters that ignore case.
    public private(set) var foldedColumn: String?
    /// What prints a computed field.
    private(set) var computed: Computed?
    /// The rows of another table that a field lists.
    private(set) var entries: Entries?
    /// Whether a record without a value does not have the member at all.
    public private(set) var isLeftOut = false
    /// What the field means, for the reference pages.
    public private(set) var about = ""

    public init(_ name: String, _ type: FieldType) {
        self.name = name
        self.type = type
        switch type {
        case .reference, .account: column = name + "_id"
        case .absent, .attachments, .file, .nothing, .references: column = nil
        case .id:
            column = name
            isNullable = false
            access = .readOnly
        default: column = name
        }
    }

    /// The id, as every record has it.
    public static let id = Field("id", .id).indexed.filter.sort.inCollection.about("The unique ID of the record.")

    /// What `source` and `sourceID` are (docs/protocol/general.md#source).
    public static let source = Field("source", .string(max: Source.maximumLength)).filter
        .about("The client that made the record.")
    public static let sourceID = Field("sourceID", .string(max: SourceID.maximumLength)).column("source_id").filter
        .sort.inCollection.about("The record's identifier in the system it comes from.")

    /// When the record was made and last changed.
    public static let createdAt = Field("created_at", .timestamp).always.readOnly.filter.sort.inCollection
        .about("When the record was created.")
    public static let updatedAt = Field("updated_at", .timestamp).always.readOnly.filter.sort.inCollection
        .about("When the record was last changed; its creation if it never was.")

    /// The key that input uses.
    public var inputKey: String {
        switch type {
        case .reference: name + "_id"
        case .references: name + "_ids"
        default: name
        }
    }

    /// The name as errors say it: `completion_reason` is `Completion reason`.
    public var label: String {
        let words = name.split(separator: "_").joined(separator: " ")
        return words.prefix(1).uppercased() + words.dropFirst()
    }

    // MARK: Modifiers

    /// Must be given when a record is created, and cannot be cleared.
    public var required: Field { with { ($0.isRequired, $0.isNullable) = (true, false) } }
    /// Never null, though a client need not send it.
    public var always: Field { with { $0.isNullable = false } }
    public var readOnly: Field { with { $0.access = .readOnly } }
    public var writeOnly: Field { with { ($0.access, $0.column) = (.writeOnly, nil) } }
    public var filter: Field { with { $0.isFilterable = true } }
    public var sort: Field { with { $0.isSortable = true } }
    /// There is an index by account, life cycle (where records have one), this column, or its folded one, and id. It
    /// may leave out the rows without a value where lists are not sorted by the field.
    public var indexed: Field { with { $0.isIndexed = true } }
    public var inCollection: Field { with { $0.isInCollection = true } }

    /// Stored under another name than the field's.
    public func column(_ name: String) -> Field { with { $0.column = name } }
    /// Filters compare the folded column instead.
    public func folded(_ column: String) -> Field { with { $0.foldedColumn = column } }
    /// What the field means.
    public func about(_ text: String) -> Field { with { $0.about = text } }

    /// Not stored: printed from columns of the row. The closure never queries.
    public func computed(
        from columns: String...,
        print: @escaping @Sendable (borrowing Row, Int32, Perspective, inout JSONBuffer) -> Void
    ) -> Field {
        with {
            $0.column = nil
            $0.access = .readOnly
            $0.computed = Computed(columns: columns, print: print)
        }
    }

    /// A number that sums up what this server does not keep: there is none of it, which is 0 and not null.
    public var zero: Field { always.computed { _, _, _, buffer in buffer.append(integer: 0) } }

    /// An array of what hangs on the record, in the order it was added.
    /// - Parameter fields: the names of the fields of each entry.
    public func lists(_ schema: Schema, of owner: RecordKind, fields: [String]) -> Field {
        with { $0.entries = Entries(schema, of: owner, fields: fields) }
    }

    /// Not stored, and more than the row can say: made by one further statement a page for the records on which a
    /// condition on `t` holds, null for the others.
    public func loaded(
        where condition: String,
        by load: @escaping @Sendable (Database, [Int64], Perspective) throws -> [Int64: [UInt8]]
    ) -> Field {
        with {
            ($0.column, $0.access) = (nil, .readOnly)
            $0.entries = Entries(where: condition, load: load)
        }
    }

    /// The same, where a record on which the condition does not hold has no such member.
    public func leftOutUnless(
        _ condition: String,
        by load: @escaping @Sendable (Database, [Int64], Perspective) throws -> [Int64: [UInt8]]
    ) -> Field {
        with {
            ($0.column, $0.access, $0.isLeftOut) = (nil, .readOnly, true)
            $0.entries = Entries(where: condition, member: $0.name, load: load)
        }
    }

    private func with(_ change: (inout Field) -> Void) -> Field {
        var copy = self
        change(&copy)
        return copy
    }

    struct Computed: Sendable {
        let columns: [String]
        /// Receives the row and the place of the first of its columns.
        let print: @Sendable (borrowing Row, Int32, Perspective, inout JSONBuffer) -> Void
    }
}
