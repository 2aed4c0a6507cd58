/// The prepared statements of one connection, by text or by the number of a plan. What an engine holds for a statement
/// grows with its text and values, so the cache is bounded by their weight and not only by their number; past either
/// bound all are dropped together, and prepared again as they are needed.
struct StatementCache<Statement> {
    private var byText: [String: Statement] = [:]
    private var byPlan: [Int: Statement] = [:]
    private var weight = 0

    /// The most statements kept.
    static var maximumCount: Int { 512 }
    /// The most that all kept statements weigh together: bytes of text, and so many for each value. An engine holds
    /// about ten times as much.
    static var maximumWeight: Int { 1 << 20 }
    /// What a value weighs.
    static var valueWeight: Int { 64 }
    /// The heaviest statement that is kept; lists of hundreds of values are seldom asked for again.
    static var maximumOne: Int { 1 << 14 }

    /// Whether a further statement wants all others dropped first.
    var isFull: Bool { byText.count + byPlan.count >= Self.maximumCount || weight >= Self.maximumWeight }

    /// All kept statements.
    var all: [Statement] { Array(byText.values) + Array(byPlan.values) }

    func statement(plan: Int?, _ text: String) -> Statement? { plan.map { byPlan[$0] } ?? byText[text] }

    /// Whether a statement is worth keeping.
    static func keeps(_ text: String, values: Int) -> Bool { weight(text, values) <= maximumOne }

    mutating func keep(_ statement: Statement, plan: Int?, _ text: String, values: Int) {
        weight += Self.weight(text, values)
        if let plan { byPlan[plan] = statement } else { byText[text] = statement }
    }

    mutating func removeAll() {
        byText.removeAll()
        byPlan.removeAll()
        weight = 0
    }

    private static func weight(_ text: String, _ values: Int) -> Int { text.utf8.count + values * valueWeight }
}
