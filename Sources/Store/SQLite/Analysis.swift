/// When the engine is to look again at how full the tables are: once the file has grown by half since it last did.
struct Analysis {
    private var pages: Int64?
    private var looks = 0

    /// How many transactions lie between two looks at the size of the file.
    private static let interval = 256
    /// A file below this many pages is small enough for any plan.
    private static let fewPages: Int64 = 1_000

    /// Whether it is time. Call it after each transaction.
    mutating func isDue(_ db: Database) -> Bool {
        defer { looks += 1 }
        guard looks % Self.interval == 0, let now = try? db.first("PRAGMA page_count", { $0.integer(0) }) else {
            return false
        }
        guard let before = pages else {
            pages = now
            return false
        }
        guard now > max(before + before / 2, Self.fewPages) else { return false }
        pages = now
        return true
    }
}
