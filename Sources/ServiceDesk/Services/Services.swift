import Resources
import Store

/// Commands on services.
public enum Services: Noun {
    public static let writing = Writing(.services, editedBy: \.editsServices)

    /// The team a request for a service goes to: the first line, else the support team.
    static func team(_ db: Database, _ service: Int64) throws -> Int64? {
        try db.first(
            """
            SELECT coalesce(f.id, u.id) FROM services s
            LEFT JOIN teams f ON f.id = s.first_line_team_id AND f.disabled = 0
            LEFT JOIN teams u ON u.id = s.support_team_id AND u.disabled = 0 WHERE s.id = \(service)
            """
        ) { $0.optionalInteger(0) } ?? nil
    }
}
