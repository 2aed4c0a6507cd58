/// The data types of docs/protocol/data-types.md, and how each is stored.
public indirect enum FieldType: Sendable {
    /// The record's own id; an integer.
    case id
    /// An integer within bounds.
    case integer(ClosedRange<Int64>)
    /// One line, at most so many characters (Unicode scalars), none of them a line break or a control character.
    case string(max: Int)
    /// An absolute address of the web (`http` or `https`), as text of at most so many characters.
    case url(max: Int)
    /// Long text, at most `Limits.textBytes` bytes.
    case text
    case boolean
    case enumeration(Enumeration)
    /// An instant; UTC microseconds.
    case timestamp
    /// An instant or one of three words; see `Target`.
    case target
    /// Minutes, at most so many.
    case duration(max: Int64)
    /// An exact decimal number; ten-thousandths.
    case decimal
    /// A currency code, as text.
    case currency
    /// A time zone of the enumeration, by name.
    case timeZone
    /// Another record.
    case reference(RecordKind)
    /// `[{"id":…,"value":…}]`, stored as the JSON it is printed as.
    case customFields
    /// An array of strings, stored as JSON.
    case stringList
    /// Stored JSON, printed as it is; never input.
    case json
    /// A hash that refers to one account, `{id, name}`.
    case account
    /// Files on the record: in input, those to add and to remove.
    case attachments
    /// Several other records, by id; input only.
    case references(RecordKind)
    /// A file that the server made: `{name, uri, size}` or null.
    case file
    /// The address of a file, made from its key.
    case fileAddress
    /// A list of what this server does not keep: always empty.
    case nothing
    /// A field that hangs on a resource we do not have: it reads as null and refuses a value.
    case absent

    /// Whether values have an order that `<` and `>` can ask about.
    var isOrdered: Bool {
        switch self {
        case .id, .integer, .timestamp, .target, .duration, .decimal: true
        default: false
        }
    }

    /// Whether values are stored as text.
    var isText: Bool {
        switch self {
        case .id, .integer, .boolean, .enumeration, .timestamp, .target, .duration, .decimal, .reference, .account:
            false
        default: true
        }
    }

    /// The most bytes that a value takes in a cursor.
    var cursorBytes: Int {
        switch self {
        case .string(let max), .url(let max): max * 4 + 3
        case .text, .customFields, .json, .stringList: Limits.textBytes
        default: 21
        }
    }

    /// Whether a filter may name a set of values.
    var takesSets: Bool {
        switch self {
        case .id, .integer, .duration, .enumeration, .reference, .account, .absent: true
        default: false
        }
    }
}

/// Bounds on what a client may send, by name.
public enum Limits {
    /// The most bytes of a text field (docs/protocol/data-types.md#limits).
    public static let textBytes = 65_536
    /// The most values of all filters together.
    public static let filterSet = 500
    /// The most keys of a sort.
    public static let sortKeys = 8
    /// The most entries of a string list.
    public static let listEntries = 500
    /// The most files of one field in one call.
    public static let attachments = 100
    /// The default and the largest page (docs/protocol/general.md#pages).
    public static let defaultPage = 20
    public static let largestPage = 100
    /// Once a page has so many bytes it ends, and the next begins.
    public static let pageBytes = 1 << 20
    /// Totals that are not tallied are counted up to here and then said to be throttled.
    public static let countedEntries: Int64 = 100_000
    /// So many are counted together with a page that an index answers.
    public static let countedAtOnce: Int64 = 2_000
    /// The same for lists of what a person was granted sight of.
    public static let countedGrants: Int64 = 10_000
}

/// The words a target can be instead of a time. They are stored as times after all others, so that comparisons with
/// real times come out right.
public enum Target {
    public static let bestEffort = Int64.max - 3
    public static let clockStopped = Int64.max - 2
    public static let noTarget = Int64.max - 1

    /// The words and how they are stored.
    public static let words: [(name: String, stored: Int64)] = [
        ("best_effort", bestEffort), ("clock_stopped", clockStopped), ("no_target", noTarget),
    ]
}
