import Store
import Synchronization

/// A list or record read as one statement and its encoders; made once for each shape of query.
final class Plan: Sendable {
    /// What connections keep the prepared statement by.
    let number: Int
    let text: String
    let encoder: RowEncoder
    /// Where the values stand that make a cursor.
    let cursorColumns: [Int32]
    /// Where the total stands.
    let tallyColumn: Int32?

    init(_ encoder: RowEncoder, cursorColumns: [String], tally: String?, body: String) {
        var encoder = encoder
        self.cursorColumns = cursorColumns.map { encoder.use($0) }
        self.encoder = encoder
        number = SchemaNumbers.next()
        let columns = encoder.columns + (tally.map { [$0] } ?? [])
        tallyColumn = tally.map { _ in Int32(encoder.columns.count) }
        text = "SELECT " + columns.joined(separator: ", ") + body
    }
}

/// The plans of this process by the shape of what they answer.
enum PlanCache {
    struct Shape: Hashable {
        let schema: Int
        let fields: [Int]
        let isSingle: Bool
        let isForeignPossible: Bool
        /// FROM, WHERE, ORDER BY and LIMIT; values are not part of it.
        let body: String
        /// What makes a cursor; two lists may share a body and differ in this.
        let cursorColumns: [String]
        let tally: String?
    }

    /// The most plans kept; past it they are dropped together.
    private static let maximumPlans = 2048
    private static let plans = Mutex<[Shape: Plan]>([:])

    static func plan(_ shape: Shape, make: () -> Plan) -> Plan {
        if let plan = plans.withLock({ $0[shape] }) { return plan }
        let plan = make()
        plans.withLock { plans in
            if plans.count >= maximumPlans { plans.removeAll() }
            plans[shape] = plan
        }
        return plan
    }
}
