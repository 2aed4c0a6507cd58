/// How many changes there have been that other processes must hear of, counted in a few rows so that writers on
/// PostgreSQL seldom wait for each other. Every process reads them once a second.
struct Epoch: Equatable, Sendable {
    /// One row, counted on by one.
    struct Step: Sendable {
        let row: Int64
        let value: Int64
    }

    /// What each row says.
    private var values: [Int64: Int64] = [:]

    /// Counts one change, in the row of the connection.
    static func advance(_ db: Database) throws -> Step {
        let value = try db.first(
            """
            INSERT INTO epochs (id, value) VALUES (\(db.shard + 1), 1)
            ON CONFLICT (id) DO UPDATE SET value = epochs.value + 1 RETURNING value
            """
        ) { $0.integer(0) }
        return Step(row: db.shard + 1, value: value ?? 0)
    }

    /// How far it is.
    static func read(_ db: Database) throws -> Epoch {
        var epoch = Epoch()
        try db.query("SELECT id, value FROM epochs") { epoch.values[$0.integer(0)] = $0.integer(1) }
        return epoch
    }

    /// Follows one step.
    /// - Returns: whether it was the only one since this epoch was read.
    @discardableResult
    mutating func take(_ step: Step) -> Bool {
        defer { values[step.row] = step.value }
        return step.value == (values[step.row] ?? 0) + 1
    }

    /// Follows what another look saw. It may be less: a failover, or going back to a moment, loses what was counted.
    /// - Returns: whether it saw anything else.
    mutating func take(_ other: Epoch) -> Bool {
        defer { values = other.values }
        return values != other.values
    }
}

/// What a look at what other processes did comes to.
struct Look: Sendable {
    let epoch: Epoch
    /// The number of the newest step of the schema.
    let schema: Int

    static func take(_ db: Database) throws -> Look {
        Look(epoch: try Epoch.read(db), schema: try Migrator.applied(db))
    }
}
