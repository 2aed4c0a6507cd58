import Store

/// One filter of a list: a condition on the record `t`, and how an index may answer it.
struct ListFilter: Sendable {
    /// What holds for every entry.
    let condition: SQL
    /// Conditions of which at least one holds for every entry, and which each name one range of an index that is in the
    /// order of ids; empty where the rows are not found so. A list by id can then be merged from these ranges.
    let ranges: [SQL]
    /// Whether no entry is in two of the ranges.
    let areDisjoint: Bool
    /// Where an index finds what the condition holds for: the same, so that no index answers it.
    var unindexed: SQL?
    /// Whether it bounds a column from one side or both, so that what it holds for is not in the order of ids.
    var isSpan = false

    /// Whether an index finds just what the condition holds for, in the order of ids.
    var isIndexed = false
    /// Where entries that name one person find just what the condition holds for.
    var found: EntryFilter.Found?
    /// The codes that are asked for, where that is all it says.
    var tallied: [Int64]?
    /// How many values the client gave.
    var given = 0

    /// The most ranges that are merged; more are looked through together.
    static let maximumRanges = 16

    /// A condition about which nothing more is known.
    init(_ condition: SQL) {
        self.condition = condition
        given = condition.values.count
        ranges = []
        areDisjoint = true
    }

    /// Holds where one of some conditions does, and a further one.
    init(anyOf conditions: [SQL], and further: SQL?, areDisjoint: Bool) {
        let either = SQL(
            text: "(" + conditions.map(\.text).joined(separator: " OR ") + ")", values: conditions.flatMap(\.values))
        condition = Self.both(either, further)
        ranges = conditions.map { Self.both($0, further) }
        isIndexed = further == nil
        self.areDisjoint = areDisjoint
    }

    /// Holds where a column has one of some values, each given once, and a further condition.
    /// - Parameter isIndexed: whether an index finds each value's rows in the order of ids.
    init(_ column: String, isOneOf values: [SQLValue], and further: SQL?, isIndexed: Bool = true) {
        // The last value again, so that lists of many lengths are few statements.
        let padded = Padding.toPowerOfTwo(values)
        condition = Self.both("\(raw: column) IN (\(list: padded))", further)
        let canMerge = isIndexed && values.count > 1 && values.count <= Self.maximumRanges
        ranges = canMerge ? values.map { Self.both("\(raw: column) = \($0)", further) } : []
        // One value, or several that are merged; an index that holds just what the further condition does is declared.
        self.isIndexed = isIndexed && further == nil && values.count <= Self.maximumRanges
        areDisjoint = true
        given = values.count
    }

    private static func both(_ one: SQL, _ other: SQL?) -> SQL { other.map { "\(one) AND \($0)" } ?? one }
}

/// Lists of values in few lengths: each length is a statement of its own to prepare and keep.
public enum Padding {
    /// The values, the last one repeated up to a power of two.
    public static func toPowerOfTwo<Value>(_ values: [Value]) -> [Value] {
        guard let last = values.last else { return values }
        var count = 1
        while count < values.count { count *= 2 }
        return values + Array(repeating: last, count: count - values.count)
    }
}
