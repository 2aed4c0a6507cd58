import Store

/// A named list, as in `/requests/open`.
public struct Predefined: Sendable {
    /// Ranges of indexes that a list consists of, each in the order of ids. They may overlap.
    enum Ranges: Sendable {
        case conditions([Condition])
        /// One for each team of whoever looks; the column names a team.
        case ownTeams(column: String)
        /// Where entries name whoever looks.
        case naming(EntryFilter)
    }

    public let name: String
    private let condition: Condition?
    private let ranges: Ranges?
    /// The values of the tallied field that the list consists of, when the tally alone can say its total.
    let tallied: [Int64]?
    /// Whether the list, in the order of ids, is read off an index that holds just its rows.
    let isIndexed: Bool

    /// A list of what a condition holds for.
    public init(_ name: String, _ condition: Condition, tallied: [Int64]? = nil, isIndexed: Bool = false) {
        self.init(name, condition, ranges: nil, tallied: tallied, isIndexed: isIndexed)
    }

    /// A list of what one of some conditions holds for, each of which an index answers, and a further condition if
    /// there is one.
    public init(
        _ name: String, anyOf conditions: [Condition], and condition: Condition? = nil, isIndexed: Bool = false
    ) {
        self.init(name, condition, ranges: .conditions(conditions), isIndexed: isIndexed)
    }

    /// A list of what belongs to a team of whoever looks.
    public init(_ name: String, ownTeams column: String, and condition: Condition? = nil, isIndexed: Bool = false) {
        self.init(name, condition, ranges: .ownTeams(column: column), isIndexed: isIndexed)
    }

    /// A list of what whoever looks is named on by entries.
    public init(_ name: String, naming filter: EntryFilter) {
        self.init(name, nil, ranges: .naming(filter), isIndexed: false)
    }

    /// The list `completed`.
    /// - Parameter completed: the status of what is completed.
    public static func completed(_ completed: some WireEnum) -> Predefined {
        Predefined("completed", "t.status = \(completed)", tallied: [completed.rawValue], isIndexed: true)
    }

    /// The list `open`: what has any other status.
    /// - Parameter isIndexed: whether an index holds just that.
    public static func open<Status: WireEnum>(until completed: Status, isIndexed: Bool = false) -> Predefined {
        Predefined(
            "open", "t.status <> \(completed)",
            tallied: Status.allCases.map(\.rawValue).filter { $0 != completed.rawValue }, isIndexed: isIndexed)
    }

    private init(
        _ name: String, _ condition: Condition?, ranges: Ranges?, tallied: [Int64]? = nil, isIndexed: Bool = false
    ) {
        self.name = name
        self.condition = condition
        self.ranges = ranges
        self.tallied = tallied
        self.isIndexed = isIndexed
    }

    /// The list as a filter, for someone who looks.
    /// - Parameter talliedColumn: the column that the tallied values are of.
    func filter(for perspective: Perspective, talliedColumn: String?) -> ListFilter {
        let further = condition?.sql(for: perspective)
        var filter: ListFilter
        switch ranges {
        case .conditions(let conditions):
            filter = ListFilter(anyOf: conditions.map { $0.sql(for: perspective) }, and: further, areDisjoint: false)
        case .ownTeams(let column):
            filter = ListFilter("t.\(column)", isOneOf: perspective.teams.map { .integer($0) }, and: further)
            // Too many to be merged are looked through.
            filter.isIndexed = filter.isIndexed || isIndexed && perspective.teams.count <= ListFilter.maximumRanges
            return filter
        case .naming(let entries): return entries.filter(.oneOf([.integer(perspective.person)]))
        case nil:
            guard let tallied, tallied.count > 1, !isIndexed, let talliedColumn else {
                filter = ListFilter(further ?? "1 = 1")
                break
            }
            filter = ListFilter("t.\(talliedColumn)", isOneOf: tallied.map { .integer($0) }, and: nil)
        }
        filter.isIndexed = filter.isIndexed || isIndexed
        return filter
    }
}
