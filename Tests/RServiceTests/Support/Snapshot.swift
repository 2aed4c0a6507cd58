import ServiceDesk
import Store
import Testing
import Wire

/// Every row of every table, so that a test can say that nothing changed.
struct Snapshot: Equatable, Sendable {
    private let tables: [String: [[SQLValue]]]

    init(_ db: Database) throws {
        var tables: [String: [[SQLValue]]] = [:]
        // A sign of life is written when the server has time, after the answer that asked for it.
        for table in try db.tables() where table != "heartbeats" {
            // When a token was last used is noted by every call.
            let columns = try db.columns(of: table).filter { $0 != "last_used_at" }
            let list = columns.joined(separator: ", ")
            tables[table] = try db.all("SELECT \(raw: list) FROM \(raw: table) ORDER BY \(raw: list)") { row in
                columns.indices.map { row.value(Int32($0)) }
            }
        }
        self.tables = tables
    }

    /// What differs, one line a row.
    func differences(from before: Snapshot) -> [String] {
        tables.keys.sorted().flatMap { name -> [String] in
            let (old, new) = (before.tables[name] ?? [], tables[name] ?? [])
            guard old != new else { return [] }
            return Set(old).symmetricDifference(new).map { "\(name): \($0)" }.sorted()
        }
    }
}

extension TestDesk {
    func snapshot() async throws -> Snapshot { try await installation.store.read { try Snapshot($0) } }

    /// The lines of a record's history, oldest first: action, fields changed.
    func audit(_ path: String) async throws -> [JSON] {
        try await get(.administrator, "\(path)/audit?per_page=100").items.reversed().map { line in
            ["action": line["action"] ?? .null, "user": line["user"] ?? .null, "changes": line["changes"] ?? .null]
        }
    }
}
