/// One row that counts the changes other processes must hear of. Every process reads it once a second (DESIGN §4).
enum Epochs {
    static func advance(_ db: Database) throws -> Int64 {
        try db.first("UPDATE epochs SET value = value + 1 WHERE id = 1 RETURNING value") { $0.integer(0) } ?? 0
    }

    static func current(_ db: Database) throws -> Int64 {
        try db.first("SELECT value FROM epochs WHERE id = 1") { $0.integer(0) } ?? 0
    }
}
